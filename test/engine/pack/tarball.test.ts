import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GuardedFolder } from '../../../src/base/guarded-folder.ts';
import { isCancelled, isUserError } from '../../../src/base/errors.ts';
import { sha256OfFile } from '../../../src/base/hash.ts';
import { chooseCodec } from '../../../src/core/contract/image/codec.ts';
import {
  packTarball,
  type Tarball,
  type TarballRequest,
} from '../../../src/core/pack/tarball/pack-tarball.ts';
import type { Engine } from '../../../src/docker/engine.ts';
import { tarOfFiles } from '../../../src/docker/tar-files.ts';
import { tempFolder, withTempFolder } from '../../support/temp.ts';
import { IMAGE, ownLabels, realEngine } from '../docker/real-engine.ts';

const labels = ownLabels();
const volume = `julia-kaggle-test-${labels['julia-kaggle.test'] ?? ''}`;
const CELLS = resolve(import.meta.dirname, '../../../src/core/contract/notebook/cells');
let engine: Engine;
let folder: string;
let depot: unknown;

/** Runs a program in the image beside the volume, after these files were put into its /tmp/in; gives its stdout. */
async function inImage(
  command: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const lines: string[] = [];
  const errors: string[] = [];
  const mounts = [{ volume, target: '/root/.julia', readOnly: false }];
  const exit = await engine.container.use(
    { image: IMAGE, command, network: 'none', mounts },
    async (container) => {
      for (const [name, path] of Object.entries(files)) {
        const from = { file: path, bytes: (await stat(path)).size };
        await container.putArchive('/tmp', tarOfFiles([{ path: `in/${name}`, from }]));
      }
      return container.run({
        onLine: (stream, line) => (stream === 'stdout' ? lines : errors).push(line),
      });
    },
  );
  assert.equal(exit.exitCode, 0, errors.join('\n'));
  return lines.join('\n');
}

const program = (name: string): Promise<string> => readFile(join(import.meta.dirname, name), 'utf8');

async function listing(at: string): Promise<unknown> {
  return JSON.parse(await inImage(['python3', '-c', await program('listing.py'), at]));
}

function pack(more: Partial<TarballRequest> = {}): Promise<Tarball> {
  const codec = more.codec ?? 'gzip';
  const request = {
    image: IMAGE,
    mounts: [{ volume, target: '/root/.julia', readOnly: true }],
    root: '/root',
    paths: ['.julia'],
    codec,
    folder: new GuardedFolder(folder),
    target: join(folder, codec),
    ...more,
  };
  return packTarball(engine, request, () => undefined);
}

/**
 * Unpacks with the notebook's own cell to /out, after the Python text `before` was run and before `afterwards` is; gives
 * the listing of what came out.
 */
async function unpacked(name: string, before = '', afterwards = ''): Promise<unknown> {
  const unpack = await readFile(join(CELLS, 'unpack.py'), 'utf8');
  const text = [
    'import sys, time',
    `FOLDERS, ARCHIVES = {"depot": "/tmp/in"}, [[["depot", "${name}", "/out"]]]`,
    'report = lambda step, started, **facts: None',
    await readFile(join(CELLS, 'archives.py'), 'utf8'),
    before,
    // A depot that came with the image; the one that is there is ours.
    unpack.replaceAll('"/root/.julia"', '"/tmp/.julia"'),
    afterwards,
    'sys.argv[1:] = ["/out/.julia"]',
    await program('listing.py'),
  ].join('\n');
  return JSON.parse(await inImage(['python3', '-c', text], { [name]: join(folder, name) }));
}

const HIDE_LIBRARY = [
  'def missing(name):',
  '    raise OSError(f"{name}: cannot open shared object file")',
  'ctypes.CDLL = missing',
].join('\n');

/** A program in the image's PATH which notes that it was called. */
function installed(name: string, text: string): string {
  const script = JSON.stringify(`#!/bin/bash\necho called > /tmp/${name}-called\n${text}\n`);
  const path = `/usr/local/bin/${name}`;
  return `with open("${path}", "w") as file:\n    file.write(${script})\nos.chmod("${path}", 0o755)`;
}

function wasCalled(name: string): string {
  return `assert os.path.exists("/tmp/${name}-called"), "${name} was not called"`;
}

/** One member and no sizes, as Julia's own tarball. */
const AS_ANY_GZIP =
  'subprocess.run("gzip -dc /tmp/in/gzip | gzip -1 > /tmp/any && mv /tmp/any /tmp/in/gzip", shell=True, check=True)';

describe('tarballs of a volume of the real engine', function () {
  this.timeout(600_000);

  before(async () => {
    engine = await realEngine(labels);
    folder = await tempFolder();
    await engine.volume.ensure(volume);
    await inImage(['python3', '-c', await program('odd-tree.py'), '/root/.julia']);
    depot = await listing('/root/.julia');
  });

  after(async () => {
    assert.equal(await engine.container.remove(labels), 0, 'a container was left');
    await engine.volume.remove(volume);
  });

  for (const codec of ['gzip', 'zstd'] as const)
    it(`are the same bytes with 1, 2 and 4 workers, and hold what the depot holds (${codec})`, async () => {
      const tarballs: Tarball[] = [];
      for (const workers of [1, 2, 4, 2]) tarballs.push(await pack({ codec, workers }));
      const [first] = tarballs;
      for (const each of tarballs) assert.deepEqual(each, first);
      assert.equal(await sha256OfFile(join(folder, codec)), first?.sha256);
      // Nine gigabytes of nothing take no room.
      assert.ok(first !== undefined && first.rawBytes < 100e6 && first.bytes < first.rawBytes);
      assert.deepEqual(await unpacked(codec), depot);
    });

  it('are unpacked by plain tar', async () => {
    const script = 'mkdir /out && tar -x -f /tmp/in/gzip -C /out && exec python3 -c "$0" /out/.julia';
    const out = await inImage(['bash', '-c', script, await program('listing.py')], {
      gzip: join(folder, 'gzip'),
    });
    assert.deepEqual(JSON.parse(out), depot);
  });

  it('are unpacked with the command zstd where the image has no library', async () => {
    const program = [
      await readFile(join(CELLS, 'archives.py'), 'utf8'),
      'import sys',
      'for chunk in zstd_by_library(sys.argv[-1]):',
      '    sys.stdout.buffer.write(chunk)',
    ].join('\n');
    const write = `with open("/tmp/zstd.py", "w") as file:\n    file.write(${JSON.stringify(program)})`;
    const zstd = installed('zstd', 'exec python3 /tmp/zstd.py "$@"');
    assert.deepEqual(
      await unpacked('zstd', [write, zstd, HIDE_LIBRARY].join('\n'), wasCalled('zstd')),
      depot,
    );
  });

  it('are unpacked when they are any gzip file, with pigz where the image has it', async () => {
    assert.deepEqual(await unpacked('gzip', AS_ANY_GZIP), depot);
    const pigz = installed('pigz', 'exec gzip "$@"');
    assert.deepEqual(await unpacked('gzip', `${AS_ANY_GZIP}\n${pigz}`, wasCalled('pigz')), depot);
  });

  it('that cannot be unpacked are named with the reason', async () => {
    await assert.rejects(
      unpacked('zstd', HIDE_LIBRARY),
      /in\/zstd could not be unpacked: .*cannot read zstd.*libzstd\.so\.1/s,
    );
    for (const [name, words] of [
      ['gzip', /in\/gzip could not be unpacked: .*damaged/],
      ['zstd', /in\/zstd could not be unpacked: .*too early/],
    ] as const) {
      const cut = `with open("/tmp/in/${name}", "r+b") as file:\n    file.truncate(3_000_000)`;
      await assert.rejects(unpacked(name, cut), words);
    }
  });

  it('take the codec that the image proved to read', async () => {
    const choice = await chooseCodec(engine, { image: IMAGE, wanted: 'auto' });
    assert.deepEqual(choice, { codec: 'zstd', reason: 'the image reads it with libzstd' });
  });

  it('are made of more paths than a command line takes, without those that are gone', async () => {
    const gone = Array.from({ length: 25_000 }, (_, i) => `.julia/artifacts/${String(i).padStart(100, 'x')}`);
    const all = await pack({ target: join(folder, 'all') });
    const some = await pack({ paths: [...gone, '.julia'], target: join(folder, 'some') });
    assert.equal(some.sha256, all.sha256);
  });

  it('leave nothing behind when they are interrupted', () =>
    withTempFolder(async (empty) => {
      for (const codec of ['gzip', 'zstd'] as const) {
        const stop = new AbortController();
        const request: TarballRequest = {
          image: IMAGE,
          mounts: [{ volume, target: '/root/.julia', readOnly: true }],
          root: '/root',
          paths: ['.julia'],
          codec,
          folder: new GuardedFolder(empty),
          target: join(empty, 'dotjulia'),
        };
        const packing = packTarball(engine.bound({ signal: stop.signal }), request, () => stop.abort());
        await assert.rejects(packing, isCancelled);
        assert.deepEqual(await readdir(empty), []);
        assert.equal(await engine.container.remove(labels), 0, 'a container was left');
      }
    }));

  for (const codec of ['gzip', 'zstd'] as const)
    it(`are refused when a file changed while it was read, naming it (${codec})`, () =>
      withTempFolder(async (empty) => {
        const writer = [
          'with open("/root/.julia/large", "ab") as file:',
          '    print("ready", flush=True)',
          '    while True:',
          '        file.write(b"x")',
          '        file.flush()',
        ].join('\n');
        const stop = new AbortController();
        const mounts = [{ volume, target: '/root/.julia', readOnly: false }];
        const spec = {
          image: IMAGE,
          command: ['python3', '-c', writer],
          network: 'none' as const,
          mounts,
        };
        await engine
          .bound({ signal: stop.signal })
          .container.use(spec, async (container) => {
            const ready = new Promise<void>((done) => {
              void container.run({ onLine: () => done() }).catch(() => undefined);
            });
            await ready;
            await assert.rejects(
              pack({ codec, folder: new GuardedFolder(empty), target: join(empty, 'dotjulia') }),
              (error) =>
                isUserError(error, 'file-changed') &&
                error.title === '.julia/large changed while dotjulia was packed.',
            );
            stop.abort();
          })
          .catch((error: unknown) => {
            if (!isCancelled(error)) throw error;
          });
        assert.deepEqual(await readdir(empty), []);
      }));

  it('are refused when an entry cannot be read, naming it', async () => {
    await assert.rejects(
      pack({ root: '/', paths: ['sys/bus/cpu/uevent'], target: join(folder, 'unreadable') }),
      (error) =>
        isUserError(error, 'file-unreadable') && error.title.startsWith('sys/bus/cpu/uevent cannot be read'),
    );
    assert.ok(!(await readdir(folder)).some((name) => name.startsWith('unreadable')));
  });
});
