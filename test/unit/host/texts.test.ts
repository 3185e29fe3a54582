import { strict as assert } from 'node:assert';
import { UserError } from '../../../src/base/errors.ts';
import { errorNotification } from '../../../src/host/editor/errors.ts';
import { errorText, logLine } from '../../../src/host/editor/log.ts';
import { fractionOf, runningText } from '../../../src/host/run/run-view.ts';
import { EMPTY_VIEW } from '../../../src/host/run/run-view.ts';
import { statusText } from '../../../src/host/status-bar/status-text.ts';
import { type Event, noEngine, requested, started, viewAfter } from './events.ts';

const PROJECT = { name: 'Inference', folder: '/w/Inference' };

describe('a notification of an error', () => {
  it('says what is wrong and the first remedy; addresses become buttons', () => {
    assert.deepEqual(errorNotification(noEngine), {
      text: 'No Docker engine answers. Start the engine.',
      taken: [{ command: 'chooseEngine', label: 'Choose Docker Engine…' }],
      links: [{ title: 'Install Docker.', url: 'https://docs.docker.com/get-docker/' }],
    });
  });

  it('leaves a remedy of several lines to the panel', () => {
    const error = new UserError({
      code: 'config-invalid',
      title: 'There is no JuliaKaggle.toml.',
      actions: [{ title: 'Write:\ncompetition = "titanic"' }],
    });
    assert.equal(errorNotification(error).text, 'There is no JuliaKaggle.toml.');
  });

  it('offers to sign in where that would help', () => {
    const error = new UserError({ code: 'not-signed-in', title: 'x', actions: [{ title: 'y' }] });
    assert.equal(errorNotification(error).taken[0]?.command, 'signIn');
  });
});

describe('the log', () => {
  it('has a line for each event but the steps of a progress bar', () => {
    assert.deepEqual(logLine({ kind: 'log', stage: 'build', stream: 'stdout', line: 'hello' }), {
      level: 'info',
      text: '[build] hello',
    });
    assert.equal(logLine({ kind: 'warning', stage: 'test', message: 'slow' })?.level, 'warn');
    assert.equal(logLine({ kind: 'progress', stage: 'build', text: 'x' }), undefined);
  });

  it('has all that an error says', () => {
    assert.equal(
      errorText(noEngine),
      [
        'No Docker engine answers. (engine-unreachable)',
        '    unix:///var/run/docker.sock: not there',
        '  → Start the engine.',
        '  → Install Docker. https://docs.docker.com/get-docker/',
      ].join('\n'),
    );
  });
});

describe('the status bar', () => {
  it('says nothing of a Julia project that has nothing to do with Kaggle', () => {
    assert.equal(statusText(PROJECT, EMPTY_VIEW, false), undefined);
    assert.equal(statusText(PROJECT, EMPTY_VIEW, true)?.text, '$(rocket) Julia on Kaggle');
  });

  it('says with a Kaggle on this machine that all is practice', () => {
    const text = (...events: Event[]) => statusText(PROJECT, viewAfter(...events), true, true)?.text;
    assert.equal(statusText(PROJECT, EMPTY_VIEW, true, true)?.text, '$(rocket) Local Kaggle (practice)');
    assert.equal(text(requested, started('build')), '$(sync~spin) Local Kaggle: Build');
    assert.equal(text(requested, started('submit')), '$(watch) Local Kaggle: Submit, waiting');
  });

  it('names the stage that is at work, and in full to those who ask', () => {
    const status = statusText(PROJECT, viewAfter(requested, started('build', 'pull the image')), true);
    assert.deepEqual(status, { text: '$(sync~spin) Kaggle: Build', label: 'Build: pull the image' });
  });

  it('tells of a failure, and of a score', () => {
    const failed = viewAfter(requested, started('build'), {
      kind: 'run-ended',
      ending: 'failed',
      problem: { title: 'Bad luck.', actions: [], code: 'julia-failed' },
    });
    assert.deepEqual(statusText(PROJECT, failed, true), {
      text: '$(error) Kaggle: Build failed',
      label: 'Bad luck.',
    });
    const scored = viewAfter({
      kind: 'run-ended',
      ending: 'done',
      submission: { state: 'complete', publicScore: '0.09', url: 'https://k' },
    });
    assert.deepEqual(statusText(PROJECT, scored, true), {
      text: '$(check) Kaggle: 0.09',
      label: 'Submission is complete, public score 0.09',
    });
  });

  it('has the score of an earlier run as such, and says when the last one was stopped', () => {
    const submission = { state: 'complete', publicScore: '0.09', url: 'https://k' } as const;
    const scored: Event[] = [requested, { kind: 'run-ended', ending: 'done', submission }];
    const local: Event[] = [...scored, requested, { kind: 'run-ended', ending: 'done' }];
    assert.deepEqual(statusText(PROJECT, viewAfter(...local), true), {
      text: '$(check) Kaggle: 0.09',
      label: 'Last submission: public score 0.09',
    });
    for (const ending of ['cancelled', 'declined'] as const)
      assert.deepEqual(
        statusText(PROJECT, viewAfter(...scored, requested, { kind: 'run-ended', ending }), true),
        {
          text: '$(circle-slash) Kaggle: Cancelled',
          label:
            ending === 'cancelled'
              ? 'The run was cancelled; finished stages are kept.'
              : 'Stopped before the upload; nothing left this machine.',
        },
      );
  });
});

describe('progress', () => {
  it('in words has the stage, the step and the bytes', () => {
    const view = viewAfter(started('upload'), {
      kind: 'progress',
      stage: 'upload',
      text: 'Sending',
      doneBytes: 1500,
    });
    assert.equal(runningText(view), 'Upload: Sending, 1.50 kB');
  });

  it('is a part of the whole, and never more', () => {
    const stage = { state: 'running', text: '', warnings: [] } as const;
    assert.equal(fractionOf({ ...stage, doneBytes: 1, totalBytes: 4 }), 0.25);
    assert.equal(fractionOf({ ...stage, doneBytes: 5, totalBytes: 4 }), 1);
    assert.equal(fractionOf({ ...stage, doneBytes: 5, totalBytes: 0 }), undefined);
    assert.equal(fractionOf({ ...stage, doneBytes: 5 }), undefined);
  });
});
