import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { withLock } from '../../../src/base/lock.ts';
import { tempFolder } from '../../support/temp.ts';

const NEVER = new AbortController().signal;
const LOCK = join(import.meta.dirname, '..', '..', '..', 'src', 'base', 'lock.ts');

describe('withLock', () => {
  it('takes over at once from a process that was killed', async () => {
    const path = join(await tempFolder(), 'run.lock');
    const program = `
      import { withLock } from ${JSON.stringify(LOCK)};
      await withLock(${JSON.stringify(path)}, new AbortController().signal, async () => {
        console.log('held');
        await new Promise((done) => setTimeout(done, 60_000));
      });`;
    const child = spawn('node', ['--import', 'tsx', '--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await assert.rejects(
      withLock(path, NEVER, () => Promise.resolve()),
      (error) => isUserError(error, 'run-locked'),
    );
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(await withLock(path, NEVER, () => Promise.resolve('mine')), 'mine');
  }).timeout(20_000);
});
