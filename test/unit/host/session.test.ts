import { strict as assert } from 'node:assert';
import { throwIfAborted } from '../../../src/base/abort.ts';
import type { RunResult } from '../../../src/core/pipeline/run.ts';
import { Session, type Work } from '../../../src/host/run/sessions.ts';
import { noEngine } from './events.ts';

const RESULT: RunResult = { artefacts: {}, outcomes: [], declined: false };

/** Work that goes on until it is told to end, or is cancelled. */
function longWork(): { work: Work; finish: () => void; signal: () => AbortSignal | undefined } {
  let seen: AbortSignal | undefined;
  let finish = (): void => undefined;
  const work: Work = (signal) => {
    seen = signal;
    return new Promise((resolve, reject) => {
      finish = () => resolve(RESULT);
      signal.addEventListener('abort', () => {
        try {
          throwIfAborted(signal);
        } catch (error) {
          reject(error instanceof Error ? error : new Error('odd'));
        }
      });
    });
  };
  return { work, finish: () => finish(), signal: () => seen };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('session', () => {
  it('runs one thing at a time', async () => {
    const session = new Session();
    const first = longWork();
    const run = session.run(first.work);
    await settled();
    assert.deepEqual(await session.run(() => Promise.reject(new Error('must not be called'))), {
      ending: 'busy',
    });
    assert.equal(session.view.phase, 'running');
    first.finish();
    assert.deepEqual(await run, { ending: 'done', result: RESULT });
    assert.equal(session.view.phase, 'idle');
    assert.equal((await session.run(() => Promise.resolve(RESULT))).ending, 'done');
  });

  it('hands each event on and shows it', async () => {
    const session = new Session();
    const events: string[] = [];
    const texts: string[] = [];
    session.listen({
      onEvent: ({ kind }) => events.push(kind),
      onChange: ({ stages }) => texts.push(stages.project.text),
    });
    await session.run(() => {
      session.onEvent({ kind: 'stage-started', stage: 'project', plan: 'read it' });
      session.onEvent({ kind: 'log', stage: 'project', stream: 'note', line: 'x' });
      return Promise.resolve(RESULT);
    });
    assert.deepEqual(events, ['stage-started', 'log']);
    assert.deepEqual(texts, ['', 'read it', '']);
  });

  it('hears no more after it stopped listening', async () => {
    const session = new Session();
    let calls = 0;
    session.listen({ onChange: () => calls++ }).dispose();
    await session.run(() => Promise.resolve(RESULT));
    assert.equal(calls, 0);
  });

  it('cancels, and says so while it does', async () => {
    const session = new Session();
    const { work, signal } = longWork();
    const run = session.run(work);
    await settled();
    session.cancel();
    assert.equal(session.view.phase, 'cancelling');
    assert.equal(signal()?.aborted, true);
    assert.deepEqual(await run, { ending: 'cancelled' });
    assert.equal(session.view.ending, 'cancelled');
  });

  it('does not begin work that was cancelled before it began', async () => {
    const session = new Session();
    const run = session.run(() => Promise.reject(new Error('must not be called')));
    session.cancel();
    assert.deepEqual(await run, { ending: 'cancelled' });
  });

  it('waits at its end for the run to clean up', async () => {
    const session = new Session();
    let cleaned = false;
    const { work } = longWork();
    void session.run(async (around) => {
      try {
        return await work(around);
      } finally {
        await settled();
        cleaned = true;
      }
    });
    await settled();
    await session.stop();
    assert.equal(cleaned, true);
  });

  it('makes what is thrown the end of the run, with its remedy', async () => {
    const session = new Session();
    const end = await session.run(() => Promise.reject(noEngine));
    assert.deepEqual(end, { ending: 'failed', error: noEngine });
    assert.equal(session.view.problem?.title, 'No Docker engine answers.');
    assert.equal(session.view.problem.code, 'engine-unreachable');
    assert.deepEqual(session.view.problem.actions[1], {
      title: 'Install Docker.',
      url: 'https://docs.docker.com/get-docker/',
    });
  });

  it('knows a fault of ours from an error for the person', async () => {
    const session = new Session();
    await session.run(() => Promise.reject(new TypeError('x is undefined')));
    assert.equal(session.view.problem?.code, undefined);
  });

  it('notes when the person said no', async () => {
    const session = new Session();
    const { ending } = await session.run(() => Promise.resolve({ ...RESULT, declined: true }));
    assert.equal(ending, 'declined');
  });
});
