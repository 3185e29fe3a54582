import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startWorld, type World } from '../support/world.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'src', 'cli', 'main.ts');

interface Line {
  kind: string;
  stage?: string;
  text?: string;
}

/** Runs the real program and kills it (SIGKILL) when it says what `when` waits for. */
async function killedRun(world: World, when: (line: Line) => boolean): Promise<void> {
  const args = ['--import', 'tsx', MAIN, 'run', world.project, '--image', world.image, '--json'];
  const child = spawn('node', args, {
    cwd: ROOT,
    env: world.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let seen = false;
  for await (const text of createInterface({ input: child.stdout })) {
    if (seen || !when(JSON.parse(text) as Line)) continue;
    seen = true;
    child.kill('SIGKILL');
  }
  await closed;
  assert.ok(seen, 'it ended before it was killed');
}

async function ask(world: World, method: string, body: object): Promise<Record<string, unknown>> {
  const {
    JULIA_KAGGLE_API_URL: url = '',
    KAGGLE_USERNAME: name = '',
    KAGGLE_KEY: key = '',
  } = world.environment;
  const response = await fetch(`${url}/v1/${method}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Basic ${Buffer.from(`${name}:${key}`).toString('base64')}`,
    },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

describe('a run that is killed again and again', function () {
  this.timeout(600_000);
  let world: World;

  before(async () => {
    world = await startWorld();
  });

  after(async () => {
    await world.close();
  });

  it('goes on where it was, and makes one notebook version and one submission', async () => {
    await killedRun(
      world,
      ({ kind, stage, text }) =>
        kind === 'progress' && stage === 'build' && text?.startsWith('Instantiating') === true,
    );
    await killedRun(world, ({ kind, stage }) => kind === 'log' && stage === 'rehearse');
    await killedRun(
      world,
      ({ kind, stage, text }) =>
        kind === 'progress' && stage === 'upload' && text?.includes('inferenceapp') === true,
    );
    for (const [at, words] of [
      ['notebook', 'Pushing'],
      ['notebook', 'Version 1 is'],
      ['notebook', 'Version 1 is running'],
      ['submit', 'Submitting'],
      ['submit', 'Waiting'],
    ] as const)
      await killedRun(
        world,
        ({ kind, stage, text }) => kind === 'progress' && stage === at && text?.startsWith(words) === true,
      );
    const { code, stdout } = await world.julia(['run', world.project, '--image', world.image, '--json']);
    assert.equal(code, 0, stdout.slice(-3000));
    const { submissions } = (await ask(world, 'competitions.CompetitionApiService/ListSubmissions', {
      competitionName: 'harbour-tides',
    })) as { submissions: { status: string; publicScore: string }[] };
    assert.deepEqual(
      submissions.map(({ status }) => status),
      ['COMPLETE'],
    );
    const history = await world.julia(['history', world.project, '--json']);
    const kept = JSON.parse(history.stdout) as { submissions: { state: string; publicScore: string }[] };
    assert.deepEqual(
      kept.submissions.map(({ state, publicScore }) => [state, publicScore]),
      submissions.map(({ publicScore }) => ['complete', publicScore]),
    );
    const { kernels } = (await ask(world, 'kernels.KernelsApiService/ListKernels', { group: 'PROFILE' })) as {
      kernels: { currentVersionNumber: number }[];
    };
    assert.deepEqual(
      kernels.map(({ currentVersionNumber }) => currentVersionNumber),
      [1],
    );
    const { datasets } = (await ask(world, 'datasets.DatasetApiService/ListDatasets', {
      group: 'DATASET_SELECTION_GROUP_MY',
    })) as { datasets: { currentVersionNumber: number }[] };
    assert.deepEqual(
      datasets.map(({ currentVersionNumber }) => currentVersionNumber),
      [1, 1, 1, 1],
    );
    const label = `label=julia-kaggle.project=${world.project}`;
    assert.equal(await world.docker('ps', '--all', '--quiet', '--filter', label), '');
  });
});
