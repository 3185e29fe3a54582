import { strict as assert } from 'node:assert';
import type { RunResult } from '../../../src/core/pipeline/run.ts';
import { Sessions } from '../../../src/host/run/sessions.ts';

const RESULT: RunResult = { artefacts: {}, outcomes: [], declined: false };
const A = '/w/a';
const B = '/w/b';

describe('the sessions of several projects', () => {
  it('run beside each other, each with its own state', async () => {
    const sessions = new Sessions();
    sessions.show(A);
    let finish = (): void => undefined;
    const first = sessions.of(A).run(
      () =>
        new Promise((resolve) => {
          finish = () => resolve(RESULT);
        }),
    );
    assert.equal((await sessions.of(B).run(() => Promise.resolve(RESULT))).ending, 'done');
    assert.equal(sessions.view.phase, 'running');
    sessions.show(B);
    assert.equal(sessions.view.phase, 'idle');
    assert.equal(sessions.view.ending, 'done');
    finish();
    await first;
    sessions.show(A);
    assert.equal(sessions.view.ending, 'done');
  });

  it('tell of the project that is shown, and when another one is', async () => {
    const sessions = new Sessions();
    sessions.show(A);
    const phases: string[] = [];
    const shown: string[] = [];
    const all: string[] = [];
    sessions.listen({ onChange: ({ phase }) => phases.push(phase), onEvent: ({ kind }) => shown.push(kind) });
    sessions.listenToAll(({ kind }) => all.push(kind));
    await sessions.of(B).run(() => {
      sessions.onEvent({ kind: 'stage-started', stage: 'project', plan: 'read' }, B);
      return Promise.resolve(RESULT);
    });
    assert.deepEqual([phases, shown, all], [[], [], ['stage-started']]);
    sessions.show(B);
    sessions.show(B);
    assert.deepEqual(phases, ['idle']);
  });

  it('end together', async () => {
    const sessions = new Sessions();
    const untilCancelled = (folder: string) =>
      sessions.of(folder).run(
        (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () =>
              reject(Object.assign(new Error(), { name: 'CancelledError' })),
            );
          }),
      );
    const runs = [untilCancelled(A), untilCancelled(B)];
    await Promise.resolve();
    await sessions.stop();
    assert.deepEqual(
      (await Promise.all(runs)).map(({ ending }) => ending),
      ['cancelled', 'cancelled'],
    );
  });
});
