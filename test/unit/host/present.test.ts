import { strict as assert } from 'node:assert';
import { STAGE_NAMES } from '../../../src/core/stages.ts';
import { present } from '../../../src/host/panel/present.ts';
import { problemOf } from '../../../src/host/run/run-view.ts';
import { EMPTY_VIEW } from '../../../src/host/run/run-view.ts';
import { type Event, finished, noEngine, requested, started, viewAfter } from './events.ts';

const PROJECT = { name: 'Inference', folder: '/home/ada/Inference', competition: 'harbour-tides' };

describe('what the panel shows', () => {
  it('of a project before any run', () => {
    const state = present(PROJECT, EMPTY_VIEW);
    assert.equal(state.project, 'Inference');
    assert.equal(state.aim, undefined);
    assert.deepEqual(state.primary, { intent: 'plan', label: 'Submit to harbour-tides', enabled: true });
    assert.equal(state.announcement, '');
    assert.deepEqual(
      state.stages.map(({ name }) => name),
      STAGE_NAMES,
    );
    assert.deepEqual(state.stages[1], {
      name: 'build',
      title: 'Build',
      state: 'waiting',
      word: 'Not run yet',
      text: 'Instantiate and precompile in the Kaggle image',
      warnings: [],
      details: [],
      action: { label: 'Run up to Build', enabled: true },
    });
  });

  it('while no project is chosen', () => {
    const state = present(undefined, EMPTY_VIEW);
    assert.equal(state.project, undefined);
    assert.equal(state.primary.label, 'Submit');
  });

  it('of a stage at work, with its bytes', () => {
    const view = viewAfter(requested, started('upload'), {
      kind: 'progress',
      stage: 'upload',
      text: 'Uploading',
      doneBytes: 250,
      totalBytes: 1000,
    });
    const state = present(PROJECT, view);
    const upload = state.stages.find(({ name }) => name === 'upload');
    assert.equal(upload?.text, 'Uploading, 250 B of 1.00 kB (25 %)');
    assert.equal(upload.progress, 0.25);
    assert.equal(upload.action.enabled, false);
    assert.deepEqual(state.primary, { intent: 'cancel', label: 'Cancel', enabled: true });
  });

  it('of a stage that works without saying how far it is', () => {
    const state = present(PROJECT, viewAfter(requested, started('build')));
    assert.equal(state.stages[1]?.progress, 'unknown');
  });

  it('announces stages and not each byte', () => {
    const begun = viewAfter(requested, started('upload'));
    const on = viewAfter(requested, started('upload'), {
      kind: 'progress',
      stage: 'upload',
      text: 'x',
      doneBytes: 1,
    });
    assert.equal(present(PROJECT, begun).announcement, 'Upload: Running');
    assert.equal(present(PROJECT, on).announcement, 'Upload: Running');
  });

  it('of a run that is being cancelled', () => {
    const state = present(PROJECT, viewAfter(requested, started('build'), { kind: 'cancel-requested' }));
    assert.deepEqual(state.primary, { intent: 'cancel', label: 'Cancelling…', enabled: false });
    assert.equal(state.announcement, 'Cancelling…');
  });

  it('of a failure: what, why, and each remedy', () => {
    const view = viewAfter(
      requested,
      started('build'),
      { kind: 'failed', stage: 'build', error: noEngine },
      { kind: 'run-ended', ending: 'failed', problem: problemOf(noEngine) },
    );
    const state = present(PROJECT, view);
    assert.deepEqual(state.problem, {
      title: 'No Docker engine answers.',
      detail: 'unix:///var/run/docker.sock: not there',
      remedies: [
        { text: 'Start the engine.' },
        { text: 'Install Docker.', url: 'https://docs.docker.com/get-docker/' },
      ],
      offers: [{ command: 'choose-engine', label: 'Choose Docker Engine…', enabled: true }],
    });
    assert.equal(state.announcement, 'The run failed. No Docker engine answers.');
    assert.equal(state.stages[1]?.word, 'Failed');
  });

  it('of a fault of ours', () => {
    const view = viewAfter({
      kind: 'run-ended',
      ending: 'failed',
      problem: problemOf(new TypeError('x is undefined')),
    });
    assert.deepEqual(present(PROJECT, view).problem, {
      title: 'This is a bug of Julia on Kaggle: x is undefined',
      remedies: [{ text: 'Report it with the end of the log.' }],
      offers: [],
    });
  });

  it('of a JuliaKaggle.toml that cannot be used, until a run says more', () => {
    const project = { ...PROJECT, competition: undefined, problem: problemOf(noEngine) };
    assert.equal(present(project, EMPTY_VIEW).problem?.title, 'No Docker engine answers.');
    assert.equal(present(project, viewAfter(requested)).problem, undefined);
  });

  it('of a run that was cancelled while its notebook may run on Kaggle', () => {
    const cancelled = (stage: 'notebook' | 'test') =>
      present(PROJECT, viewAfter(requested, started(stage), { kind: 'run-ended', ending: 'cancelled' }))
        .announcement;
    assert.match(cancelled('notebook'), /finished stages are kept\. If the notebook has begun on Kaggle/);
    assert.equal(cancelled('test'), 'The run was cancelled; finished stages are kept.');
  });

  it('of times that mean something', () => {
    const stageOf = (milliseconds: number) =>
      present(PROJECT, viewAfter(finished('test', milliseconds))).stages[2];
    assert.equal(stageOf(99)?.duration, undefined);
    assert.equal(stageOf(1500)?.duration, '1.5 s');
  });

  it('of a notebook one time, which its line tells: that on Kaggle, not that of following it', () => {
    const { stages } = present(PROJECT, viewAfter(finished('notebook')));
    assert.equal(stages.find(({ name }) => name === 'notebook')?.duration, undefined);
  });

  it('of the submission of an earlier run, which is not taken for that of the present one', () => {
    const submission = { state: 'complete', publicScore: '0.0973', url: 'https://k' } as const;
    const done: Event = { kind: 'run-ended', ending: 'done', submission };
    const told = (...events: Event[]) => {
      const { submission: shown } = present(PROJECT, viewAfter(...events));
      return [shown?.state, shown?.text];
    };
    const earlier = ['earlier', 'Last submission: public score 0.0973'];
    assert.deepEqual(told(requested, done, requested), earlier);
    for (const ending of ['done', 'failed', 'cancelled', 'declined'] as const)
      assert.deepEqual(told(requested, done, requested, { kind: 'run-ended', ending }), earlier);
    assert.deepEqual(told({ kind: 'record-read', summaries: {}, failures: {}, submission }), earlier);
    assert.deepEqual(told(requested, done, requested, done)[0], 'done');
  });

  it('of a submission with its score', () => {
    const submission = {
      state: 'complete',
      publicScore: '0.0912',
      url: 'https://www.kaggle.com/s/1',
    } as const;
    const state = present(PROJECT, viewAfter({ kind: 'run-ended', ending: 'done', submission }));
    assert.deepEqual(state.submission, {
      state: 'done',
      text: 'Submission is complete, public score 0.0912',
      url: 'https://www.kaggle.com/s/1',
    });
  });
});
