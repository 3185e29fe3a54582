import assert from 'node:assert/strict';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, throwIfAborted } from '../../../src/base/abort.ts';
import { isCancelled, isUserError } from '../../../src/base/errors.ts';
import { PROCESS_SPACE } from '../../../src/base/lock-folder.ts';
import { lostLock, withLock } from '../../../src/base/lock.ts';
import { tempFolder } from '../../support/temp.ts';

const NEVER = new AbortController().signal;

/** Time that passes by sleeping alone; `onSleep` is done in each sleep. */
function steppingClock(onSleep: () => Promise<void> | void = () => undefined): Clock {
  let now = 0;
  return {
    now: () => now,
    async sleep(ms, signal) {
      await onSleep();
      throwIfAborted(signal);
      now += ms;
    },
  };
}

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

  it('is waited for by one who is patient, until it is given back', async () => {
    const path = join(await tempFolder(), 'run.lock');
    const sleeping = new EventEmitter();
    await new Promise<void>((isHeld) => {
      void withLock(path, NEVER, async () => {
        isHeld();
        await once(sleeping, 'third');
      }).then(() => sleeping.emit('free'));
    });
    let sleeps = 0;
    const clock = steppingClock(async () => {
      sleeps += 1;
      if (sleeps !== 3) return;
      sleeping.emit('third');
      await once(sleeping, 'free');
    });
    const patience = { milliseconds: 5_000, clock };
    assert.equal(await withLock(path, NEVER, () => Promise.resolve(7), patience), 7);
    assert.equal(sleeps, 3);
  });

  it('is waited for only as long as the patience lasts, and while nobody cancels', async () => {
    const path = join(await tempFolder(), 'run.lock');
    await withLock(path, NEVER, async () => {
      const clock = steppingClock();
      const impatient = withLock(path, NEVER, () => Promise.resolve(), { milliseconds: 5_000, clock });
      await assert.rejects(impatient, (error) => isUserError(error, 'run-locked'));
      assert.ok(clock.now() >= 5_000 && clock.now() < 6_000, `${clock.now()} ms`);
      const controller = new AbortController();
      const cancelled = withLock(path, controller.signal, () => Promise.resolve(), {
        milliseconds: 5_000,
        clock: steppingClock(() => controller.abort()),
      });
      await assert.rejects(cancelled, isCancelled);
    });
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

  it('is had by one at a time, also where all find that its holder is gone', async () => {
    const path = join(await tempFolder(), 'run.lock');
    const { pid } = spawnSync(process.execPath, ['--version']);
    let holders = 0;
    const want = async (after: number): Promise<number> => {
      for (let time = 0; time < after; time += 1) await turn();
      try {
        return await withLock(path, NEVER, async () => {
          holders += 1;
          assert.equal(holders, 1);
          for (let time = 0; time < 20; time += 1) await turn();
          holders -= 1;
          return 1;
        });
      } catch (error) {
        if (!isUserError(error, 'run-locked')) throw error;
        return 0;
      }
    };
    for (let time = 0; time < 20; time += 1) {
      await mkdir(path);
      await writeFile(
        join(path, 'owner.json'),
        JSON.stringify({ host: hostname(), space: PROCESS_SPACE, pid }),
      );
      // One that was left long ago has gone stale too.
      if (time % 2 === 0) await utimes(path, 0, 0);
      const had = await Promise.all(Array.from({ length: 12 }, (_, i) => want(i * 3)));
      assert.ok(had.includes(1));
    }
    assert.deepEqual(await readdir(dirname(path)), []);
  });

  it('is not taken from a process of the same number elsewhere on this machine: of WSL, of a container', async () => {
    const path = join(await tempFolder(), 'run.lock');
    const { pid } = spawnSync(process.execPath, ['--version']);
    for (const space of ['win32', 'linux pid:[1]', undefined].filter((each) => each !== PROCESS_SPACE)) {
      await rm(path, { recursive: true, force: true });
      await mkdir(path);
      await writeFile(join(path, 'owner.json'), JSON.stringify({ host: hostname(), space, pid }));
      const taking = withLock(path, NEVER, () => Promise.resolve());
      await assert.rejects(taking, (error) => isUserError(error, 'run-locked'));
    }
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

/** The system's number, or on Windows the one that Node has for it. */
function numberOf(name: string): number | undefined {
  return [...getSystemErrorMap()].find(([, [each]]) => each === name)?.[0];
}

/** As the library hands it on: the system's error with a code of the library's own. */
function withNumber(error: Error, name: 'EROFS' | 'EACCES' | 'ENOENT'): Error {
  return Object.assign(error, { code: 'ECOMPROMISED', errno: numberOf(name) });
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
