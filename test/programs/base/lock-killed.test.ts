import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { withLock } from '../../../src/base/lock.ts';
import { tempFolder } from '../../support/temp.ts';

const NEVER = new AbortController().signal;
const KILLS = 8;
const LOCK = join(import.meta.dirname, '..', '..', '..', 'src', 'base', 'lock.ts');

/** Runs `use` with `withLock` and the lock's path at hand, in a process of its own, until it has printed something. */
async function start(path: string, use: string): Promise<ChildProcess> {
  const program = `
    import { withLock } from ${JSON.stringify(LOCK)};
    const path = ${JSON.stringify(path)};
    const signal = new AbortController().signal;
    ${use}`;
  const child = spawn('node', ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

describe('withLock', () => {
  it('takes over at once from a process that was killed', async () => {
    const path = join(await tempFolder(), 'run.lock');
    const child = await start(
      path,
      `await withLock(path, signal, async () => {
        console.log('held');
        await new Promise((done) => setTimeout(done, 60_000));
      });`,
    );
    await assert.rejects(
      withLock(path, NEVER, () => Promise.resolve()),
      (error) => isUserError(error, 'run-locked'),
    );
    await kill(child);
    assert.equal(await withLock(path, NEVER, () => Promise.resolve('mine')), 'mine');
  }).timeout(20_000);

  it('does so whenever it was killed, also while it took the lock or gave it back, and leaves nothing', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'run.lock');
    for (let time = 0; time < KILLS; time += 1) {
      const taking = `console.log('begins'); for (;;) await withLock(path, signal, async () => undefined);`;
      await kill(await start(path, taking));
      assert.equal(await withLock(path, NEVER, () => Promise.resolve('mine')), 'mine');
      assert.deepEqual(await readdir(folder), []);
    }
  }).timeout(60_000);
});
