import assert from 'node:assert/strict';
import { isUserError, UserError } from '../../../src/base/errors.ts';
import type { NotebookRun } from '../../../src/core/artefacts.ts';
import { submitNotebookStage } from '../../../src/core/submit/submit-stage.ts';
import type { NotebookSubmissionInit, SubmissionState } from '../../../src/kaggle/client.ts';
import { aBundle, aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';

const NOTEBOOK: NotebookRun = {
  fingerprint: 'n',
  owner: 'ann',
  slug: 'nb',
  version: 4,
  url: 'https://site.test/code/ann/nb',
  seconds: 1,
  submissionSha256: 's',
};
const INPUT = { project: aProject(), pack: aBundle(), notebook: NOTEBOOK };
const BASE = `Inference 0.1.0, nb v4, bundle ${INPUT.pack.bundleId}, content ${INPUT.notebook.fingerprint.slice(0, 12)}`;

/** A competition with these submissions; a new one ends as `outcome` says. */
function competitionWith(earlier: readonly SubmissionState[], outcome: Partial<SubmissionState> = {}) {
  const made: NotebookSubmissionInit[] = [];
  const all = [...earlier];
  const competitions = {
    get: () =>
      Promise.resolve({
        slug: 'harbour-tides',
        title: 'Tides',
        url: 'https://site.test/c',
        deadline: undefined,
        userHasEntered: true,
        isKernelsSubmissionsOnly: true,
        submissionsDisabled: false,
        evaluationMetric: undefined,
      }),
    leaderboardScores: () => Promise.resolve([0.1, 0.2, 0.9]),
  };
  const submissions = {
    list: () => Promise.resolve(all),
    limits: () => Promise.resolve({ usedToday: 0, made: all.length, allowedNow: 5, limitedByTotal: false }),
    submitNotebook: (init: NotebookSubmissionInit) => {
      made.push(init);
      const ref = 100 + made.length;
      all.unshift(aSubmission({ ref, description: init.description, ...outcome }));
      return Promise.resolve({ ref });
    },
    get: (ref: number) => Promise.resolve(all.find((each) => each.ref === ref) ?? aSubmission({})),
  };
  const kaggle = { competitions, submissions };
  return { kaggle, made };
}

function aSubmission(more: Partial<SubmissionState>): SubmissionState {
  return {
    ref: 1,
    state: 'complete',
    errorDescription: undefined,
    publicScore: '0.5',
    privateScore: undefined,
    description: BASE,
    url: 'https://site.test/s',
    date: '2026-08-01T00:00:00Z',
    ...more,
  };
}

const failed = (errorDescription: string): Partial<SubmissionState> => ({
  state: 'error',
  errorDescription,
  publicScore: undefined,
});

describe('the submit stage', () => {
  it('submits once, and finds its submission the next time', async () => {
    const { kaggle, made } = competitionWith([]);
    for (let run = 0; run < 2; run += 1) {
      const { context } = keptContext(kaggle);
      assert.equal((await submitNotebookStage.run(INPUT, undefined, context)).ref, 101);
    }
    assert.deepEqual(
      made.map(({ description }) => description),
      [BASE],
    );
  });

  it('submits the same once more when asked to, and that only once, wherever it was interrupted', async () => {
    const { kaggle, made } = competitionWith([aSubmission({})]);
    const anew = async (pending?: unknown) => {
      const kept = keptContext(kaggle, { anew: true, pending });
      return { ref: (await submitNotebookStage.run(INPUT, undefined, kept.context)).ref, saved: kept.saved };
    };
    const { ref, saved } = await anew();
    assert.equal(ref, 101);
    assert.deepEqual(saved[0], { submitting: submitNotebookStage.fingerprint(INPUT), after: 1, unlisted: 0 });
    // Killed after Kaggle had it: what was begun is ended, whether it is asked for once more or not.
    assert.equal((await anew(saved[0])).ref, 101);
    const { context } = keptContext(kaggle, { pending: saved[0] });
    assert.equal((await submitNotebookStage.run(INPUT, undefined, context)).ref, 101);
    // Its end is no hindrance to another one.
    assert.equal((await anew({ fingerprint: submitNotebookStage.fingerprint(INPUT), ref: 101 })).ref, 102);
    assert.deepEqual(
      made.map(({ description }) => description),
      [`${BASE}, attempt 2`, `${BASE}, attempt 3`],
    );
  });

  it('explains a scoring error in its own words and in Kaggle’s, and does not submit the same again', async () => {
    const { kaggle, made } = competitionWith([], failed('Submission Scoring Error: wrong number of rows'));
    for (let run = 0; run < 2; run += 1) {
      const { context } = keptContext(kaggle);
      const error: unknown = await submitNotebookStage
        .run(INPUT, undefined, context)
        .catch((reason: unknown) => reason);
      assert.ok(isUserError(error, 'submission-failed'));
      assert.match(error.title, /could not score the submission file/);
      assert.match(error.detail ?? '', /wrong number of rows/);
      assert.match(error.actions[0].title, /sample_submission/);
    }
    assert.equal(made.length, 1);
  });

  it('submits again, under another description, after an error of Kaggle’s own', async () => {
    const { kaggle, made } = competitionWith([], failed('Kaggle Error: A rare system error.'));
    const { context, saved } = keptContext(kaggle);
    await assert.rejects(
      submitNotebookStage.run(INPUT, undefined, context),
      /Something went wrong at Kaggle/,
    );
    assert.equal(saved.at(-1), undefined);
    const { context: next } = keptContext(kaggle, { pending: saved.at(-1) });
    await assert.rejects(submitNotebookStage.run(INPUT, undefined, next), /Something went wrong at Kaggle/);
    assert.deepEqual(
      made.map(({ description }) => description),
      [BASE, `${BASE}, attempt 2`],
    );
  });

  it('keeps the submission as soon as it is known, and its score with the time that it took', async () => {
    const { kaggle } = competitionWith([], { state: 'pending', publicScore: undefined });
    let looks = 0;
    const get = async (ref: number): Promise<SubmissionState> => {
      const now = await kaggle.submissions.get(ref);
      looks += 1;
      return looks < 4 ? now : { ...now, state: 'complete', publicScore: '0.25' };
    };
    const { context, submissions } = keptContext({ ...kaggle, submissions: { ...kaggle.submissions, get } });
    const result = await submitNotebookStage.run(INPUT, undefined, context);
    assert.deepEqual(
      submissions.map(({ ref, state, publicScore }) => [ref, state, publicScore]),
      [
        [101, 'pending', undefined],
        [101, 'complete', '0.25'],
      ],
    );
    // Three pauses of 0.5, 0.7 and 0.98 s.
    assert.equal(result.scoringSeconds, 2.2);
    assert.equal(result.scoringSecondsAtMost, undefined);
    assert.equal(result.betterScore, 'lower');
  });

  it('keeps a failed submission with Kaggle’s words', async () => {
    const { kaggle } = competitionWith([], failed('Notebook Timeout'));
    const { context, submissions } = keptContext(kaggle);
    await assert.rejects(submitNotebookStage.run(INPUT, undefined, context));
    assert.deepEqual(
      submissions.map(({ state, errorDescription }) => [state, errorDescription]),
      [['error', 'Notebook Timeout']],
    );
  });

  it('goes on looking while Kaggle is out of reach, and says so once', async () => {
    const { kaggle } = competitionWith([]);
    let looks = 0;
    const get = (ref: number): Promise<SubmissionState> => {
      looks += 1;
      if (looks <= 5)
        return Promise.reject(
          new UserError({ code: 'kaggle-unreachable', title: 'No net.', actions: [{ title: 'Wait.' }] }),
        );
      return kaggle.submissions.get(ref);
    };
    const { context, log } = keptContext({ ...kaggle, submissions: { ...kaggle.submissions, get } });
    assert.equal((await submitNotebookStage.run(INPUT, undefined, context)).state, 'complete');
    assert.equal(log.filter((line) => line.startsWith('No net.')).length, 1);
  });

  it('says of a score that came while nobody looked that it took so long at most', async () => {
    const { kaggle } = competitionWith([aSubmission({ ref: 9, date: '1970-01-01T00:00:00Z' })]);
    const { context } = keptContext(kaggle, {
      pending: { fingerprint: submitNotebookStage.fingerprint(INPUT), ref: 9 },
    });
    const { clock } = context.ports;
    await clock.sleep(3_600_000, context.signal);
    const { scoringSeconds, scoringSecondsAtMost } = await submitNotebookStage.run(INPUT, undefined, context);
    assert.deepEqual([scoringSeconds, scoringSecondsAtMost], [3600, true]);
  });

  describe('whose answer is lost', () => {
    const lost = new UserError({ code: 'kaggle-unreachable', title: 'Lost.', actions: [{ title: 'Wait.' }] });

    /** A competition that takes the submission, or does not, and says nothing; it is listed and counted after so many looks. */
    function deaf({
      arrives,
      listedAfter,
      countedAfter,
    }: Record<'listedAfter' | 'countedAfter', number> & { arrives: boolean }) {
      const { kaggle, made } = competitionWith([]);
      let [lists, counts, sends] = [0, 0, 0];
      const submissions = {
        ...kaggle.submissions,
        submitNotebook: async (init: NotebookSubmissionInit): Promise<never> => {
          sends += 1;
          if (arrives) await kaggle.submissions.submitNotebook(init);
          throw lost;
        },
        list: async () => {
          if (sends > 0) lists += 1;
          return lists < listedAfter ? [] : kaggle.submissions.list();
        },
        limits: async () => {
          if (sends > 0) counts += 1;
          const limits = await kaggle.submissions.limits();
          return counts < countedAfter ? { ...limits, made: 0 } : limits;
        },
      };
      return { kaggle: { ...kaggle, submissions }, made, sends: () => sends };
    }

    it('is found by the same run, even minutes later', async () => {
      const { kaggle, sends } = deaf({ arrives: true, listedAfter: 9, countedAfter: 1 });
      const { context } = keptContext(kaggle);
      assert.equal((await submitNotebookStage.run(INPUT, undefined, context)).ref, 101);
      assert.ok(context.ports.clock.now() >= 3 * 60_000);
      assert.equal(sends(), 1);
    });

    for (const arrives of [true, false]) {
      it(`is not sent again by the same run when it ${arrives ? 'arrived and is not listed' : 'did not arrive'}`, async () => {
        const { kaggle, sends } = deaf({ arrives, listedAfter: 99, countedAfter: 99 });
        const { context, saved } = keptContext(kaggle);
        const error: unknown = await submitNotebookStage
          .run(INPUT, undefined, context)
          .catch((reason: unknown) => reason);
        assert.ok(isUserError(error, 'submission-unknown'));
        assert.match(error.actions.map(({ title }) => title).join(), /looked for first/);
        assert.equal(sends(), 1);
        assert.deepEqual(saved, [
          { submitting: submitNotebookStage.fingerprint(INPUT), after: 0, unlisted: 0 },
        ]);
      });
    }

    it('is found by the next run', async () => {
      const { kaggle, made } = competitionWith([]);
      await kaggle.submissions.submitNotebook({ description: BASE } as NotebookSubmissionInit);
      let looks = 0;
      const list = () => {
        looks += 1;
        return looks < 3 ? Promise.resolve([]) : kaggle.submissions.list();
      };
      const pending = { submitting: submitNotebookStage.fingerprint(INPUT), after: 0, unlisted: 0 };
      const { context } = keptContext(
        { ...kaggle, submissions: { ...kaggle.submissions, list } },
        { pending },
      );
      assert.equal((await submitNotebookStage.run(INPUT, undefined, context)).ref, 101);
      assert.equal(made.length, 1);
    });

    it('is not made by the next run while Kaggle counts one that it does not list', async () => {
      const { kaggle, made } = competitionWith([]);
      const limits = () => Promise.resolve({ usedToday: 1, made: 1, allowedNow: 4, limitedByTotal: false });
      const pending = { submitting: submitNotebookStage.fingerprint(INPUT), after: 0, unlisted: 0 };
      const counting = { ...kaggle, submissions: { ...kaggle.submissions, limits } };
      const { context } = keptContext(counting, { pending });
      await assert.rejects(submitNotebookStage.run(INPUT, undefined, context), (error) =>
        isUserError(error, 'submission-unknown'),
      );
      assert.equal(made.length, 0);
      // Who asks for one more gets it.
      const { context: again } = keptContext(counting, { pending, anew: true });
      await submitNotebookStage.run(INPUT, undefined, again);
      assert.equal(made.length, 1);
    });

    it('is said to be unknown at once where Kaggle cannot be asked', async () => {
      const { kaggle } = deaf({ arrives: false, listedAfter: 99, countedAfter: 99 });
      let isDown = false;
      const submissions = {
        ...kaggle.submissions,
        submitNotebook: () => {
          isDown = true;
          return Promise.reject(lost);
        },
        list: () => (isDown ? Promise.reject(lost) : Promise.resolve([])),
      };
      const { context } = keptContext({ ...kaggle, submissions });
      await assert.rejects(submitNotebookStage.run(INPUT, undefined, context), (error) =>
        isUserError(error, 'submission-unknown'),
      );
      assert.equal(context.ports.clock.now(), 0);
    });
  });

  it('submits what was announced and never came to Kaggle', async () => {
    const { kaggle, made } = competitionWith([]);
    const pending = { submitting: submitNotebookStage.fingerprint(INPUT), after: 0 };
    await submitNotebookStage.run(INPUT, undefined, keptContext(kaggle, { pending }).context);
    assert.equal(made.length, 1);
  });

  it('forgets the announcement of a submission that Kaggle refuses', async () => {
    const refused = new UserError({ code: 'kaggle-refused', title: 'No.', actions: [{ title: 'Read.' }] });
    const { kaggle } = competitionWith([]);
    const submit = (): Promise<never> => Promise.reject(refused);
    const { context, saved } = keptContext({
      ...kaggle,
      submissions: { ...kaggle.submissions, submitNotebook: submit },
    });
    await assert.rejects(submitNotebookStage.run(INPUT, undefined, context), refused);
    assert.deepEqual(saved, [
      { submitting: submitNotebookStage.fingerprint(INPUT), after: 0, unlisted: 0 },
      undefined,
    ]);
  });

  it('is another submission for another bundle of the same notebook version, as after the notebook was deleted', () => {
    const other = { ...INPUT, pack: aBundle({ bundleId: 'o'.repeat(16) }) };
    assert.notEqual(submitNotebookStage.fingerprint(INPUT), submitNotebookStage.fingerprint(other));
  });

  it('is the same for another version of the same content, as after a dataset was made anew', async () => {
    const made = { ...INPUT.notebook, fingerprint: 'first', content: 'same' };
    const before = { ...INPUT, notebook: made };
    const after = { ...INPUT, notebook: { ...made, fingerprint: 'second', version: 5 } };
    assert.equal(submitNotebookStage.fingerprint(after), submitNotebookStage.fingerprint(before));
    // Also where the record was lost: by what Kaggle was told of it.
    const { kaggle, made: sent } = competitionWith([]);
    const { ref } = await submitNotebookStage.run(before, undefined, keptContext(kaggle).context);
    assert.equal((await submitNotebookStage.run(after, undefined, keptContext(kaggle).context)).ref, ref);
    assert.equal(sent.length, 1);
  });

  it('takes over a score that Kaggle changed', async () => {
    const { kaggle } = competitionWith([]);
    const { context } = keptContext(kaggle);
    const last = await submitNotebookStage.run(INPUT, undefined, context);
    assert.equal(await submitNotebookStage.doubt?.(last, INPUT, context), undefined);
    const rescored = keptContext(
      competitionWith([aSubmission({ ref: last.ref, publicScore: '0.7' })]).kaggle,
    );
    assert.match(
      (await submitNotebookStage.doubt?.(last, INPUT, rescored.context))?.because ?? '',
      /something else/,
    );
    assert.equal((await submitNotebookStage.run(INPUT, last, rescored.context)).publicScore, '0.7');
  });

  it('warns of a competition that has ended, and submits to it', async () => {
    const { kaggle, made } = competitionWith([], { privateScore: '0.6' });
    const open = await kaggle.competitions.get();
    const get = () => Promise.resolve({ ...open, deadline: '1969-12-31T23:59:00Z' });
    const ended = { ...kaggle, competitions: { ...kaggle.competitions, get } };
    const { context, warnings, submissions } = keptContext(ended);
    await context.ports.clock.sleep(1, context.signal);
    await submitNotebookStage.foresee?.(INPUT.project, context);
    assert.deepEqual(warnings, ['Tides ended on 1969-12-31: a late submission is scored but not ranked.']);
    const result = await submitNotebookStage.run(INPUT, undefined, context);
    assert.equal(made.length, 1);
    assert.equal(submissions.at(-1)?.privateScore, '0.6');
    assert.match(submitNotebookStage.summary(result), /public score 0\.5, private score 0\.6/);
  });

  it('foresees a competition that takes nothing any more, or no late submission', async () => {
    const { kaggle } = competitionWith([]);
    const open = await kaggle.competitions.get();
    const none = { usedToday: 0, made: 0, allowedNow: 0, limitedByTotal: false };
    for (const change of [{ submissionsDisabled: true }, { deadline: '1969-12-31T23:59:00Z' }]) {
      const get = () => Promise.resolve({ ...open, ...change });
      const { context } = keptContext({
        competitions: { ...kaggle.competitions, get },
        submissions: { ...kaggle.submissions, limits: () => Promise.resolve(none) },
      });
      await context.ports.clock.sleep(1, context.signal);
      const foreseen =
        submitNotebookStage.foresee?.(INPUT.project, context) ?? assert.fail('it foresees nothing');
      await assert.rejects(foreseen, (error) => isUserError(error, 'submission-closed'));
    }
  });

  it('sends a note with the submission, and knows it again without', async () => {
    const { kaggle, made } = competitionWith([]);
    const first = keptContext(kaggle, { note: 'two\n layers' });
    await submitNotebookStage.run(INPUT, undefined, first.context);
    const second = keptContext(kaggle);
    assert.equal((await submitNotebookStage.run(INPUT, undefined, second.context)).ref, 101);
    assert.deepEqual(
      made.map(({ description }) => description),
      [`${BASE}: two layers`],
    );
  });

  it('takes the attempt that stands, not the one that failed at Kaggle', async () => {
    const { kaggle, made } = competitionWith([
      aSubmission({ ref: 8, description: `${BASE}, attempt 2` }),
      aSubmission({ ref: 7, ...failed('Kaggle Error') }),
    ]);
    const { context } = keptContext(kaggle);
    assert.equal((await submitNotebookStage.run(INPUT, undefined, context)).ref, 8);
    assert.equal(made.length, 0);
  });
});
