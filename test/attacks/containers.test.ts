import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/abort.ts';
import { sha256OfFile } from '../../src/base/hash.ts';
import { silentLogger } from '../../src/base/logger.ts';
import {
  depotVolumeName,
  ensureDepotVolume,
  ensureJuliaVolume,
  doubtVolumes,
} from '../../src/core/build/volumes.ts';
import { CHECKOUT_LABEL } from '../../src/core/contract/checkout.ts';
import { inputMount } from '../../src/core/contract/image/input-mount.ts';
import { checkoutOf } from '../../src/core/pipeline/checkouts.ts';
import { cleanedEngine, labelsOf } from '../../src/core/pipeline/leftovers.ts';
import type { StageContext } from '../../src/core/stage.ts';
import { retryIfChanged } from '../../src/docker/filled-volume.ts';
import type { Engine, ImageInfo } from '../../src/docker/engine.ts';
import { fileVolumeMemory } from '../../src/docker/volume-memory.ts';
import type { JuliaTarball } from '../../src/julia/releases.ts';
import { aDepot } from '../support/artefacts.ts';
import { keptContext } from '../support/stage-context.ts';
import { tempFolder } from '../support/temp.ts';
import { startWorld, type World } from '../support/world.ts';
import { IMAGE, NEVER, realEngine } from '../engine/docker/real-engine.ts';
import { attack } from './attack.ts';

const execute = promisify(execFile);
const docker = async (...args: string[]): Promise<string> => (await execute('docker', args)).stdout.trim();

const MARK = randomUUID().slice(0, 8);
/** A version that no Julia has: the volumes are these tests' own. */
const VERSION = `1.5.${parseInt(MARK.slice(0, 5), 16)}`;
const HOSTILE = `julia-kaggle/hostile-${MARK}:1`;
const KAGGLES = `gcr.io/kaggle-images/python@sha256:${'a'.repeat(64)}`;

/** Whatever of these runs leaves its mark in each place where a volume may lie. */
const POISONING = [
  '#!/bin/sh',
  'for place in /volume /opt/* /kaggle/input/*/*; do echo poison > $place/poison; done',
  'exit 0',
].join('\n');
const REPLACED = ['touch', 'find', 'true', 'bash', 'tar', 'cat', 'ls', 'sha256sum', 'python3', 'sleep'];

interface Checkout {
  /** Labels what it makes as this checkout's. */
  readonly engine: Engine;
  readonly context: StageContext;
  readonly image: ImageInfo;
}

describe('attacks by containers and on what they share', function () {
  this.timeout(120_000);
  let engine: Engine;
  let plain: ImageInfo;
  let hostile: ImageInfo;
  let tarball: JuliaTarball;
  const volumes = new Set<string>();

  /** Another project, of another user: nothing is remembered of the first one's. */
  async function checkout(image: ImageInfo, cache?: string): Promise<Checkout> {
    const { context } = keptContext({});
    const id = randomUUID();
    const memory = fileVolumeMemory(cache ?? (await tempFolder()));
    const labels = { ...labelsOf(id, { root: '/a/project' }), 'julia-kaggle.attack': MARK };
    return {
      engine: engine.bound({ labels }),
      image,
      context: { ...context, ports: { ...context.ports, volumeMemory: memory }, checkout: id },
    };
  }

  async function julia({ engine: own, image, context }: Checkout): Promise<string> {
    const name = await ensureJuliaVolume(own, tarball, image, context);
    volumes.add(name);
    return name;
  }

  const DATA = [{ path: 'a/test.csv', from: { text: 'id\n1\n' }, modifiedSeconds: 1_000_000 }] as const;

  async function input({ engine: own, image, context }: Checkout, shared = false): Promise<string> {
    const target = '/kaggle/input/datasets/x/y';
    const key = { dataset: MARK };
    const wanted = { key, target, image: image.name, files: DATA, ...(shared ? { shared: 'dataset' } : {}) };
    const { volume, readOnly } = await retryIfChanged(async () => {
      const mount = await inputMount(own, wanted, context);
      volumes.add(mount.volume);
      // A use of it, in which no program runs.
      const spec = { image: image.name, command: ['true'], network: 'none' } as const;
      await own.container.use({ ...spec, mounts: [mount] }, () => Promise.resolve());
      return mount;
    });
    assert.equal(readOnly, true);
    return volume;
  }

  /** Runs a program of the ordinary image beside a volume. */
  const beside = (volume: string, script: string): Promise<string> =>
    docker('run', '--rm', '-v', `${volume}:/v`, IMAGE, 'sh', '-c', script);
  /** What is in a volume, told by the system's own tar; no container is started for it. */
  const LISTING = [
    `id=$(docker create --volume "$1:/v" ${IMAGE} true)`,
    'docker cp "$id:/v" - > "$2"; docker rm "$id" > /dev/null',
    'tar --numeric-owner --full-time -tvf "$2" | grep -v ^d | sort; tar -xOf "$2" | sha256sum',
  ].join('\n');
  const listing = async (volume: string): Promise<string> => {
    const file = join(await tempFolder(), 'listing.tar');
    return (await execute('bash', ['-euc', LISTING, 'bash', volume, file])).stdout;
  };
  const clean = async (volume: string): Promise<void> =>
    assert.equal(await listing(volume), volume.includes('-input-') ? cleanInput : cleanJulia);
  let cleanJulia = '';
  let cleanInput = '';

  before(async () => {
    engine = await realEngine();
    plain = (await engine.image.find(IMAGE)) ?? assert.fail('no image');
    const replacing = REPLACED.map((name) => `cp -f /poison /usr/bin/${name}; cp -f /poison /bin/${name}`);
    const printed = POISONING.replaceAll('\n', '\\n');
    const steps = [`printf '${printed}\\n' > /poison`, 'chmod 755 /poison', ...replacing, 'true || :'];
    const dockerfile = `FROM ${IMAGE}\nRUN ${steps.join('; ')}\nENTRYPOINT ["/poison"]\n`;
    hostile = await engine.image.build({ name: HOSTILE, dockerfile }, () => undefined);
    const folder = await tempFolder();
    const tree = join(folder, `julia-${VERSION}`);
    await mkdir(join(tree, 'bin'), { recursive: true });
    await mkdir(join(tree, 'share'));
    await writeFile(join(tree, 'bin', 'julia'), '#!/bin/sh\necho julia\n', { mode: 0o755 });
    await writeFile(join(tree, 'share', 'base.jl'), 'module Base end\n');
    await execute('ln', ['-s', 'bin/julia', join(tree, 'start')]);
    await execute('ln', [join(tree, 'share', 'base.jl'), join(tree, 'share', 'same.jl')]);
    const file = join(folder, 'julia.tar.gz');
    await execute('tar', ['-C', folder, '-czf', file, `julia-${VERSION}`]);
    tarball = { version: VERSION, file, bytes: (await stat(file)).size, sha256: await sha256OfFile(file) };
    cleanJulia = await listing(await julia(await checkout(plain)));
    cleanInput = await listing(await input(await checkout(plain)));
    assert.match(cleanJulia, /^-rwxr-xr-x .*bin\/julia$/m);
    assert.match(cleanInput, /^-rw-r--r-- .* 5 1970-01-12 .*a\/test\.csv$/m);
  });

  after(async () => {
    await engine.container.remove({ 'julia-kaggle.attack': MARK });
    for (const { name } of await engine.volume.list({ 'julia-kaggle.attack': MARK })) volumes.add(name);
    for (const volume of volumes) await engine.volume.remove(volume);
    await docker('image', 'rm', '--force', HOSTILE);
  });

  describe('an image whose programs are replaced', () => {
    attack('H4', 'plants code in Julia when it is the first to use it', 'docker/filled-volume', async () => {
      await clean(await julia(await checkout(hostile)));
    });

    attack('H4', 'plants code in the dataset that a rehearsal fills', 'docker/filled-volume', async () => {
      await clean(await input(await checkout(hostile)));
    });

    attack('H4', 'shares its Julia with a project of an ordinary image', 'core/build/volumes', async () => {
      assert.notEqual(await julia(await checkout(hostile)), await julia(await checkout(plain)));
    });

    attack(
      'H4',
      'shares its Julia with another project of the same image',
      'core/build/volumes',
      async () => {
        assert.notEqual(await julia(await checkout(hostile)), await julia(await checkout(hostile)));
      },
    );

    attack('H4', 'calls itself Kaggle’s, without a digest of Kaggle’s', 'contract/pinned-image', async () => {
      const named = { ...hostile, name: 'gcr.io/kaggle-images/python:latest' };
      const one = await checkout(hostile);
      const other = await checkout(hostile);
      await julia(one);
      const wanted = { ...aDepot(), julia: tarball, image: { name: named.name, id: named.id } };
      assert.ok(
        await doubtVolumes(other.engine, { ...wanted, juliaVolume: await julia(one) }, other.context),
      );
    });

    attack('H4', 'fills what is shared under a digest of Kaggle’s', 'docker/filled-volume', async () => {
      const kaggles = { ...hostile, digest: KAGGLES };
      const volume = await julia(await checkout(kaggles));
      await clean(volume);
      assert.equal(await julia(await checkout({ ...plain, digest: KAGGLES })), volume, 'it is shared');
    });

    attack('H4', 'answers for what is in a volume', 'docker/filled-volume', async () => {
      const own = await checkout(hostile);
      const volume = await julia(own);
      await beside(volume, 'echo evil > /v/bin/julia');
      await julia(own);
      await clean(volume);
    });
  });

  describe('a volume that is there under the right name', () => {
    const planted: Readonly<Record<string, string>> = {
      'with one file more': 'mkdir -p /v/etc/julia; echo "run(evil)" > /v/etc/julia/startup.jl',
      'with another content of the same size and time':
        'touch -r /v/share/base.jl /tmp/t; printf "module Evil end\\n" > /v/share/base.jl; touch -r /tmp/t /v/share/base.jl',
      'with a program that anybody runs as root': 'chmod 4755 /v/bin/julia',
      'with a link in place of a file': 'rm /v/bin/julia; ln -s /kaggle/working/evil /v/bin/julia',
      'with a link that leads elsewhere': 'ln -sf /kaggle/working/evil /v/start',
      'half filled, by a run that was killed': 'rm /v/share/base.jl',
      'with a pipe that nobody writes to': 'mkfifo /v/share/pipe',
      'with another time, so that Julia would recompile': 'touch -d @5 /v/share/base.jl',
      'with the mark of an earlier version, and nothing else': 'rm -rf /v/*; touch /v/.julia-kaggle-complete',
    };
    for (const [what, script] of Object.entries(planted))
      attack(
        'H4',
        `${what}: is used for Julia by one who did not fill it`,
        'docker/filled-volume',
        async () => {
          const image = { ...plain, digest: KAGGLES };
          const volume = await julia(await checkout(image));
          await beside(volume, script);
          const before = (await engine.volume.find(volume))?.labels;
          assert.equal(await julia(await checkout(image)), volume);
          assert.notDeepEqual((await engine.volume.find(volume))?.labels, before, 'it was noticed');
          await clean(volume);
        },
      );

    attack(
      'H4',
      'made beforehand by another program, with labels like ours',
      'docker/filled-volume',
      async () => {
        const own = await checkout({ ...plain, digest: KAGGLES });
        const volume = await julia(own);
        const labels = await docker(
          'volume',
          'inspect',
          volume,
          '--format',
          '{{index .Labels "julia-kaggle.content"}}',
        );
        await engine.volume.remove(volume);
        await docker('volume', 'create', '--label', `julia-kaggle.content=${labels}`, volume);
        await beside(volume, 'mkdir /v/bin; echo evil > /v/bin/julia');
        await julia(own);
        await clean(volume);
      },
    );

    attack('H4', 'is a dataset that another run left changed', 'docker/filled-volume', async () => {
      const own = await checkout(plain);
      const volume = await input(own);
      await beside(volume, 'printf "id\\n2\\n" > /v/a/test.csv; touch -d @1000000 /v/a/test.csv');
      await input(own);
      await clean(volume);
    });

    attack('H4', 'is filled by two runs at once', 'docker/volume-memory', async () => {
      const cache = await tempFolder();
      const [one, other] = [await checkout(plain, cache), await checkout(plain, cache)];
      const shared = await Promise.all([input(one, true), input(other, true)]);
      assert.equal(new Set(shared).size, 1);
      await clean(shared[0]);
    });

    attack(
      'H1',
      'is the depot of the project that a folder was copied from',
      'core/build/volumes',
      async () => {
        const [original, copy] = [await checkout(plain), await checkout(plain)];
        const depot = { ...aDepot(), julia: tarball, image: { name: plain.name, id: plain.id } };
        const volume = depotVolumeName(original.context.checkout, { juliaVersion: VERSION }, plain);
        await ensureDepotVolume(original.engine, volume, original.context);
        const build = { ...depot, volume, juliaVolume: await julia(original) };
        assert.equal(
          (await doubtVolumes(original.engine, build, original.context))?.because,
          'since the depot is of another build',
        );
        assert.equal(
          (await doubtVolumes(copy.engine, build, copy.context))?.because,
          'since the last depot is that of another folder',
        );
      },
    );

    attack(
      'H4',
      'is named as Julia by a record that came with the project',
      'core/build/volumes',
      async () => {
        const { engine: own, context } = await checkout(plain);
        const volume = depotVolumeName(context.checkout, { juliaVersion: VERSION }, plain);
        await ensureDepotVolume(own, volume, context);
        const foreign = await julia(await checkout(hostile));
        const image = { name: plain.name, id: plain.id };
        const build = { ...aDepot(), julia: tarball, image, volume, juliaVolume: foreign };
        assert.ok(await doubtVolumes(own, build, context));
      },
    );
  });

  describe('what belongs to others', () => {
    const create = (labels: Readonly<Record<string, string>>): Promise<string> =>
      docker(
        'create',
        ...Object.entries({ ...labels, 'julia-kaggle.attack': MARK }).flatMap(([name, value]) => [
          '--label',
          `${name}=${value}`,
        ]),
        IMAGE,
        'true',
      );
    const isThere = async (container: string): Promise<boolean> =>
      (await docker('ps', '--all', '--quiet', '--no-trunc')).includes(container);
    const ports = (): StageContext['ports'] => ({
      ...keptContext({}).context.ports,
      engine: () => Promise.resolve(engine),
      logger: silentLogger,
    });

    attack(
      'L6',
      'a container of one machine name and path is taken for this run’s',
      'core/pipeline/leftovers',
      async () => {
        const own = randomUUID();
        const labels = {
          'julia-kaggle': 'run',
          'julia-kaggle.machine': hostname(),
          'julia-kaggle.project': '/a/project',
        };
        const foreign = await create(labels);
        const other = await create({ ...labels, [CHECKOUT_LABEL]: randomUUID() });
        const left = await create({ [CHECKOUT_LABEL]: own });
        await cleanedEngine(ports(), own, { root: '/a/project' }).engine(NEVER);
        assert.deepEqual(await Promise.all([foreign, other, left].map(isThere)), [true, true, false]);
      },
    );

    describe('by the id of a folder', () => {
      let cache: string;
      let home: string;
      const idOf = (name: string): Promise<string> =>
        checkoutOf(
          { checkoutsFile: join(cache, 'checkouts.json'), clock: systemClock },
          join(home, name),
          NEVER,
        );

      beforeEach(async () => {
        [cache, home] = [await tempFolder(), await tempFolder({ 'a/.julia-kaggle/record.json': '{}' })];
      });

      attack('L6', 'a copy of a folder takes what is its original’s', 'core/pipeline/checkouts', async () => {
        const id = await idOf('a');
        await execute('cp', ['-a', 'a', 'b'], { cwd: home });
        assert.notEqual(await idOf('b'), id);
        assert.equal(await idOf('a'), id);
      });

      attack(
        'L6',
        'a copy takes the place of a folder that was moved',
        'core/pipeline/checkouts',
        async () => {
          const id = await idOf('a');
          await execute('sh', ['-c', 'mv a b; cp -a b a'], { cwd: home });
          const copy = await idOf('a');
          assert.notEqual(await idOf('b'), copy);
          assert.ok(copy === id || (await idOf('b')) === id);
        },
      );

      attack('L6', 'a moved folder loses its depot', 'core/pipeline/checkouts', async () => {
        const id = await idOf('a');
        await rename(join(home, 'a'), join(home, 'b'));
        assert.equal(await idOf('b'), id);
        await mkdir(join(home, 'a'));
        assert.notEqual(await idOf('a'), id, 'what comes to its old place is another');
      });

      attack('L6', 'a link gives a folder a second id', 'core/pipeline/checkouts', async () => {
        await execute('ln', ['-s', 'a', 'link'], { cwd: home });
        assert.equal(await idOf('link'), await idOf('a'));
      });

      attack('L6', 'a repository brings an id along', 'core/pipeline/checkouts', async () => {
        const ids = join(home, 'a', '.julia-kaggle', 'checkouts.json');
        await writeFile(ids, await readFile(join(cache, 'checkouts.json')).catch(() => '{}'));
        const id = await idOf('a');
        assert.match(id, /^[0-9a-f-]{36}$/);
        assert.ok(!(await readFile(ids, 'utf8')).includes(id), 'nor does it learn its own');
      });

      attack('L6', 'another user of this machine reads the ids', 'base/files', async () => {
        await idOf('a');
        assert.equal((await stat(join(cache, 'checkouts.json'))).mode & 0o777, 0o600);
      });

      attack('L6', 'two runs at once give a folder two ids', 'base/lock', async () => {
        await mkdir(join(home, 'b'));
        const ids = await Promise.all(['a', 'b', 'a', 'b', 'a'].map(idOf));
        assert.deepEqual(ids, [ids[0], ids[1], ids[0], ids[1], ids[0]]);
        assert.notEqual(ids[0], ids[1]);
        assert.equal(await idOf('a'), ids[0]);
      });

      attack(
        'L6',
        'a corrupt file of ids does not yield an id that others know',
        'core/pipeline/checkouts',
        async () => {
          for (const text of ['', '{', '[]', '{"format":1,"checkouts":{"__proto__":{"id":"x"}}}']) {
            await writeFile(join(cache, 'checkouts.json'), text);
            assert.match(await idOf('a'), /^[0-9a-f-]{36}$/);
          }
        },
      );
    });

    attack(
      'L6',
      'a depot of one path is removed as an older one of this project',
      'core/build/volumes',
      async () => {
        const [mine, theirs] = [await checkout(plain), await checkout(plain)];
        const depots = [`jk-attack-${MARK}-1`, `jk-attack-${MARK}-2`, `jk-attack-${MARK}-3`] as const;
        await ensureDepotVolume(theirs.engine, depots[0], theirs.context);
        await ensureDepotVolume(mine.engine, depots[1], mine.context);
        await ensureDepotVolume(mine.engine, depots[2], mine.context);
        const there = await Promise.all(
          depots.map(async (name) => (await engine.volume.find(name)) !== undefined),
        );
        assert.deepEqual(there, [true, false, true]);
      },
    );
  });
});

/** What a process of the project sees of its container, on a line of its own. */
const LOOK = `
import json, os, socket
def text(*paths):
    for path in paths:
        try:
            return open(path).read().strip()
        except OSError:
            pass
def attempt(work):
    try:
        work()
        return 'done'
    except Exception as error:
        return type(error).__name__
def connect(host, port):
    return lambda: socket.create_connection((host, port), 1).close()
def write(path):
    return lambda: open(path, 'w').close()
def become_nobody():
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
        except OSError:
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        raise PermissionError
status = dict(line.split(':', 1) for line in text('/proc/self/status').splitlines())
mounts = {line.split()[1]: line.split()[3].split(',')[0] for line in text('/proc/self/mounts').splitlines()}
print('LOOK ' + json.dumps({
    'uid': os.getuid(),
    'capabilities': {name: int(status[name], 16) for name in ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']},
    'noNewPrivs': status['NoNewPrivs'].strip(),
    'seccomp': status['Seccomp'].strip(),
    'pids': text('/sys/fs/cgroup/pids/pids.max', '/sys/fs/cgroup/pids.max'),
    'memory': text('/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory.max'),
    'cpu': text('/sys/fs/cgroup/cpu/cpu.cfs_quota_us', '/sys/fs/cgroup/cpu.max'),
    'interfaces': sorted(os.listdir('/sys/class/net')),
    'variables': sorted(os.environ),
    'values': sorted(os.environ.values()),
    'sockets': [path for path in ['/var/run/docker.sock', '/run/docker.sock'] if os.path.exists(path)],
    'mounts': mounts,
    'tries': {
        'gateway': attempt(connect('GATEWAY', PORT)),
        'host': attempt(connect('host.docker.internal', PORT)),
        'metadata': attempt(connect('169.254.169.254', 80)),
        'julia': attempt(write('/opt/julia-1.5.3/evil')),
        'input': [attempt(write(path + '/evil')) for path in mounts if path.startswith('/kaggle/input/')],
        'device': attempt(lambda: os.mknod('/tmp/device-%d' % os.getpid(), 0o60666, os.makedev(8, 0))),
        'chroot': attempt(lambda: os.chroot('/tmp')),
        'raw': attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close()),
        'sysctl': attempt(write('/proc/sys/kernel/core_pattern')),
        'user': attempt(become_nobody),
    },
}), flush=True)
`;

interface Look {
  readonly uid: number;
  readonly capabilities: Readonly<Record<'CapInh' | 'CapPrm' | 'CapEff' | 'CapBnd' | 'CapAmb', number>>;
  readonly noNewPrivs: string;
  readonly seccomp: string;
  readonly pids: string;
  readonly memory: string;
  readonly cpu: string;
  readonly interfaces: readonly string[];
  readonly variables: readonly string[];
  readonly values: readonly string[];
  readonly sockets: readonly string[];
  readonly mounts: Readonly<Record<string, string>>;
  readonly tries: Readonly<
    Record<
      'gateway' | 'host' | 'metadata' | 'julia' | 'device' | 'chroot' | 'raw' | 'sysctl' | 'user',
      string
    >
  > & {
    readonly input: readonly string[];
  };
}

type Place = 'build' | 'test' | 'rehearsal';
const PLACES: readonly Place[] = ['build', 'test', 'rehearsal'];

/** Bits of capabilities(7). */
const FILES = (1 << 0) | (1 << 1) | (1 << 3);
const INSTALLING = FILES | (1 << 4) | (1 << 6) | (1 << 7);

/** The image's own, and what Jupyter sets for its cells. */
const HARMLESS = ['KAGGLE_KERNEL_RUN_TYPE', 'GIT_PAGER'];

/** What of a user's environment may not come into a container. */
const SECRETS = {
  KAGGLE_API_TOKEN: 'KGAT_0123456789abcdef',
  GITHUB_TOKEN: 'ghp_0123456789abcdef',
  AWS_SECRET_ACCESS_KEY: 'aws-secret-0123',
  SSH_AUTH_SOCK: '/run/secret-agent.sock',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'http.https://git.example.org/.extraHeader',
  GIT_CONFIG_VALUE_0: 'Authorization: Bearer secret-0123',
} as const;

describe('attacks from inside of build, test and rehearsal', function () {
  this.timeout(600_000);
  let world: World;
  let server: Server;
  const seen = new Map<Place | 'offline test', Look>();
  const look = (place: Place | 'offline test'): Look =>
    seen.get(place) ?? assert.fail(`no look from ${place}`);

  async function lookFrom(log: 'build' | 'test' | 'rehearse'): Promise<Look> {
    const text = await readFile(join(world.project, '.julia-kaggle', 'logs', `${log}.log`), 'utf8');
    const line = text.split('\n').findLast((each) => each.startsWith('LOOK '));
    return JSON.parse(line?.slice('LOOK '.length) ?? assert.fail(text.slice(-3000))) as Look;
  }

  async function run(until: 'test' | 'rehearse'): Promise<void> {
    const args = ['run', world.project, '--image', world.image, '--until', until];
    const { KAGGLE_USERNAME: _name, KAGGLE_KEY: _key, ...others } = world.environment;
    // The key of the sandbox stays, as its user's; the token would be another's.
    const { KAGGLE_API_TOKEN: _token, ...secrets } = SECRETS;
    const environment = { ...others, KAGGLE_USERNAME: _name ?? '', KAGGLE_KEY: _key ?? '', ...secrets };
    const { code, stdout, stderr } = await world.julia(args, { environment });
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
  }

  before(async () => {
    world = await startWorld();
    server = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : assert.fail();
    const known = await docker(
      ...['run', '--rm', '--add-host', 'host.docker.internal:host-gateway', IMAGE],
      ...['getent', 'ahostsv4', 'host.docker.internal'],
    );
    const gateway = known.split(/\s/)[0] ?? assert.fail();
    const program = LOOK.replaceAll('GATEWAY', gateway).replaceAll('PORT', String(port));
    const source = join(world.project, 'src', 'Inference.jl');
    const text = await readFile(source, 'utf8');
    const init = `__init__() = run(\`python3 -c $(raw"""${program}""")\`)\n`;
    await writeFile(source, text.replace('module Inference\n', `module Inference\n\n${init}`));
    await run('rehearse');
    seen.set('build', await lookFrom('build'));
    seen.set('test', await lookFrom('test'));
    seen.set('rehearsal', await lookFrom('rehearse'));
    const config = join(world.project, 'JuliaKaggle.toml');
    await writeFile(config, `${await readFile(config, 'utf8')}\n[test]\nnetwork = false\n`);
    await run('test');
    seen.set('offline test', await lookFrom('test'));
  });

  after(async () => {
    server.close();
    await world.close();
  });

  for (const place of PLACES) {
    const wanted = place === 'build' ? INSTALLING : FILES;
    attack(
      'M3',
      `root of the ${place} has the engine’s usual capabilities`,
      'docker/container-options',
      () => {
        const { CapBnd, CapEff, CapPrm, CapInh, CapAmb } = look(place).capabilities;
        assert.equal(look(place).uid, 0, 'root, as on Kaggle');
        assert.deepEqual([CapBnd, CapEff, CapPrm], [wanted, wanted, wanted]);
        assert.ok([0, wanted].includes(CapInh));
        assert.equal(CapAmb, 0);
      },
    );

    attack('M3', `a setuid program gives the ${place} more than it has`, 'docker/container-options', () => {
      assert.equal(look(place).noNewPrivs, '1');
      assert.equal(look(place).seccomp, '2');
    });

    attack('M3', `the ${place} starts processes without end`, 'docker/container-options', () => {
      assert.equal(look(place).pids, '4096');
    });

    attack(
      'M3',
      `the ${place} takes all memory of the engine’s machine`,
      'core/contract/image/limits',
      async () => {
        const engine = await (await realEngine()).info();
        const memory = Number(look(place).memory);
        assert.ok(memory > 0 && memory < engine.memoryBytes, look(place).memory);
        assert.ok(memory <= 30 * 1024 ** 3);
      },
    );

    attack('M3', `the ${place} takes all processors without a limit`, 'core/contract/image/limits', () => {
      assert.match(look(place).cpu, /^\d+/);
    });

    attack('M3', `the ${place} makes a device of the host’s disk`, 'docker/container-options', () => {
      assert.equal(look(place).tries.device, 'PermissionError');
    });

    attack(
      'M3',
      `the ${place} leaves its root folder, or sends raw packets`,
      'docker/container-options',
      () => {
        assert.equal(look(place).tries.chroot, 'PermissionError');
        assert.equal(look(place).tries.raw, 'PermissionError');
      },
    );

    attack('M3', `the ${place} changes the host’s kernel settings`, 'docker/container-options', () => {
      assert.match(look(place).tries.sysctl, /^(OSError|PermissionError)$/);
    });

    attack('H4', `the ${place} writes into Julia, which others use`, 'core/contract/image/julia', () => {
      if (place !== 'rehearsal') assert.equal(look(place).mounts['/opt/julia-1.5.3'], 'ro');
      else
        assert.equal(
          look(place).mounts['/opt/julia-1.5.3'],
          undefined,
          'unpacked from the dataset, as on Kaggle',
        );
      assert.equal(look(place).tries.julia, place === 'rehearsal' ? 'done' : 'OSError');
    });

    attack('containers', `the ${place} finds the engine’s socket`, 'docker/container-options', () => {
      assert.deepEqual(look(place).sockets, []);
    });
  }

  for (const place of ['test', 'rehearsal'] as const) {
    attack(
      'M3',
      `the ${place} becomes another user, whose files may be elsewhere`,
      'docker/container-options',
      () => {
        assert.equal(look(place).tries.user, 'PermissionError');
        assert.equal(look('build').tries.user, 'done', 'the build may, for apt-get');
      },
    );

    attack('containers', `the ${place} writes into its inputs`, 'core/contract/image/input-mount', () => {
      assert.ok(look(place).tries.input.length > 0);
      for (const tried of look(place).tries.input) assert.equal(tried, 'OSError');
      for (const [path, way] of Object.entries(look(place).mounts))
        if (path.startsWith('/kaggle/input')) assert.equal(way, 'ro', path);
    });

    attack(
      'containers',
      `the ${place} finds credentials in its environment`,
      'core/contract/depot/julia-environment',
      () => {
        const names = look(place).variables.filter((name) => !HARMLESS.includes(name));
        assert.deepEqual(
          names.filter((name) => /KAGGLE|GIT|TOKEN|AWS|SSH/.test(name)),
          [],
        );
        const secrets = Object.values(SECRETS).filter((value) => value.length > 1);
        for (const value of [...secrets, world.environment['KAGGLE_KEY'] ?? assert.fail()])
          assert.ok(!look(place).values.includes(value), 'a secret came in under another name');
      },
    );
  }

  attack(
    'containers',
    'the build finds credentials but those of git',
    'core/contract/depot/julia-environment',
    () => {
      const names = look('build').variables.filter((name) => !HARMLESS.includes(name));
      assert.deepEqual(
        names.filter((name) => /KAGGLE|GIT|TOKEN|AWS|SSH/.test(name)),
        ['GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0'],
      );
    },
  );

  for (const place of ['rehearsal', 'offline test'] as const) {
    attack(
      'containers',
      `the ${place} has another interface than loopback`,
      'docker/container-options',
      () => {
        assert.deepEqual(look(place).interfaces, ['lo']);
        assert.ok(look('test').interfaces.length > 1, 'the test has one, when nothing else is said');
      },
    );

    attack('containers', `the ${place} reaches the host by the gateway`, 'docker/container-options', () => {
      assert.notEqual(look(place).tries.gateway, 'done');
      assert.equal(look('test').tries.gateway, 'done', 'it answers');
    });

    attack('containers', `the ${place} reaches the host by its name`, 'docker/container-options', () => {
      assert.notEqual(look(place).tries.host, 'done');
    });

    attack(
      'containers',
      `the ${place} reaches a cloud’s metadata service`,
      'docker/container-options',
      () => {
        assert.notEqual(look(place).tries.metadata, 'done');
      },
    );
  }

  attack('M3', 'the offline test is given proxies and servers', 'core/test/test-stage', () => {
    assert.deepEqual(
      look('offline test').variables.filter((name) => /proxy|JULIA_PKG_SERVER/i.test(name)),
      [],
    );
  });

  attack('M3', 'a test that ran with a network stands for one without', 'core/test/test-stage', () => {
    assert.notDeepEqual(look('offline test').interfaces, look('test').interfaces);
  });
});
