import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLogger } from '../../../src/base/logger.ts';
import { CHECKOUT_LABEL } from '../../../src/core/contract/checkout.ts';
import { cleanedEngine, labelsOf } from '../../../src/core/pipeline/leftovers.ts';
import type { Ports } from '../../../src/core/stage.ts';
import { IMAGE, NEVER, realEngine } from './real-engine.ts';

const execute = promisify(execFile);

/** Starts a run of the checkout in a process of its own and kills it; its container goes on. */
async function killedRun(checkout: string): Promise<void> {
  const script = join(import.meta.dirname, 'left-behind.ts');
  const child = spawn(process.execPath, ['--import=tsx', script, checkout], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function containersOf(checkout: string): Promise<string[]> {
  const filter = `label=${CHECKOUT_LABEL}=${checkout}`;
  const format = '{{.State}} {{.Label "julia-kaggle.run"}}';
  const { stdout } = await execute('docker', ['ps', '--all', '--filter', filter, '--format', format]);
  return stdout.split('\n').filter((line) => line !== '');
}

/** The ports as far as they matter here. */
async function ports(): Promise<Ports> {
  const engine = await realEngine();
  return {
    engine: () => Promise.resolve(engine),
    kaggle: () => assert.fail(),
    julia: { fetchTarball: () => assert.fail(), resolve: () => assert.fail() },
    clock: { now: () => 0, sleep: () => assert.fail() },
    logger: silentLogger,
    environment: {},
  };
}

describe('what a killed run leaves', () => {
  const [mine, other] = [randomUUID(), randomUUID()];
  const project = { root: '/a/project' };

  after(async () => {
    const engine = await realEngine();
    for (const checkout of [mine, other]) await engine.container.remove({ [CHECKOUT_LABEL]: checkout });
  });

  it('is removed by the next run of the same project, and by no other', async () => {
    await killedRun(mine);
    await killedRun(other);
    assert.deepEqual(await containersOf(mine), ['running '], 'it was left');
    await cleanedEngine(await ports(), mine, project).engine(NEVER);
    assert.deepEqual(await containersOf(mine), []);
    assert.deepEqual(await containersOf(other), ['running ']);
  });

  it('is not taken for what this run creates, which carries the run besides', async () => {
    const engine = await cleanedEngine(await ports(), mine, project).engine(NEVER);
    const spec = {
      image: IMAGE,
      command: ['true'],
      network: 'none',
    } as const;
    const seen = await engine.container.use(spec, () => containersOf(mine));
    assert.equal(seen.length, 1);
    assert.match(seen[0] ?? '', /^created [0-9a-f-]{36}$/);
    const volume = `julia-kaggle-test-${process.pid}`;
    await engine.volume.ensure(volume);
    try {
      const [found] = await engine.volume.list(labelsOf(mine, project));
      assert.equal(found?.name, volume);
      assert.match(found.labels['julia-kaggle.run'] ?? '', /^[0-9a-f-]{36}$/);
    } finally {
      await engine.volume.remove(volume);
    }
  });
});
