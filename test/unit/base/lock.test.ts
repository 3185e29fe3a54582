import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isUserError } from '../../../src/base/errors.ts';
import { lostLock, withLock } from '../../../src/base/lock.ts';
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

  it('is had by one at a time, and all others are told so, however many want it', async () => {
    const path = join(await tempFolder(), 'run.lock');
    let holders = 0;
    const want = async (): Promise<void> => {
      for (let time = 0; time < 40; time += 1)
        try {
          await withLock(path, NEVER, async () => {
            holders += 1;
            assert.equal(holders, 1);
            await turn();
            holders -= 1;
          });
        } catch (error) {
          if (!isUserError(error, 'run-locked')) throw error;
        }
    };
    await Promise.all(Array.from({ length: 8 }, want));
    await withLock(path, NEVER, () => Promise.resolve());
  });

  it('frees the lock when the work fails', async () => {
    const path = join(await tempFolder(), 'run.lock');
    await assert.rejects(
      withLock(path, NEVER, () => Promise.reject(new Error('no'))),
      /^Error: no$/,
    );
    await withLock(path, NEVER, () => Promise.resolve());
  });

  it('tells the failure of the work, also where the lock cannot be given back', async () => {
    const path = join(await tempFolder(), 'locks', 'run.lock');
    const failing = withLock(path, NEVER, async () => {
      await rm(dirname(path), { recursive: true });
      await writeFile(dirname(path), 'no folder');
      throw new Error('the work failed');
    });
    await assert.rejects(failing, /^Error: the work failed$/);
  });
});

/** As the library hands it on: the system's error with a code of the library's own. */
function withNumber(error: Error, name: 'EROFS' | 'EACCES' | 'ENOENT'): Error {
  return Object.assign(error, { code: 'ECOMPROMISED', errno: -constants.errno[name] });
}

describe('a lock that was lost', () => {
  it('names the folder that cannot be written, where that is why', () => {
    for (const name of ['EROFS', 'EACCES'] as const) {
      const error = lostLock('/work/Inference/.julia-kaggle/run.lock', withNumber(new Error(name), name));
      assert.ok(isUserError(error, 'file-unreadable'));
      assert.match(error.title, /^The folder \/work\/Inference\/\.julia-kaggle cannot be read or written/);
      assert.match(error.title, new RegExp(name));
    }
  });

  it('was taken over when it is gone or somebody else renews it', () => {
    const gone = withNumber(new Error('ENOENT: no such file'), 'ENOENT');
    const renewed = Object.assign(new Error('Unable to update lock within the stale threshold'), {
      code: 'ECOMPROMISED',
    });
    for (const error of [gone, renewed]) assert.ok(isUserError(lostLock('/p/run.lock', error), 'run-locked'));
  });
});
