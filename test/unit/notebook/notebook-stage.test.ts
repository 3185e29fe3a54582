import assert from 'node:assert/strict';
import { CancelledError, isCancelled, isUserError } from '../../../src/base/errors.ts';
import { notebookStage } from '../../../src/core/notebook/notebook-stage.ts';
import type { KaggleClient, NotebookLogLine, NotebookStatus } from '../../../src/kaggle/client.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';

const INPUT = {
  project: aProject(),
  build: aDepot(),
  test: aTestReport(),
  pack: aBundle(),
  rehearse: { fingerprint: 'r', seconds: 1, steps: [], peakMemoryBytes: 1, rows: 1, submissionSha256: 's' },
  upload: { fingerprint: 'u', owner: 'ann', datasets: [], uploadedBytes: 0 },
};
const URL = 'https://site.test/code/ann/nb';
const entry = (text: string): NotebookLogLine => ({ stream: 'stdout', seconds: 1, text });

/** A run that goes through these states, with this log; the stream gives the first `live` entries of it. */
function runOf(
  states: NotebookStatus[],
  log: readonly NotebookLogLine[],
  live: number,
): Partial<KaggleClient> {
  return {
    findNotebook: () => Promise.resolve(undefined),
    pushNotebook: () => Promise.resolve({ owner: 'ann', slug: 'nb', version: 1, url: URL }),
    getNotebookStatus: () =>
      Promise.resolve({ status: states.shift() ?? 'error', failureMessage: 'it broke' }),
    getNotebookOutput: () => Promise.resolve({ files: [], log }),
    followNotebookLog: async function* (_owner, _slug, signal) {
      yield* log.slice(0, live);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new CancelledError();
    },
  };
}

describe('the notebook stage', () => {
  it('tells the log while the run goes on, each line once, and why it failed', async () => {
    const log = [entry('one\n'), entry('two\n'), entry('ERROR: three\n')];
    const {
      context,
      log: told,
      saved,
    } = keptContext(runOf(['queued', 'running', 'running', 'error'], log, 2));
    const error: unknown = await notebookStage
      .run(INPUT, undefined, context)
      .catch((reason: unknown) => reason);
    assert.ok(isUserError(error, 'notebook-failed'));
    assert.match(error.title, /"error": it broke/);
    assert.match(error.detail ?? '', /ERROR: three/);
    assert.equal(error.actions[0].url, URL);
    assert.deepEqual(told, ['one', 'two', 'ERROR: three']);
    // The next run of the stage pushes anew instead of following the run that failed.
    assert.equal(saved.at(-1), undefined);
  });

  it('pushes with internet off what was rehearsed, in the image of the test when that is Kaggle’s', async () => {
    const digest = `gcr.io/kaggle-images/python@sha256:${'a'.repeat(64)}`;
    const build = aDepot({ image: { name: 'gcr.io/kaggle-images/python', id: 'sha256:i', digest } });
    const kaggle = runOf(['error'], [], 0);
    const pushed: (string | undefined)[] = [];
    kaggle.pushNotebook = (init) => {
      pushed.push(init.dockerImage);
      return Promise.resolve({ owner: 'ann', slug: 'nb', version: 1, url: URL });
    };
    for (const each of [build, aDepot()])
      await notebookStage
        .run({ ...INPUT, build: each }, undefined, keptContext(kaggle).context)
        .catch(() => undefined);
    assert.deepEqual(pushed, [digest, undefined]);
  });

  it('that is cancelled says that the run goes on at Kaggle, and links to it', async () => {
    const controller = new AbortController();
    const kaggle = runOf([], [], 0);
    kaggle.getNotebookStatus = () => {
      controller.abort();
      return Promise.reject(new CancelledError());
    };
    const { context, warnings } = keptContext(kaggle, { signal: controller.signal });
    await assert.rejects(notebookStage.run(INPUT, undefined, context), isCancelled);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes(URL));
  });
});
