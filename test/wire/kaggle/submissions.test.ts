import assert from 'node:assert/strict';
import type { FakeHandler } from '../../support/fake-kaggle.ts';
import { urlsOf, userErrorOf, useSetup } from './setup.ts';

const INIT = {
  competition: 'demo',
  owner: 'ann',
  slug: 'nb',
  version: 4,
  file: 'submission.csv',
  description: 'run 7f3a, commit 1234567',
};
const entered = { json: { title: 'Demo', userHasEntered: true } };
const limits = (numToday: number, numAllowedNow: number): FakeHandler => ({
  json: { numToday, numAllowedNow },
});
const listed = (...descriptions: string[]): FakeHandler => ({
  json: { submissions: descriptions.map((description, index) => ({ ref: 900 + index, description })) },
});

describe('submitting a notebook', () => {
  const setup = useSetup();

  it('names version and output file and gives the submission’s number', async () => {
    const { fake, connect, signal } = setup();
    fake.on('CreateCodeSubmission', { json: { message: 'Successfully submitted to Demo', ref: 987 } });
    assert.deepEqual(await connect().submissions.submit(INIT, signal), { ref: 987 });
    assert.deepEqual(fake.requests[0]?.json, {
      competitionName: 'demo',
      kernelOwner: 'ann',
      kernelSlug: 'nb',
      kernelVersion: 4,
      fileName: 'submission.csv',
      submissionDescription: 'run 7f3a, commit 1234567',
    });
    assert.equal(fake.requests.length, 1);
  });

  const lost = {
    'a cut connection': { cutAfter: 0 },
    'a 503': { status: 503 },
    'no number': { json: { message: 'Successfully submitted' } },
  };
  for (const [name, reply] of Object.entries(lost)) {
    it(`is not repeated after ${name} when it is listed, even late`, async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('CreateCodeSubmission', reply)
        .on('ListSubmissions', listed('other'), listed('other', INIT.description));
      assert.deepEqual(await connect().submissions.submit(INIT, signal), { ref: 901 });
      assert.equal(fake.calls('CreateCodeSubmission').length, 1);
    });

    it(`is repeated after ${name} when it is not listed`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateCodeSubmission', reply, { json: { ref: 988 } }).on('ListSubmissions', listed('other'));
      assert.deepEqual(await connect().submissions.submit(INIT, signal), { ref: 988 });
      assert.ok(fake.calls('ListSubmissions').length > 1);
    });
  }

  const refusals = [
    { status: 400, json: { error: { code: 400, message: 'the text of Kaggle' } } },
    { status: 403, json: { code: 403, message: 'the text of Kaggle' } },
  ];
  for (const reply of refusals) {
    it(`that is refused with ${reply.status} is explained: none left today`, async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('CreateCodeSubmission', reply)
        .on('GetCompetition', entered)
        .on('GetSubmissionLimits', limits(5, 0));
      const error = await userErrorOf(connect().submissions.submit(INIT, signal), 'submission-limit');
      assert.match(error.title, /5 were made/);
      assert.equal(error.detail, 'the text of Kaggle');
      assert.equal(fake.calls('CreateCodeSubmission').length, 1);
    });

    it(`that is refused with ${reply.status} is explained: not joined`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateCodeSubmission', reply).on('GetCompetition', { json: { title: 'Demo' } });
      const error = await userErrorOf(connect().submissions.submit(INIT, signal), 'competition-not-entered');
      assert.deepEqual(urlsOf(error), [`${fake.url}/competitions/demo/rules`]);
    });

    it(`that is refused with ${reply.status} is explained: closed`, async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('CreateCodeSubmission', reply)
        .on('GetCompetition', { json: { userHasEntered: true, submissionsDisabled: true } });
      const error = await userErrorOf(connect().submissions.submit(INIT, signal), 'kaggle-refused');
      assert.match(error.title, /takes no submissions/);
    });

    it(`that is refused with ${reply.status} for no known reason tells Kaggle’s, and a way by hand`, async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('CreateCodeSubmission', reply)
        .on('GetCompetition', entered)
        .on('GetSubmissionLimits', limits(1, 4));
      const code = reply.status === 403 ? 'kaggle-forbidden' : 'kaggle-refused';
      const error = await userErrorOf(connect().submissions.submit(INIT, signal), code);
      assert.equal(error.detail, 'the text of Kaggle');
      assert.ok(urlsOf(error).length > 0);
    });

    it(`that is refused with ${reply.status} tells Kaggle’s reason when no other can be looked up`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateCodeSubmission', reply).on('GetCompetition', { status: 500 });
      const code = reply.status === 403 ? 'kaggle-forbidden' : 'kaggle-refused';
      const error = await userErrorOf(connect().submissions.submit(INIT, signal), code);
      assert.equal(error.detail, 'the text of Kaggle');
    });
  }
});

describe('a submission', () => {
  const setup = useSetup();

  it('is read from the fields that are there', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetSubmission', {
      json: { ref: 985, date: '2026-08-01T08:00:00Z', status: 'ERROR', errorDescription: 'Notebook Timeout' },
    });
    assert.deepEqual(await connect().submissions.get(985, signal), {
      ref: 985,
      state: 'error',
      errorDescription: 'Notebook Timeout',
      publicScore: undefined,
      description: '',
      url: '',
      date: '2026-08-01T08:00:00Z',
    });
    assert.deepEqual(fake.requests[0]?.json, { ref: 985 });
  });

  const states = {
    PENDING: 'pending',
    complete: 'complete',
    SUBMISSION_STATUS_COMPLETE: 'complete',
    INCOMPLETE: 'pending',
    '2': 'error',
  };
  for (const [wire, expected] of Object.entries(states)) {
    it(`with the status ${wire} is ${expected}`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('GetSubmission', { json: { ref: 1, status: wire } });
      assert.equal((await connect().submissions.get(1, signal)).state, expected);
    });
  }

  it('is listed on as many pages as there are, with its score once it is known', async () => {
    const { fake, connect, signal } = setup();
    fake.on(
      'ListSubmissions',
      { json: { submissions: [{ ref: 3, status: 'PENDING', publicScore: '' }], nextPageToken: 'P2' } },
      { json: { submissions: [{ ref: 2, status: 'COMPLETE', publicScore: '0.123' }] } },
    );
    const all = await connect().submissions.list('demo', signal);
    assert.deepEqual(
      all.map(({ ref, state, publicScore }) => [ref, state, publicScore]),
      [
        [3, 'pending', undefined],
        [2, 'complete', '0.123'],
      ],
    );
  });

  it('has its limits told', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetSubmissionLimits', { json: { numToday: 2, numTotal: 9, numAllowedNow: 3 } });
    assert.deepEqual(await connect().submissions.limits('demo', signal), {
      usedToday: 2,
      allowedNow: 3,
      limitedByTotal: false,
    });
    fake.on('GetSubmissionLimits', { json: { numTotal: 100, limitedByTotal: true } });
    assert.equal((await connect().submissions.limits('demo', signal)).limitedByTotal, true);
  });
});
