import assert from 'node:assert/strict';
import { CancelledError, isCancelled, isUserError, UserError } from '../../../src/base/errors.ts';
import { planDatasets } from '../../../src/core/contract/datasets.ts';
import { composeNotebook } from '../../../src/core/contract/notebook/ipynb.ts';
import { notebookStage } from '../../../src/core/notebook/notebook-stage.ts';
import type {
  KaggleClient,
  NotebookInit,
  NotebookLogLine,
  NotebookStatus,
} from '../../../src/kaggle/client.ts';
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
): { readonly notebooks: Partial<KaggleClient['notebooks']> } {
  return {
    notebooks: {
      find: () => Promise.resolve(undefined),
      push: () => Promise.resolve({ owner: 'ann', slug: 'nb', version: 1, url: URL }),
      status: () => Promise.resolve({ status: states.shift() ?? 'error', failureMessage: 'it broke' }),
      output: () => Promise.resolve({ files: [], log }),
      followLog: async function* (_owner, _slug, signal) {
        yield* log.slice(0, live);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw new CancelledError();
      },
    },
  };
}

/** Whether a run that knows this much pushes, when Kaggle's latest version is the notebook that it would push. */
async function followedAfter(
  pending: unknown,
  there: { readonly status?: NotebookStatus; readonly source?: string } = {},
): Promise<{ pushed: boolean }> {
  const source = composeNotebook(INPUT.project, planDatasets(INPUT.project, INPUT.pack), INPUT.pack);
  let pushed = false;
  const notebooks: Partial<KaggleClient['notebooks']> = {
    ...runOf([], [], 0).notebooks,
    find: () =>
      Promise.resolve({
        currentVersion: 1,
        source: there.source ?? source,
        isPrivate: true,
      }),
    status: () => Promise.resolve({ status: there.status ?? 'complete', failureMessage: undefined }),
    push: () => {
      pushed = true;
      return Promise.resolve({ owner: 'ann', slug: 'nb', version: 2, url: URL });
    },
  };
  const { context } = keptContext({ notebooks }, { pending });
  // Its run leaves no file here, whichever version it is.
  await assert.rejects(notebookStage.run(INPUT, undefined, context));
  return { pushed };
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
    assert.match(error.title, /exception.*three/);
    assert.match(error.detail ?? '', /"error": it broke/);
    assert.match(error.detail ?? '', /ERROR: three/);
    assert.equal(error.actions.at(-1)?.url, URL);
    assert.deepEqual(told, ['one', 'two', 'ERROR: three']);
    assert.deepEqual(await followedAfter(saved.at(-1)), { pushed: true });
  });

  it('takes the upload back when the run found datasets to be others; what is damaged is sent anew', async () => {
    for (const [line, suspect] of [
      [
        "RuntimeError: The dataset 'tides-app' is damaged: a.txt is not the file that was sent.",
        ['tides-app'],
      ],
      ["RuntimeError: The dataset 'tides-app' attached here holds bundle 1, but this notebook needs 2.", []],
      ['ERROR: three', undefined],
    ] as const) {
      const { context, takenBack } = keptContext(runOf(['error'], [entry(`${line}\n`)], 0));
      await assert.rejects(notebookStage.run(INPUT, undefined, context));
      assert.deepEqual(takenBack, suspect === undefined ? [] : [['upload', { suspect }]]);
    }
  });

  it('asks once for what the run left', async () => {
    let asked = 0;
    const kaggle = runOf(['complete'], [], 0);
    kaggle.notebooks.output = () => {
      asked += 1;
      return Promise.resolve({ files: [], log: [] });
    };
    await assert.rejects(notebookStage.run(INPUT, undefined, keptContext(kaggle).context));
    assert.equal(asked, 1);
  });

  it('pushes with internet off what was rehearsed, in the image of the test when that is Kaggle’s', async () => {
    const digest = `gcr.io/kaggle-images/python@sha256:${'a'.repeat(64)}`;
    const build = aDepot({ image: { name: 'gcr.io/kaggle-images/python', id: 'sha256:i', digest } });
    const kaggle = runOf(['error'], [], 0);
    const pushed: (string | undefined)[] = [];
    kaggle.notebooks.push = (init) => {
      pushed.push(init.dockerImage);
      return Promise.resolve({ owner: 'ann', slug: 'nb', version: 1, url: URL });
    };
    for (const each of [build, aDepot()])
      await notebookStage
        .run({ ...INPUT, build: each }, undefined, keptContext(kaggle).context)
        .catch(() => undefined);
    assert.deepEqual(pushed, [digest, undefined]);
  });

  it('does not take a version for a good one that Kaggle made without a source', async () => {
    const kaggle = runOf([], [], 0);
    kaggle.notebooks.push = () =>
      Promise.reject(
        new UserError({ code: 'notebook-invalid-source', title: 'Dropped.', actions: [{ title: 'Again.' }] }),
      );
    const { context, saved } = keptContext(kaggle);
    await assert.rejects(notebookStage.run(INPUT, undefined, context), /Dropped/);
    assert.deepEqual(await followedAfter(saved.at(-1)), { pushed: true });
  });

  it('takes the very notebook on Kaggle for its own when the record was lost, unless its run failed', async () => {
    assert.deepEqual(await followedAfter(undefined), { pushed: false });
    assert.deepEqual(await followedAfter(undefined, { status: 'error' }), { pushed: true });
    const pack = { ...INPUT.pack, bundleId: 'c'.repeat(16) };
    const source = composeNotebook(INPUT.project, planDatasets(INPUT.project, INPUT.pack), pack);
    assert.deepEqual(await followedAfter(undefined, { source }), { pushed: true });
  });

  it('with a probe runs a notebook of its own with internet on first, and the real one without', async () => {
    const pushed: NotebookInit[] = [];
    const kaggle = runOf(['complete', 'complete'], [entry('wrote 60 rows\n')], 0);
    kaggle.notebooks.push = (init) => {
      pushed.push(init);
      return Promise.resolve({ owner: 'ann', slug: init.slug, version: pushed.length, url: URL });
    };
    const { context, saved } = keptContext(kaggle, { probe: true });
    await assert.rejects(notebookStage.run(INPUT, undefined, context), /wrote no submission\.csv/);
    assert.deepEqual(
      pushed.map(({ slug, internet }) => [slug, internet]),
      [
        ['harbour-tides-inference-julia-probe', true],
        ['harbour-tides-inference-julia', undefined],
      ],
    );
    // A run that was killed after the real push has the probe behind it.
    const afterPush = saved.find(
      (each): each is { slug: string } =>
        typeof each === 'object' &&
        each !== null &&
        'slug' in each &&
        each.slug === 'harbour-tides-inference-julia',
    );
    const resumed = keptContext(runOf(['complete'], [], 0), { probe: true, pending: afterPush });
    await assert.rejects(notebookStage.run(INPUT, undefined, resumed.context), /wrote no/);
    assert.ok(resumed.log.some((line) => line.includes('was pushed before')));
  });

  it('stops after a probe that downloaded something, and pushes nothing without internet', async () => {
    const pushed: NotebookInit[] = [];
    const kaggle = runOf(['complete'], [entry(' Downloading artifact: stations\n')], 0);
    kaggle.notebooks.push = (init) => {
      pushed.push(init);
      return Promise.resolve({ owner: 'ann', slug: init.slug, version: 1, url: URL });
    };
    const { context, saved } = keptContext(kaggle, { probe: true });
    await assert.rejects(notebookStage.run(INPUT, undefined, context), /probe.*"stations"/);
    assert.equal(pushed.length, 1);
    assert.equal(saved.at(-1), undefined);
  });

  it('that is cancelled says that the run goes on at Kaggle, and links to it', async () => {
    const controller = new AbortController();
    const kaggle = runOf([], [], 0);
    kaggle.notebooks.status = () => {
      controller.abort();
      return Promise.reject(new CancelledError());
    };
    const { context, warnings } = keptContext(kaggle, { signal: controller.signal });
    await assert.rejects(notebookStage.run(INPUT, undefined, context), isCancelled);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes(URL));
  });
});
