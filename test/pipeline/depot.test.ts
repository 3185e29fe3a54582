import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { JULIA_CACHES, JULIA_VERSION } from '../../scripts/lib/test-julia.mjs';
import { isUserError, type SourcePlace, type UserError } from '../../src/base/errors.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { RunEvent } from '../../src/core/events.ts';
import { createPorts } from '../../src/core/pipeline/ports.ts';
import { runPipeline } from '../../src/core/pipeline/run.ts';
import type { Ports } from '../../src/core/stage.ts';
import type { Engine } from '../../src/docker/engine.ts';
import { startWorld, type Outcome, type World } from '../support/world.ts';
import { CHART, edit, type PackageServer, packageServerFor, TOY, useToy } from './package-server.ts';

// All of this is Julia 1.5.3 at work. What only newer ones show (pkgimages, CPU targets, relocatable depots, CUDA) is
// shown by the unit tests of julia-log, julia-environment, cuda-pin and forms.

interface Result {
  outcomes: { stage: string; state: string; summary: string }[];
  artefacts: {
    build: {
      volume: string;
      juliaVolume: string;
      buildScripts: string[];
      julia: { file: string };
      inventory: { kind: string; label?: string }[];
    };
    test: {
      appeared: { kind: string; label?: string; lazy?: boolean; bytes: number }[];
      lazyMissing: { name: string; package: string }[];
    };
    rehearse: { rows: number };
  };
}

/** The closing line of `run --json`. */
function resultOf({ code, stdout, stderr }: Outcome): Result {
  assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result & { kind: string };
  assert.equal(result.kind, 'result');
  return result;
}

function stageOf({ outcomes }: Result, stage: string): Result['outcomes'][number] {
  const found = outcomes.find((outcome) => outcome.stage === stage);
  assert.ok(found !== undefined);
  return found;
}

const GIB = 1024 ** 3;
const JULIA = `/opt/julia-${JULIA_VERSION}/bin/julia`;

function mountsOf({ build }: Result['artefacts']): string[] {
  return ['-v', `${build.volume}:/root/.julia`, '-v', `${build.juliaVolume}:/opt/julia-${JULIA_VERSION}`];
}

describe('the depot of a project with a registered package, a build script and a lazy artifact', function () {
  this.timeout(600_000);
  let world: World;
  let packages: PackageServer;
  let environment: Record<string, string>;
  let first: Result;
  let printed: string;
  const run = async (...args: string[]): Promise<Result> => {
    const how = ['run', world.project, '--image', world.image, '--json', ...args];
    const outcome = await world.julia(how, { environment });
    printed = outcome.stdout;
    return resultOf(outcome);
  };

  before(async () => {
    world = await startWorld();
    const served = await packageServerFor(world);
    packages = served.server;
    environment = {
      ...served.environment,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.https://git.example.org/.extraHeader',
      GIT_CONFIG_VALUE_0: 'Authorization: Bearer secret',
    };
    const inProject = (...path: string[]): string => join(world.project, ...path);
    await useToy(world.project, packages);
    // Tarballs that plain tar and Julia read; the other codec is that of the other suites.
    await edit(inProject('JuliaKaggle.toml'), (text) => `${text}\n[pack]\ncodec = "gzip"\n`);
    await edit(inProject('Artifacts.toml'), (text) =>
      text.replace(/^(git-tree-sha1.*)$/m, '$1\nlazy = true'),
    );
    await edit(inProject('src', 'Inference.jl'), (text) =>
      text.replace(
        'function main(args = ARGS)::Int\n',
        'function main(args = ARGS)::Int\n    println(ToyReg.stamp(), ", credentials: ", haskey(ENV, "GIT_CONFIG_VALUE_0"))\n',
      ),
    );
    await mkdir(join(world.examples, 'TideFeatures', 'deps'));
    await writeFile(
      join(world.examples, 'TideFeatures', 'deps', 'build.jl'),
      'write(joinpath(@__DIR__, "built.txt"), string("credentials: ", haskey(ENV, "GIT_CONFIG_VALUE_0")))\n',
    );
  });
  after(async () => {
    await packages.close();
    await world.close();
  });

  /** Inode and path of each cache of a package: Julia writes a new file when it compiles, and touches what it uses. */
  async function caches(name: string): Promise<string> {
    const find = `find /root/.julia/compiled/${JULIA_CACHES}/${name} -name '*.ji' -printf '%i %s %p\\n' | sort`;
    const mounts = mountsOf(first.artefacts);
    const found = await world.docker('run', '--rm', ...mounts, world.image, 'sh', '-c', find);
    assert.notEqual(found, '', `${name} has no cache`);
    return found;
  }

  const packageRequests = (): number => packages.asked.filter((path) => path.startsWith('/package/')).length;

  it('is built, tested and rehearsed', async () => {
    first = await run('--until', 'rehearse');
    assert.equal(first.artefacts.rehearse.rows, 60);
    assert.equal(packageRequests(), 1);
  });

  it('says of how many packages which one Julia compiles, and Julia’s log says so too', async () => {
    const events = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; text?: string });
    const told = events.flatMap(({ kind, text = '' }) => (kind === 'progress' ? text : []));
    const counted = told.flatMap((text) => /^Precompiling (\d) of 3: (\w+)$/.exec(text)?.slice(1) ?? []);
    assert.deepEqual(
      counted.toSorted(),
      ['1', '2', '3', 'Inference', 'TideFeatures', 'ToyReg'],
      told.join('\n'),
    );
    const log = await readFile(join(world.project, '.julia-kaggle', 'logs', 'build.log'), 'utf8');
    assert.match(log, /Precompiling ToyReg/);
  });

  it('names the packages that ran a program of their own, and that program did run', () => {
    assert.deepEqual(first.artefacts.build.buildScripts, ['TideFeatures']);
    assert.match(stageOf(first, 'build').summary, /ran the build script of TideFeatures/);
  });

  it('gives credentials for private packages to the build, and not to the run', async () => {
    const log = await readFile(join(world.project, '.julia-kaggle', 'logs', 'test.log'), 'utf8');
    assert.match(log, /2022-10-03, credentials: false/);
    const mounts = mountsOf(first.artefacts);
    const built = '/root/.julia/dev/TideFeatures/deps/built.txt';
    assert.equal(
      await world.docker('run', '--rm', ...mounts, world.image, 'cat', built),
      'credentials: true',
    );
    const kept = await readFile(join(world.project, '.julia-kaggle', 'record.json'), 'utf8');
    assert.doesNotMatch(kept, /Bearer/);
  });

  it('has the lazy artifact by the test run, which tells so with its size', () => {
    const [added, ...others] = first.artefacts.test.appeared;
    assert.deepEqual([added?.kind, added?.label, added?.lazy], ['artifact', 'stations', true]);
    assert.ok((added?.bytes ?? 0) > 100);
    assert.deepEqual(others, []);
    assert.match(
      stageOf(first, 'test').summary,
      /added to the depot: stations \(lazy artifact, [\d.]+ k?B\)/,
    );
  });

  it('offers the lazy artifact of a package that the test run did not use', async () => {
    assert.deepEqual(first.artefacts.test.lazyMissing, [{ name: CHART, package: TOY.name }]);
    assert.match(
      stageOf(first, 'test').summary,
      /the lazy artifact chart of ToyReg \(add-artifact brings one\)$/,
    );
    const log = await readFile(join(world.project, '.julia-kaggle', 'logs', 'test.log'), 'utf8');
    assert.match(log, /did not use: chart \(ToyReg\)\n.*julia-kaggle add-artifact NAME --write/);
  });

  it('starts nothing at all in the engine when nothing changed', async () => {
    const since = Math.floor(Date.now() / 1000);
    const second = await run('--until', 'rehearse');
    assert.deepEqual(
      second.outcomes.map(({ state }) => state),
      ['fresh', 'fresh', 'fresh', 'fresh', 'fresh'],
    );
    // One container of ours at the end shows that the engine would have told of another.
    const label = `julia-kaggle.project=${world.project}`;
    const ours = await world.docker('run', '--detach', '--label', label, world.image, 'true');
    await world.docker('rm', '--force', ours);
    const filters = ['--filter', 'event=start', '--filter', `label=${label}`];
    const until = Math.floor(Date.now() / 1000) + 1;
    const started = await world.docker(
      'events',
      ...filters,
      '--since',
      String(since),
      '--until',
      String(until),
      '--format',
      '{{.ID}}',
    );
    assert.equal(started, ours);
  });

  it('in another container compiles nothing and downloads nothing, by Julia’s own log', async () => {
    const bundle = join(world.project, '.julia-kaggle', 'bundle');
    const program = [
      'mkdir -p /kaggle/working && tar -x -f /in/julia -C /opt',
      'for part in dotjulia inferenceapp; do tar -x -f /in/$part -C /root; done',
      "snapshot() { find /root/.julia/compiled /root/.julia/artifacts -type f -printf '%i %s %p\\n' | sort; }",
      'snapshot > /tmp/before',
      `${JULIA} --startup-file=no --project=/root/.julia/dev/Inference -e 'using Inference; exit(Inference.main(ARGS))' -- --input /in/public --model /in/model.csv --output /kaggle/working/submission.csv`,
      'snapshot > /tmp/after && diff /tmp/before /tmp/after && wc -l < /kaggle/working/submission.csv',
    ].join(' && ');
    const variables = ['JULIA_DEPOT_PATH=/root/.julia:', 'JULIA_LOAD_PATH=@:@stdlib', 'JULIA_DEBUG=loading'];
    const options = ['--network', 'none', ...variables.flatMap((each) => ['--env', each])];
    const id = await world.docker(
      'create',
      ...options,
      world.image,
      'bash',
      '-c',
      `set -e; (${program}) 2>&1`,
    );
    try {
      await world.docker('cp', `${world.examples}/competition/.`, `${id}:/in`);
      await world.docker('cp', first.artefacts.build.julia.file, `${id}:/in/julia`);
      for (const part of ['dotjulia', 'inferenceapp'])
        await world.docker('cp', join(bundle, part), `${id}:/in/${part}`);
      await world.docker('cp', join(world.examples, 'models', 'model.csv'), `${id}:/in/model.csv`);
      const output = await world.docker('start', '--attach', id);
      assert.match(output, /^61$/m, output);
      assert.doesNotMatch(output, /Precompiling|Rejecting|Downloading|Recompiling/);
    } finally {
      await world.docker('rm', '--force', id);
    }
  });

  it('after an edit of the path dependency has new caches for what depends on it, and the others as they were', async () => {
    const [toy, features, project] = [
      await caches('ToyReg'),
      await caches('TideFeatures'),
      await caches('Inference'),
    ];
    await edit(
      join(world.examples, 'TideFeatures', 'src', 'TideFeatures.jl'),
      (text) => `${text}\n# one more line\n`,
    );
    const edited = await run('--until', 'rehearse');
    assert.equal(stageOf(edited, 'build').state, 'done');
    assert.equal(await caches('ToyReg'), toy);
    assert.notEqual(await caches('TideFeatures'), features);
    assert.notEqual(await caches('Inference'), project);
    assert.equal(packageRequests(), 1);
  });

  it('killed in the middle of the build goes on with what is there', async () => {
    await world.docker('volume', 'rm', '--force', first.artefacts.build.volume);
    await killedBuild('Installed ToyReg');
    const before = packageRequests();
    assert.equal(before, 2);
    const resumed = await run('--until', 'rehearse');
    assert.equal(stageOf(resumed, 'build').state, 'done');
    assert.equal(packageRequests(), before, 'the package was downloaded again');
    const label = `label=julia-kaggle.project=${world.project}`;
    assert.equal(await world.docker('ps', '--all', '--quiet', '--filter', label), '');
  });

  it('has a package’s lazy artifact with the build after one action, which shows the change first', async () => {
    const file = join(world.project, 'Artifacts.toml');
    const before = await readFile(file, 'utf8');
    const act = (...more: string[]): Promise<Outcome> =>
      world.julia(['add-artifact', CHART, world.project, ...more], { environment });
    const shown = await act();
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /^\+\[\[chart\]\]$/m);
    assert.match(shown.stdout, /--write makes the change/);
    assert.doesNotMatch(shown.stdout, /macos/);
    assert.equal(await readFile(file, 'utf8'), before, 'it was written before it was asked for');
    const written = await act('--write');
    assert.match(written.stdout, /^written: /m);
    assert.ok(!packages.asked.includes(packages.chartPath));
    const built = await run('--until', 'build');
    assert.ok(packages.asked.includes(packages.chartPath));
    assert.ok(built.artefacts.build.inventory.some(({ label }) => label === CHART));
    assert.match((await act()).stdout, /^Nothing to add/);
  });

  it('is repaired by a build from an empty depot where it is damaged', async () => {
    const damage = `rm -r /root/.julia/packages/ToyReg/*/src /root/.julia/compiled/${JULIA_CACHES}/ToyReg`;
    await world.docker('run', '--rm', ...mountsOf(first.artefacts), world.image, 'sh', '-c', damage);
    await edit(join(world.project, 'src', 'Inference.jl'), (text) => `${text}\n# once more\n`);
    const how = ['--image', world.image, '--json', '--until', 'build'];
    const { code } = await world.julia(['run', world.project, ...how], { environment });
    assert.equal(code, 1);
    const requests = packageRequests();
    await run('--fresh', 'build', '--until', 'test');
    assert.equal(packageRequests(), requests + 1);
  });

  /** The one error of a run from an empty depot. */
  async function failure(): Promise<{ code: string; title: string; source?: SourcePlace }> {
    const how = ['--image', world.image, '--json', '--fresh', 'build', '--until', 'test'];
    const args = ['run', world.project, ...how];
    const { code, stdout } = await world.julia(args, { environment });
    assert.equal(code, 1, stdout.slice(-2000));
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { kind: string; error: never };
    assert.equal(last.kind, 'error');
    return last.error;
  }

  it('names an artifact that arrives with another content', async () => {
    const path = packages.asked.find((each) => each.startsWith('/artifact/')) ?? '';
    packages.wrong.set(path, await readFile(join(world.project, '.julia-kaggle', 'bundle', 'inferenceapp')));
    const error = await failure();
    packages.wrong.clear();
    assert.equal(error.code, 'checksum-mismatch', error.title);
    assert.match(error.title, /"stations"/);
  });

  it('names a package that cannot be got', async () => {
    for (const path of packages.asked) if (path.startsWith('/package/')) packages.wrong.set(path, undefined);
    const error = await failure();
    packages.wrong.clear();
    assert.equal(error.code, 'julia-failed', error.title);
    assert.match(error.title, /example\.org/);
  });

  it('names a package whose build script fails, and one that does not compile', async () => {
    const script = join(world.examples, 'TideFeatures', 'deps', 'build.jl');
    await edit(script, () => 'error("no compiler")\n');
    assert.match((await failure()).title, /^The build script of TideFeatures \(deps\/build\.jl\) failed\.$/);
    await edit(script, () => '\n');
    const source = join(world.project, 'src', 'model.jl');
    await edit(source, (text) => `${text}\nfit(data = )\n`);
    const line = (await readFile(source, 'utf8')).split('\n').indexOf('fit(data = )') + 1;
    const failed = await failure();
    const place = `Inference/src/model.jl:${line}`;
    assert.ok(failed.title.startsWith('Inference could not be compiled: syntax: '), failed.title);
    assert.ok(failed.title.endsWith(` (${place}).`), failed.title);
    assert.deepEqual([failed.source?.file, failed.source?.line], [source, line]);
  });

  /** Runs the real program and kills it when its log has a line with this text. */
  async function killedBuild(text: string): Promise<void> {
    const root = resolve(import.meta.dirname, '..', '..');
    const main = join(root, 'src', 'cli', 'main.ts');
    const how = ['--image', world.image, '--json', '--fresh', 'build'];
    const args = ['--import', 'tsx', main, 'run', world.project, ...how];
    const child = spawn('node', args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    let seen = false;
    for await (const line of createInterface({ input: child.stdout })) {
      if (seen || !line.includes(text)) continue;
      seen = true;
      child.kill('SIGKILL');
    }
    await closed;
    assert.ok(seen, 'it ended before it was killed');
  }
});

describe('a package that init made', function () {
  this.timeout(600_000);
  let world: World;
  let folder: string;

  before(async () => {
    world = await startWorld();
    folder = join(world.examples, 'Tides');
    const made = await world.julia([
      'init',
      folder,
      '--competition',
      'harbour-tides',
      '--julia',
      JULIA_VERSION,
    ]);
    assert.equal(made.code, 0, made.stderr);
  });
  after(() => world.close());

  it('passes the rehearsal as it is, and its own tests', async () => {
    const outcome = await world.julia([
      'run',
      folder,
      '--image',
      world.image,
      '--until',
      'rehearse',
      '--json',
    ]);
    const { artefacts } = resultOf(outcome);
    assert.equal(artefacts.rehearse.rows, 60);
    assert.match(await readFile(join(folder, '.julia-kaggle/logs/rehearse.log'), 'utf8'), /wrote 60 rows/);
    const dev = '/root/.julia/dev/Tides';
    const julia = [JULIA, `--project=${dev}`, `${dev}/test/runtests.jl`];
    const tested = await world.docker('run', '--rm', ...mountsOf(artefacts), world.image, ...julia);
    assert.match(tested, /Test Summary:.*\n.*Tides +\| +9 +9/);
  });

  /** What becomes of the run when `main` does this. The engine says that its machine has 2 GiB. */
  async function ending(body: string): Promise<UserError> {
    await edit(join(folder, 'src', 'Tides.jl'), (text) =>
      text.replace(/(function main\(args = ARGS\)::Int\n)[\s\S]*?\nend\n/, `$1    ${body}\nend\n`),
    );
    const events: RunEvent[] = [];
    const error: unknown = await runPipeline({
      folder,
      until: 'test',
      overrides: { image: world.image },
      ports: withLittleMemory(world),
      onEvent: (event) => events.push(event),
      signal: new AbortController().signal,
    }).catch((reason: unknown) => reason);
    assert.ok(isUserError(error), String(error));
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'failed' ? [event.stage] : [])),
      ['test'],
    );
    const label = `label=julia-kaggle.project=${folder}`;
    assert.equal(await world.docker('ps', '--all', '--quiet', '--filter', label), '');
    return error;
  }

  for (const [name, body, code, title] of [
    [
      'more memory than there is',
      'length(sum([fill(UInt8(i), 2^28) for i in 1:10]))',
      'out-of-memory',
      /^Tides needed more memory than this engine has \(1\.07 GB\)/,
    ],
    [
      'an array that no machine could hold',
      'length(zeros(UInt8, 2^50))',
      'out-of-memory',
      /^Tides needed more memory/,
    ],
    [
      'a crash',
      'unsafe_store!(Ptr{Int}(8), 1)',
      'test-failed',
      /^Tides\.main crashed in the image: a segmentation fault \(SIGSEGV\)/,
    ],
    [
      'another file than the submission',
      'write("/kaggle/working/predictions.csv", "id,height\\n"); return 0',
      'submission-file',
      /wrote no submission\.csv in \/kaggle\/working; it left predictions\.csv there/,
    ],
    ['an exit code', 'return 3', 'test-failed', /^Tides\.main ended with exit code 3 in the image\.$/],
    [
      'a file that is not there',
      'length(read("/home/ada/train.csv"))',
      'test-failed',
      /^Tides\.main opened \/home\/ada\/train\.csv, which is not there in the image/,
    ],
    [
      'three ids twice and a NaN',
      'lines = readlines(joinpath(args[2], "sample_submission.csv")); lines[5] = "404,NaN"; write(args[4], join([lines; lines[2:4]], "\\n")); return 0',
      'submission-file',
      /row 62: the id 401 appears twice \(and 4 more\)/,
    ],
  ] as const) {
    it(`${name} is told for what it is: ${code}`, async () => {
      const error = await ending(body);
      assert.equal(error.code, code, `${error.title}\n${error.detail ?? ''}`);
      assert.match(error.title, title);
    });
  }
});

/** The world's ports, with an engine whose machine is small: its limits are real. */
function withLittleMemory({ environment, examples }: World): Ports {
  const ports = createPorts({
    environment: {
      ...environment,
      JULIA_KAGGLE_CACHE: environment['JULIA_KAGGLE_CACHE'] ?? join(examples, 'cache'),
    },
    homeFolder: homedir(),
    platform: process.platform,
    logger: silentLogger,
  });
  const small = (engine: Engine): Engine => ({
    ...engine,
    info: async () => ({ ...(await engine.info()), memoryBytes: 2 * GIB }),
    bound: (binding) => small(engine.bound(binding)),
  });
  return { ...ports, engine: async (signal) => small(await ports.engine(signal)) };
}
