import { strict as assert } from 'node:assert';
import { EMPTY_VIEW, reduce } from '../../../src/host/run/run-view.ts';
import { type Event, finished, noEngine, requested, skipped, started, viewAfter } from './events.ts';

describe('run view', () => {
  it('follows a stage from its plan over its progress to its result', () => {
    const begun = viewAfter(requested, started('build'));
    assert.equal(begun.current, 'build');
    assert.deepEqual(begun.stages.build, { state: 'running', text: 'do build', warnings: [] });

    const halfway = reduce(begun, {
      kind: 'progress',
      stage: 'build',
      text: 'Pulling',
      doneBytes: 5,
      totalBytes: 10,
    });
    assert.deepEqual(halfway.stages.build, {
      state: 'running',
      text: 'Pulling',
      doneBytes: 5,
      totalBytes: 10,
      warnings: [],
    });

    const done = reduce(halfway, finished('build'));
    assert.equal(done.current, undefined);
    assert.deepEqual(done.stages.build, {
      state: 'done',
      text: 'did build',
      milliseconds: 1500,
      warnings: [],
    });
  });

  it('forgets the bytes of one step when the next has none', () => {
    const view = viewAfter(
      started('build'),
      { kind: 'progress', stage: 'build', text: 'Pulling', doneBytes: 5, totalBytes: 10 },
      { kind: 'progress', stage: 'build', text: 'Precompiling' },
    );
    assert.deepEqual(view.stages.build, { state: 'running', text: 'Precompiling', warnings: [] });
  });

  it('keeps the warnings of a stage with its result', () => {
    const view = viewAfter(
      started('test'),
      { kind: 'warning', stage: 'test', message: 'slow' },
      finished('test'),
    );
    assert.deepEqual(view.stages.test.warnings, ['slow']);
  });

  it('tells a result that stands from one that was made', () => {
    assert.equal(viewAfter(skipped('build')).stages.build.state, 'up-to-date');
  });

  it('does not change with the lines of the log', () => {
    const view = viewAfter(requested, started('build'));
    assert.equal(reduce(view, { kind: 'log', stage: 'build', stream: 'stdout', line: 'x' }), view);
  });

  it('keeps results of the run before in sight, and forgets its failures', () => {
    const view = viewAfter(
      requested,
      finished('project'),
      skipped('build'),
      started('test'),
      { kind: 'failed', stage: 'test', error: noEngine },
      {
        kind: 'run-ended',
        ending: 'failed',
        problem: { title: 'x', actions: [], code: 'julia-failed' },
      },
      requested,
    );
    assert.equal(view.problem, undefined);
    assert.deepEqual(
      [view.stages.project, view.stages.build, view.stages.test].map(({ state, text }) => [state, text]),
      [
        ['earlier', 'did project'],
        ['earlier', 'had build'],
        ['waiting', ''],
      ],
    );
  });

  it('keeps the submission of an earlier run until there is another', () => {
    const first = { state: 'complete', publicScore: '0.09', url: 'https://www.kaggle.com/1' } as const;
    const second = { state: 'pending', url: 'https://www.kaggle.com/2' } as const;
    const ended = (submission?: typeof first | typeof second): Event => ({
      kind: 'run-ended',
      ending: 'done',
      submission,
    });
    assert.deepEqual(viewAfter(requested, ended(first), requested, ended()).submission, first);
    assert.deepEqual(viewAfter(requested, ended(first), requested, ended(second)).submission, second);
  });

  it('lets what was under way share the fate of the run', () => {
    const running = [requested, started('build')];
    const cancelled = viewAfter(...running, { kind: 'run-ended', ending: 'cancelled' });
    assert.equal(cancelled.stages.build.state, 'cancelled');
    const failed = viewAfter(...running, { kind: 'run-ended', ending: 'failed' });
    assert.equal(failed.stages.build.state, 'failed');
  });

  it('takes what the record says for stages of which nothing is known', () => {
    const summaries = { project: 'Inference', build: 'depot of 3 packages' };
    const view = viewAfter(
      requested,
      finished('project'),
      { kind: 'run-ended', ending: 'done' },
      {
        kind: 'record-read',
        summaries,
        failures: { project: 'old', test: 'Inference threw.' },
      },
    );
    assert.equal(view.stages.project.state, 'done');
    assert.deepEqual(view.stages.test, { state: 'failed', text: 'Inference threw.', warnings: [] });
    assert.deepEqual(view.stages.build, { state: 'earlier', text: 'depot of 3 packages', warnings: [] });
  });

  it('does not let an old record into a run', () => {
    const view = viewAfter(requested, { kind: 'record-read', summaries: { build: 'old' }, failures: {} });
    assert.equal(view.stages.build.state, 'waiting');
  });

  it('is empty for another project', () => {
    assert.deepEqual(viewAfter(finished('project'), { kind: 'project-chosen' }), EMPTY_VIEW);
  });
});
