import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { withLock } from '../../../src/base/lock.ts';
import { tempFolder } from '../../support/temp.ts';

const NEVER = new AbortController().signal;

describe('withLock', () => {
  it('lets one in at a time and leaves nothing behind', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'run.lock');
    await withLock(path, NEVER, async () => {
      await assert.rejects(
        withLock(path, NEVER, () => Promise.resolve()),
        (error) => isUserError(error, 'run-locked'),
      );
    });
    assert.deepEqual(await readdir(folder), []);
    assert.equal(await withLock(path, NEVER, () => Promise.resolve(7)), 7);
  });

  it('frees the lock when the work fails', async () => {
    const path = join(await tempFolder(), 'run.lock');
    await assert.rejects(
      withLock(path, NEVER, () => Promise.reject(new Error('no'))),
      /^Error: no$/,
    );
    await withLock(path, NEVER, () => Promise.resolve());
  });
});
