import assert from 'node:assert/strict';
import { timedEngine } from '../../../src/docker/timed-engine.ts';
import { playedEngine } from '../../support/played-engine.ts';

const SPEC = { image: 'image', command: ['true'], network: 'none' } as const;

describe('timed engine', () => {
  /** A clock that goes on by one each time that it is looked at, and what was told. */
  function watched(engine: ReturnType<typeof playedEngine>) {
    const costs: string[] = [];
    let time = 0;
    const timed = timedEngine(
      engine,
      (what, milliseconds) => costs.push(`${what} ${milliseconds}`),
      () => (time += 1),
    );
    return { timed, costs };
  }

  it('tells what each call took, of an engine that was bound to more, too', async () => {
    const { timed, costs } = watched(playedEngine(() => ({ lines: ['said'] })));
    const lines: string[] = [];
    await timed
      .bound({})
      .container.use(SPEC, (container) => container.run({ onLine: (_, line) => lines.push(line) }));
    await timed.info();
    assert.deepEqual(lines, ['said']);
    assert.deepEqual(costs, ['make a container 1', 'run a program 1', 'remove a container 1', 'look 1']);
  });

  it('tells of what failed as well, and hands the error on', async () => {
    const { timed, costs } = watched(playedEngine(() => ({})));
    const failed = timed.container.use(SPEC, () => Promise.reject(new Error('broken')));
    await assert.rejects(failed, /broken/);
    assert.deepEqual(costs, ['make a container 1', 'remove a container 1']);
    const unmade = watched(playedEngine(() => new Error('no container')));
    await assert.rejects(
      unmade.timed.container.use(SPEC, () => Promise.resolve()),
      /no container/,
    );
    assert.deepEqual(unmade.costs, []);
  });
});
