import assert from 'node:assert/strict';
import type { Clock } from '../../../src/base/abort.ts';
import { UserError } from '../../../src/base/errors.ts';
import { poll } from '../../../src/core/contract/poll.ts';

const { signal } = new AbortController();
const DAY_MS = 86_400_000;

/** A clock on which waiting takes no time; `oversleep` tells how much longer the nth pause takes. */
function clockWith(oversleep: (pause: number) => number = () => 0): Clock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  let now = 0;
  return {
    pauses,
    now: () => now,
    sleep: (ms) => {
      pauses.push(ms);
      now += ms + oversleep(pauses.length);
      return Promise.resolve();
    },
  };
}

/** Gives its number on the nth look. */
function foundOn(n: number) {
  let looks = 0;
  return () => {
    looks += 1;
    return Promise.resolve(looks === n ? looks : undefined);
  };
}

const unreachable = new UserError({
  code: 'kaggle-unreachable',
  title: 'No net.',
  actions: [{ title: 'Wait.' }],
});

describe('polling', () => {
  it('looks at once, then with growing pauses, and never more rarely than every 30 s', async () => {
    const clock = clockWith();
    assert.equal(await poll(foundOn(40), clock, signal), 40);
    assert.equal(clock.pauses[0], 500);
    assert.ok(clock.pauses.every((pause, index) => pause >= (clock.pauses[index - 1] ?? 0)));
    assert.equal(clock.pauses.at(-1), 30_000);
    // An hour costs some 120 requests.
    assert.ok(clock.pauses.filter((pause) => pause < 30_000).length < 15);
  });

  it('after a sleep of a day looks at once, and then as often as at first', async () => {
    const clock = clockWith((pause) => (pause === 20 ? DAY_MS : 0));
    const since: number[] = [];
    const look = foundOn(22);
    await poll(
      (time) => {
        since.push(time.sinceLastMs);
        return look();
      },
      clock,
      signal,
    );
    assert.deepEqual(clock.pauses.slice(19, 21), [30_000, 500]);
    assert.equal(since[0], 0);
    assert.equal(since[20], DAY_MS + 30_000);
  });

  it('is not put off by a clock that is set back', async () => {
    const clock = clockWith((pause) => (pause === 2 ? -DAY_MS : 0));
    const since: number[] = [];
    const look = foundOn(5);
    await poll(
      (time) => {
        since.push(time.sinceLastMs);
        return look();
      },
      clock,
      signal,
    );
    assert.ok(since.every((ms) => ms >= 0));
  });

  it('goes on through troubles that pass, telling of the first of several', async () => {
    const told: string[] = [];
    let looks = 0;
    const look = (): Promise<true | undefined> => {
      looks += 1;
      return looks % 10 === 0 || looks === 35
        ? Promise.resolve(looks > 30 || undefined)
        : Promise.reject(unreachable);
    };
    const found = await poll(look, clockWith(), signal, { onTrouble: ({ title }) => told.push(title) });
    assert.equal(found, true);
    assert.equal(told.length, 4);
  });

  it('gives up after many troubles in a row, but not for one long sleep among them', async () => {
    const clock = clockWith((pause) => (pause === 3 ? DAY_MS : 0));
    const look = (): Promise<undefined> => Promise.reject(unreachable);
    await assert.rejects(poll(look, clock, signal, { onTrouble: () => undefined }), unreachable);
    assert.equal(clock.pauses.length, 19);
  });

  it('throws another error, and without `onTrouble` any, at once', async () => {
    const clock = clockWith();
    await assert.rejects(
      poll(() => Promise.reject(unreachable), clock, signal),
      unreachable,
    );
    const bug = new Error('bug');
    await assert.rejects(
      poll(() => Promise.reject(bug), clock, signal, { onTrouble: () => undefined }),
      bug,
    );
    assert.deepEqual(clock.pauses, []);
  });
});
