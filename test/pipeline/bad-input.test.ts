import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { JULIA_VERSION } from '../../scripts/lib/test-julia.mjs';
import type { ErrorCode } from '../../src/base/errors.ts';
import { JULIA_SERVER_URL } from '../../src/julia/releases.ts';
import { startWorld, type World } from '../support/world.ts';

const run = promisify(execFile);

interface Told {
  code: ErrorCode;
  title: string;
  actions: { title: string }[];
}

const MANIFEST_1_9 = 'julia_version = "1.9.4"\nmanifest_format = "2.0"\n\n[deps]\n';

/** Inputs that are wrong before anything is started: what is done to the example, and what is told. */
const WRONG_PROJECTS: {
  name: string;
  spoil: (project: string) => Promise<void>;
  code: ErrorCode;
  title: RegExp;
}[] = [
  {
    name: 'a folder that is no Julia project',
    spoil: (p) => rm(join(p, 'Project.toml')),
    code: 'not-a-project',
    title: /Inference/,
  },
  {
    name: 'a Project.toml that does not parse',
    spoil: (p) => writeFile(join(p, 'Project.toml'), 'name = "Inference"\nuuid = oops\n'),
    code: 'toml-syntax',
    title: /Project\.toml.*2.*8|Project\.toml:2:8/,
  },
  {
    name: 'no Manifest',
    spoil: (p) => rm(join(p, 'Manifest.toml')),
    code: 'manifest-missing',
    title: /Manifest/,
  },
  {
    name: 'a Manifest of another Julia minor version',
    spoil: (p) => writeFile(join(p, 'Manifest.toml'), MANIFEST_1_9),
    code: 'manifest-julia-version',
    title: /1\.9\.4.*1\.5\.3|1\.5\.3.*1\.9\.4/,
  },
  {
    name: 'a missing path dependency',
    spoil: (p) => rm(join(p, '..', 'TideFeatures'), { recursive: true }),
    code: 'path-dependency-missing',
    title: /TideFeatures/,
  },
  {
    name: 'a missing entry point',
    spoil: (p) => rm(join(p, 'src', 'Inference.jl')),
    code: 'entry-missing',
    title: /Inference/,
  },
  {
    name: 'a missing model',
    spoil: (p) => rm(join(p, '..', 'models', 'model.csv')),
    code: 'model-missing',
    title: /model\.csv/,
  },
  {
    name: 'an unknown key in JuliaKaggle.toml, with the nearest known one',
    spoil: async (p) => {
      const file = join(p, 'JuliaKaggle.toml');
      await writeFile(file, `${await readFile(file, 'utf8')}\n[outptu]\nfile = "x.csv"\n`);
    },
    code: 'config-invalid',
    title: /outptu.*output/s,
  },
];

describe('bad input', function () {
  this.timeout(300_000);
  let world: World;

  beforeEach(async () => {
    world = await startWorld();
  });

  afterEach(async () => {
    const label = `label=julia-kaggle.project=${world.project}`;
    assert.equal(await world.docker('ps', '--all', '--quiet', '--filter', label), '', 'a container was left');
    assert.deepEqual(await readdir(world.temporary), [], 'a temporary folder was left');
    await world.close();
  });

  /** Runs until a stage and gives the one error that was told; the exit code must be 1. */
  async function failure(...args: string[]): Promise<Told> {
    const { code, stdout, stderr } = await world.julia([
      'run',
      world.project,
      '--image',
      world.image,
      '--json',
      ...args,
    ]);
    assert.equal(code, 1, `${stdout}\n${stderr}`);
    const errors = stdout
      .trim()
      .split('\n')
      .flatMap((line) => {
        const value = JSON.parse(line) as { kind: string; error: Told };
        return value.kind === 'error' ? [value.error] : [];
      });
    assert.equal(errors.length, 1);
    const [error] = errors;
    assert.ok(
      error !== undefined && error.actions.length > 0 && error.actions.every(({ title }) => title !== ''),
    );
    return error;
  }

  /** The record, if there is one, is whole. */
  async function recordIsWhole(): Promise<void> {
    const files = await readdir(join(world.project, '.julia-kaggle')).catch((): string[] => []);
    assert.deepEqual(
      files.filter((name) => name.startsWith('record.json.') || name === 'run.lock'),
      [],
    );
    if (files.includes('record.json'))
      JSON.parse(await readFile(join(world.project, '.julia-kaggle', 'record.json'), 'utf8'));
  }

  for (const { name, spoil, code, title } of WRONG_PROJECTS) {
    it(`${name}: ${code}, and nothing is written`, async () => {
      await spoil(world.project);
      const error = await failure();
      assert.equal(error.code, code, error.title);
      assert.match(error.title, title);
      assert.ok(!(await readdir(world.project)).includes('.julia-kaggle'));
    });
  }

  it('an engine that cannot be reached', async () => {
    const elsewhere = { ...world.environment, DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const { code, stdout } = await world.julia(['run', world.project, '--json'], { environment: elsewhere });
    assert.equal(code, 1);
    assert.match(stdout, /"code":"engine-unreachable"/);
    assert.match(stdout, /\/nowhere\/docker\.sock/);
    await recordIsWhole();
  });

  it('a Julia tarball with a wrong checksum is not used and not kept', async () => {
    const cache = join(world.environment['JULIA_KAGGLE_CACHE'] ?? '', 'julia');
    const tarball = `julia-${JULIA_VERSION}-linux-x86_64.tar.gz`;
    const mirror = world.environment['JULIA_KAGGLE_JULIA_SERVER'] ?? JULIA_SERVER_URL;
    const versions = (await (await fetch(`${mirror}/bin/versions.json`)).json()) as Record<
      string,
      { files: { sha256: string }[] }
    >;
    for (const { files } of Object.values(versions)) for (const file of files) file.sha256 = '0'.repeat(64);
    const lying = await serveVersions(JSON.stringify(versions));
    try {
      const environment = { ...world.environment, JULIA_KAGGLE_JULIA_SERVER: lying.url };
      const { code, stdout } = await world.julia(['run', world.project, '--image', world.image, '--json'], {
        environment,
      });
      assert.equal(code, 1);
      assert.match(stdout, /"code":"checksum-mismatch"/);
      assert.ok(!(await readdir(cache).catch((): string[] => [])).includes(tarball));
      await recordIsWhole();
    } finally {
      await lying.close();
    }
  });

  it('a full disk while packing leaves no half-written file', async () => {
    const bundle = join(world.project, '.julia-kaggle', 'bundle');
    await mkdir(bundle, { recursive: true });
    // A disk of its own, with room for the first of the tarballs alone.
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', bundle]);
    try {
      const error = await failure('--until', 'pack');
      assert.equal(error.code, 'disk-full');
      assert.deepEqual(await readdir(bundle), ['dotjulia']);
      await recordIsWhole();
    } finally {
      await run('umount', [bundle]);
    }
  });

  it('a port in use', async () => {
    const holder = createServer();
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const folder = join(world.examples, '..', 'other-sandbox');
    const competition = join(world.examples, 'competition');
    const { code, stdout } = await world.julia([
      'sandbox',
      competition,
      '--folder',
      folder,
      '--port',
      String(port),
      '--json',
    ]);
    holder.close();
    assert.equal(code, 1);
    assert.match(stdout, /"code":"port-in-use"/);
    assert.match(stdout, new RegExp(String(port)));
  });

  it('a second run of the same project at the same time', async () => {
    const both = await Promise.all(
      [1, 2].map(() =>
        world.julia(['run', world.project, '--image', world.image, '--json', '--until', 'build']),
      ),
    );
    assert.deepEqual(both.map(({ code }) => code).sort(), [0, 1]);
    assert.match(both.map(({ stdout }) => stdout).join(''), /"code":"run-locked"/);
  });

  it('wrong usage ends with 2', async () => {
    assert.equal((await world.julia(['run', '--until', 'score'])).code, 2);
    assert.equal((await world.julia(['run', '--no-such-option'])).code, 2);
    assert.equal((await world.julia(['fly'])).code, 2);
    assert.equal((await world.julia(['--help'])).code, 0);
  });
});

async function serveVersions(body: string): Promise<{ url: string; close: () => Promise<void> }> {
  const { createServer: createHttpServer } = await import('node:http');
  const server = createHttpServer((_, response) => response.end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
