import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startWorld, type World } from '../support/world.ts';

interface Result {
  readonly kind: string;
  readonly outcomes: readonly { readonly stage: string; readonly state: string }[];
  readonly artefacts: {
    readonly build: { readonly volume: string };
    readonly notebook: { readonly version: number };
    readonly submit: { readonly ref: number; readonly publicScore: string };
  };
}

/** The stages that were not up to date. */
function worked({ outcomes }: Result): string[] {
  return outcomes.filter(({ state }) => state !== 'fresh').map(({ stage }) => stage);
}

describe('what stands and what does not, with the real engine and the sandbox', function () {
  this.timeout(600_000);
  let world: World;
  let first: Result;
  let original: string;

  const source = (folder = world.project): string => join(folder, 'src', 'Inference.jl');

  async function run(folder: string, ...args: string[]): Promise<Result> {
    const { code, stdout, stderr } = await world.julia([
      'run',
      folder,
      '--image',
      world.image,
      '--json',
      ...args,
    ]);
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
  }

  /** What a dry run says of a stage. */
  async function planOf(stage: string, ...args: string[]): Promise<string> {
    const { stdout } = await world.julia([
      'run',
      world.project,
      '--image',
      world.image,
      '--dry-run',
      ...args,
    ]);
    return stdout.split('\n').find((line) => line.startsWith(stage)) ?? '';
  }

  /** Lets the package predict so much more. */
  async function shift(folder: string, by: number): Promise<void> {
    const text = original.replace('round.(heights; digits', `round.(heights .+ ${by}; digits`);
    assert.notEqual(text, original);
    await writeFile(source(folder), text);
  }

  async function kaggle(method: string, body: object): Promise<void> {
    const { environment: env } = world;
    const credential = Buffer.from(`${env['KAGGLE_USERNAME'] ?? ''}:${env['KAGGLE_KEY'] ?? ''}`);
    const response = await fetch(`${env['JULIA_KAGGLE_API_URL'] ?? ''}/v1/${method}`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${credential.toString('base64')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
  }

  /** A file of the package in its tarball. */
  async function packed(): Promise<string> {
    const bundle = join(world.project, '.julia-kaggle', 'bundle', 'inferenceapp');
    const place = '.julia/dev/Inference/src/Inference.jl';
    return (await promisify(execFile)('tar', ['--zstd', '-xOf', bundle, place])).stdout;
  }

  before(async () => {
    world = await startWorld();
    original = await readFile(source(), 'utf8');
    first = await run(world.project);
  });

  after(() => world.close());

  it('a depot that was pruned costs nothing while its tarballs are there', async () => {
    await world.docker('volume', 'rm', first.artefacts.build.volume);
    const again = await run(world.project);
    assert.deepEqual([worked(again), again.artefacts.submit], [[], first.artefacts.submit]);
  });

  it('a copy of the project has a depot of its own, and the first one stays as it is', async () => {
    await run(world.project, '--fresh', 'build', '--until', 'build');
    const copy = join(world.examples, 'Copy');
    await cp(world.project, copy, { recursive: true });
    await shift(copy, 1000);
    const built = await run(copy, '--until', 'build');
    assert.notEqual(built.artefacts.build.volume, first.artefacts.build.volume);
    await run(world.project, '--fresh', 'pack', '--until', 'rehearse');
    assert.equal(await packed(), original);
  });

  it('a record that is older than the depot does not speak for it', async () => {
    const kept = join(world.examples, 'kept');
    await cp(join(world.project, '.julia-kaggle'), kept, { recursive: true });
    await shift(world.project, 1000);
    await run(world.project, '--until', 'build');
    await writeFile(source(), original);
    await rm(join(world.project, '.julia-kaggle'), { recursive: true });
    await cp(kept, join(world.project, '.julia-kaggle'), { recursive: true });
    const anew = ['--fresh', 'pack', '--until', 'rehearse'];
    assert.match(await planOf('build', ...anew), /would run .* since the depot is of another build/);
    const back = await run(world.project, ...anew);
    assert.ok(worked(back).includes('build'), worked(back).join());
    assert.equal(await packed(), original);
  });

  it('the plan of a run that is asked to do a stage anew says so', async () => {
    assert.match(await planOf('build', '--fresh', 'build'), /^build\s+would run/);
    const { code } = await world.julia(['run', world.project, '--dry-run', '--fresh', 'nonsense']);
    assert.equal(code, 2);
  });

  it('new code is submitted after the notebook was deleted on Kaggle, and has a score of its own', async () => {
    await run(world.project);
    const [userName, kernelSlug] = ['sandbox-user', 'harbour-tides-inference-julia'];
    await kaggle('kernels.KernelsApiService/DeleteKernel', { userName, kernelSlug });
    await shift(world.project, 5);
    const after = await run(world.project);
    assert.equal(after.artefacts.notebook.version, 1);
    assert.notEqual(after.artefacts.submit.ref, first.artefacts.submit.ref);
    assert.ok(Number(after.artefacts.submit.publicScore) > 4, after.artefacts.submit.publicScore);
  });
});
