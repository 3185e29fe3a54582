import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Bench,
  COMPETITION,
  COMPETITION_FILES,
  type FakeEnding,
  type FakeRun,
  list,
  push,
  startBench,
  untilScored,
  untilStatus,
  USER,
} from './support.ts';

const service = (method: string): string => `competitions.CompetitionApiService/${method}`;

/** Predicts 1 for every id of the test file that it finds, as a real notebook would. */
function predictOnes({ inputs }: FakeRun): FakeEnding {
  const test = inputs[`/kaggle/input/competitions/${COMPETITION}/test.csv`] ?? '';
  const ids = test.trim().split('\n').slice(1);
  return { outputs: { 'submission.csv': ['id,height', ...ids.map((id) => `${id},1`), ''].join('\n') } };
}

async function ready(bench: Bench, more: object = {}): Promise<void> {
  bench.notebook = predictOnes;
  await push(bench, 'Demo kernel', { competitionDataSources: [COMPETITION], ...more });
  await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
}

const request = (more: object = {}): object => ({
  competitionName: COMPETITION,
  kernelOwner: USER,
  kernelSlug: 'demo-kernel',
  kernelVersion: 1,
  fileName: 'submission.csv',
  submissionDescription: 'first try',
  ...more,
});

const submit = (bench: Bench, more: object = {}): Promise<Record<string, unknown>> =>
  bench.call(service('CreateCodeSubmission'), request(more));

/** The submission after its rerun ended as the notebook says. */
async function scoredAs(bench: Bench, rerun: (run: FakeRun) => FakeEnding): Promise<Record<string, unknown>> {
  bench.notebook = rerun;
  return await untilScored(bench, (await submit(bench))['ref']);
}

function withCompetition(change: object): Record<string, string> {
  const facts = JSON.parse(COMPETITION_FILES['competition.json'] ?? '') as object;
  return { ...COMPETITION_FILES, 'competition.json': JSON.stringify({ ...facts, ...change }) };
}

describe('sandbox: submissions', () => {
  it('are scored on the hidden test set, by running the notebook again', async () => {
    const bench = await startBench();
    await ready(bench);
    const seen: FakeRun[] = [];
    bench.notebook = (run) => {
      seen.push(run);
      return predictOnes(run);
    };
    const { message, ref } = await submit(bench);
    assert.equal(message, 'Successfully submitted to Toy cup');
    assert.equal(typeof ref, 'number');
    const submission = await untilScored(bench, ref);
    // Predicted 1, 1, 1; true 1, 2 (public) and 3 (private).
    assert.equal(submission['publicScore'], '0.70711');
    assert.equal(submission['privateScore'], '');
    assert.deepEqual([submission['status'], submission['errorDescription']], ['COMPLETE', '']);
    assert.deepEqual([submission['description'], submission['fileName']], ['first try', 'submission.csv']);
    assert.ok(Number(submission['totalBytes']) > 0);
    assert.equal(seen.length, 1);
    const [rerun] = seen;
    const folder = `/kaggle/input/competitions/${COMPETITION}`;
    assert.equal(rerun?.inputs[`${folder}/test.csv`], COMPETITION_FILES['hidden/test.csv']);
    assert.equal(rerun?.inputs[`${folder}/train.csv`], COMPETITION_FILES['public/train.csv']);
    assert.equal(rerun?.inputs[`${folder}/solution.csv`], undefined);
    assert.equal(rerun?.request.environment?.['KAGGLE_IS_COMPETITION_RERUN'], '1');
    assert.equal(rerun.request.network, 'none');
    assert.equal(rerun.request.timeoutSeconds, 30 * 60);
  });

  it('leave the outputs of the notebook version as they were', async () => {
    const bench = await startBench();
    await ready(bench);
    await untilScored(bench, (await submit(bench))['ref']);
    const { files } = await bench.call('kernels.KernelsApiService/ListKernelFiles', {
      userName: USER,
      kernelSlug: 'demo-kernel',
    });
    const size = 'id,height\n10,1\n'.length;
    assert.ok(list(files).some((file) => file['name'] === 'submission.csv' && file['size'] === size));
  });

  it('are taken late, with both scores and without a rank', async () => {
    const bench = await startBench();
    await ready(bench);
    bench.clock.time = Date.parse('2026-04-01T00:00:01Z');
    const submission = await untilScored(bench, (await submit(bench))['ref']);
    assert.deepEqual([submission['publicScore'], submission['privateScore']], ['0.70711', '2.00000']);
    const limits = await bench.call(service('GetSubmissionLimits'), { competitionName: COMPETITION });
    assert.deepEqual([limits['numToday'], limits['numAllowedNow']], [1, 1]);
    const { submissions } = await bench.call(service('GetLeaderboard'), { competitionName: COMPETITION });
    assert.deepEqual(submissions, []);
  });

  it('of a file are scored as they are, if it is not too large', async () => {
    const facts = { isKernelsSubmissionsOnly: false, maxSubmissionBytes: 40 };
    const bench = await startBench({ competition: withCompetition(facts) });
    const file = 'id,height\n10,1\n11,1\n12,1\n';
    const start = { competitionName: COMPETITION, fileName: 'submission.csv' };
    const { token, createUrl } = await bench.call(service('StartSubmissionUpload'), {
      ...start,
      contentLength: file.length,
    });
    assert.equal((await fetch(String(createUrl), { method: 'PUT', body: file })).status, 200);
    const { ref } = await bench.call(service('CreateSubmission'), {
      competitionName: COMPETITION,
      blobFileTokens: token,
      submissionDescription: 'a file',
    });
    const submission = await untilScored(bench, ref);
    assert.deepEqual([submission['publicScore'], submission['privateScore']], ['0.70711', '']);
    const tooLarge = await bench.refused(service('StartSubmissionUpload'), { ...start, contentLength: 41 });
    assert.deepEqual([tooLarge.http, tooLarge.message.includes('larger than 40 bytes')], [400, true]);
  });

  it('show the private score after the deadline, and are refused where none are taken late', async () => {
    const bench = await startBench({ competition: withCompetition({ takesLateSubmissions: false }) });
    await ready(bench);
    const { ref } = await submit(bench);
    await untilScored(bench, ref);
    bench.clock.time = Date.parse('2026-04-01T00:00:01Z');
    const submission = await bench.call(service('GetSubmission'), { ref });
    assert.equal(submission['privateScore'], '2.00000');
    const { http, message } = await bench.refused(service('CreateCodeSubmission'), request());
    assert.equal(http, 400);
    assert.match(message, /no longer accepting/);
    const limits = await bench.call(service('GetSubmissionLimits'), { competitionName: COMPETITION });
    assert.equal(limits['numAllowedNow'], 0);
  });

  it('end as Kaggle words it when the rerun fails', async () => {
    const bench = await startBench({ competition: withCompetition({ maxDailySubmissions: 9 }) });
    await ready(bench);
    const cases: [FakeEnding, RegExp][] = [
      [{ state: 'error' }, /^Notebook Threw Exception/],
      [{ state: 'timeout' }, /^Notebook Timeout/],
      [{ state: 'out-of-memory' }, /^Notebook Exceeded Allowed Compute/],
      [{ outputs: { 'other.csv': 'x' } }, /^Submission CSV Not Found/],
      [{ outputs: { 'submission.csv': 'id,height\n10,1\n' } }, /^Submission Scoring Error.*Unable to find 2/],
      [{ outputs: { 'submission.csv': 'id,size\n10,1\n' } }, /^Submission Scoring Error.*columns/],
      [{ state: 'runner-failed', message: 'no python' }, /^Kaggle Error.*no python/],
    ];
    for (const [ending, words] of cases) {
      const submission = await scoredAs(bench, () => ending);
      assert.equal(submission['status'], 'ERROR');
      assert.match(String(submission['errorDescription']), words);
      assert.equal(submission['publicScore'], '');
    }
  });

  it('are refused with 403 for a notebook or version that is not there', async () => {
    const bench = await startBench();
    await ready(bench);
    const snakeCase = {
      competitionName: COMPETITION,
      kernel_owner: USER,
      kernel_slug: 'demo-kernel',
      kernel_version: 1,
    };
    for (const body of [
      request({ kernelSlug: 'absent-one' }),
      request({ kernelOwner: 'somebody' }),
      request({ kernelVersion: 2 }),
      snakeCase,
    ]) {
      const { http, message } = await bench.refused(service('CreateCodeSubmission'), body);
      assert.deepEqual([http, message], [403, "Permission 'kernelSessions.get' was denied"]);
    }
    const unknown = request({ competitionName: 'titanic' });
    assert.equal((await bench.refused(service('CreateCodeSubmission'), unknown)).http, 404);
  });

  it('are refused for a version that failed, lacks the file or has internet', async () => {
    const bench = await startBench();
    await ready(bench);
    const reason = async (body: object): Promise<string> => {
      const { http, message } = await bench.refused(service('CreateCodeSubmission'), body);
      assert.equal(http, 400);
      return message;
    };
    assert.match(await reason(request({ fileName: 'result.csv' })), /no output file 'result.csv'/);
    assert.match(await reason(request({ fileName: '' })), /name of the output file/);
    await push(bench, 'Demo kernel', { enableInternet: true });
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    assert.match(await reason(request({ kernelVersion: 2 })), /internet/);
    bench.notebook = () => ({ state: 'error' });
    await push(bench, 'Demo kernel');
    await untilStatus(bench, 'demo-kernel', ['ERROR']);
    assert.match(await reason(request({ kernelVersion: 3 })), /not completed/);
    const { submissions } = await bench.call(service('ListSubmissions'), { competitionName: COMPETITION });
    assert.deepEqual(submissions, []);
  });

  it('are refused for who has not joined', async () => {
    const bench = await startBench({ competition: withCompetition({ userHasEntered: false }) });
    bench.notebook = () => ({ outputs: { 'submission.csv': '' } });
    await push(bench, 'Demo kernel');
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    const { http, message } = await bench.refused(service('CreateCodeSubmission'), request());
    assert.equal(http, 400);
    assert.match(message, /join/);
  });

  it('are limited by the day, which ends at midnight UTC', async () => {
    const bench = await startBench();
    await ready(bench);
    const limits = async (): Promise<unknown[]> => {
      const answer = await bench.call(service('GetSubmissionLimits'), { competitionName: COMPETITION });
      return ['numToday', 'numTotal', 'numAllowedNow', 'limitedByTotal'].map((name) => answer[name]);
    };
    assert.deepEqual(await limits(), [0, 0, 2, false]);
    await submit(bench);
    await submit(bench);
    assert.deepEqual(await limits(), [2, 2, 0, false]);
    bench.clock.time = Date.parse('2026-03-02T20:48:00Z');
    const { http, message } = await bench.refused(service('CreateCodeSubmission'), request());
    assert.equal(http, 400);
    assert.equal(
      message,
      'Submission not allowed: Your team has used its daily Submission allowance (2) today, please try again tomorrow UTC (3.2 hours from now).',
    );
    bench.clock.time = Date.parse('2026-03-03T00:00:00Z');
    assert.deepEqual(await limits(), [0, 2, 2, false]);
    await submit(bench);
    assert.deepEqual(await limits(), [1, 3, 1, false]);
  });

  it('are limited for requests at the same time too', async () => {
    const bench = await startBench();
    await ready(bench);
    const answers = await Promise.all(
      [1, 2, 3].map(async () => (await bench.post(service('CreateCodeSubmission'), request())).status),
    );
    assert.deepEqual(answers.sort(), [200, 200, 400]);
  });

  it('are listed from the newest on, by state and page', async () => {
    const bench = await startBench({ competition: withCompetition({ maxDailySubmissions: 9 }) });
    await ready(bench);
    const first = (await submit(bench))['ref'];
    await untilScored(bench, first);
    const failed = (await scoredAs(bench, () => ({ state: 'error' })))['ref'];
    const refs = async (body: object): Promise<unknown[]> =>
      list(
        (await bench.call(service('ListSubmissions'), { competitionName: COMPETITION, ...body }))[
          'submissions'
        ],
      ).map(({ ref }) => ref);
    assert.deepEqual(await refs({ page: -1 }), [failed, first]);
    assert.deepEqual(await refs({ group: 'SUBMISSION_GROUP_SUCCESSFUL' }), [first]);
    assert.deepEqual(await refs({ pageSize: 1, page: 2 }), [first]);
    assert.equal((await bench.refused(service('GetSubmission'), { ref: 1 })).http, 404);
  });
});
