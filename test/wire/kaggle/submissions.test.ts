import assert from 'node:assert/strict';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../src/base/hash.ts';
import type { BlobSource } from '../../../src/kaggle/client.ts';
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
describe('submitting a notebook', () => {
  const setup = useSetup();

  it('names version and output file and gives the submission’s number', async () => {
    const { fake, connect, signal } = setup();
    fake.on('CreateCodeSubmission', { json: { message: 'Successfully submitted to Demo', ref: 987 } });
    assert.deepEqual(await connect().submissions.submitNotebook(INIT, signal), { ref: 987 });
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
    'a cut connection': [{ cutAfter: 0 }, 'kaggle-unreachable'],
    'a 503': [{ status: 503 }, 'kaggle-unreachable'],
    'no number': [{ json: { message: 'Successfully submitted' } }, 'kaggle-answer'],
  } as const satisfies Record<string, readonly [FakeHandler, string]>;
  for (const [name, [reply, code]] of Object.entries(lost)) {
    it(`is sent once, whatever becomes of the answer: ${name}`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateCodeSubmission', reply, { json: { ref: 988 } });
      await userErrorOf(connect().submissions.submitNotebook(INIT, signal), code);
      assert.equal(fake.calls('CreateCodeSubmission').length, 1);
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
      const error = await userErrorOf(connect().submissions.submitNotebook(INIT, signal), 'submission-limit');
      assert.match(error.title, /5 were made/);
      assert.equal(error.detail, 'the text of Kaggle');
      assert.equal(fake.calls('CreateCodeSubmission').length, 1);
    });

    it(`that is refused with ${reply.status} is explained: not joined`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateCodeSubmission', reply).on('GetCompetition', { json: { title: 'Demo' } });
      const error = await userErrorOf(
        connect().submissions.submitNotebook(INIT, signal),
        'competition-not-entered',
      );
      assert.deepEqual(urlsOf(error), [`${fake.url}/competitions/demo/rules`]);
    });

    it(`that is refused with ${reply.status} is explained: closed`, async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('CreateCodeSubmission', reply)
        .on('GetCompetition', { json: { userHasEntered: true, submissionsDisabled: true } });
      const error = await userErrorOf(connect().submissions.submitNotebook(INIT, signal), 'kaggle-refused');
      assert.match(error.title, /takes no submissions/);
    });

    it(`that is refused with ${reply.status} is explained: late`, async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('CreateCodeSubmission', reply)
        .on('GetCompetition', { json: { userHasEntered: true, deadline: '2024-01-31T23:59:00Z' } });
      const error = await userErrorOf(
        connect().submissions.submitNotebook(INIT, signal),
        'submission-closed',
      );
      assert.match(error.title, /ended on 2024-01-31, and Kaggle refused a late submission/);
      assert.equal(error.detail, 'the text of Kaggle');
    });

    it(`that is refused with ${reply.status} for no known reason tells Kaggle’s, and a way by hand`, async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('CreateCodeSubmission', reply)
        .on('GetCompetition', entered)
        .on('GetSubmissionLimits', limits(1, 4));
      const code = reply.status === 403 ? 'kaggle-forbidden' : 'kaggle-refused';
      const error = await userErrorOf(connect().submissions.submitNotebook(INIT, signal), code);
      assert.equal(error.detail, 'the text of Kaggle');
      assert.ok(urlsOf(error).length > 0);
    });

    it(`that is refused with ${reply.status} tells Kaggle’s reason when no other can be looked up`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateCodeSubmission', reply).on('GetCompetition', { status: 500 });
      const code = reply.status === 403 ? 'kaggle-forbidden' : 'kaggle-refused';
      const error = await userErrorOf(connect().submissions.submitNotebook(INIT, signal), code);
      assert.equal(error.detail, 'the text of Kaggle');
    });
  }
});

describe('submitting a file', () => {
  const setup = useSetup();
  const CONTENT = Buffer.from('id,height\n1,0.5\n');
  const INIT_OF_FILE = { competition: 'demo', file: 'submission.csv', description: 'content 7f3a' };
  let file: BlobSource;

  beforeEach(async () => {
    const path = join(setup().folder, 'submission.csv');
    await writeFile(path, CONTENT);
    await utimes(path, 1_700_000_000, 1_700_000_000);
    file = { name: 'submission.csv', path, bytes: CONTENT.length, sha256: sha256(CONTENT), madeBy: 'test' };
  });

  const connect = () => setup().connect({ sessionFolder: join(setup().folder, 'uploads') });
  const upload = () => connect().submissions.upload('demo', file, () => undefined, setup().signal);
  const submit = (token: string) =>
    connect().submissions.submitFile({ ...INIT_OF_FILE, token }, setup().signal);
  const started = (store: string): FakeHandler => ({
    json: { token: 'TOKEN', createUrl: `${setup().fake.url}/upload/${store}` },
  });

  it('asks where to, sends the bytes, and submits what stands for them', async () => {
    const { fake } = setup();
    fake.on('StartSubmissionUpload', started('1')).onPath('/upload/', { status: 200 });
    fake.on('CreateSubmission', { json: { message: 'Successfully submitted to Demo', ref: 987 } });
    const token = await upload();
    assert.deepEqual(await submit(token), { ref: 987 });
    assert.deepEqual(fake.calls('StartSubmissionUpload')[0]?.json, {
      competitionName: 'demo',
      contentLength: CONTENT.length,
      lastModifiedEpochSeconds: 1_700_000_000,
      fileName: 'submission.csv',
    });
    assert.deepEqual(fake.calls('CreateSubmission')[0]?.json, {
      competitionName: 'demo',
      blobFileTokens: 'TOKEN',
      submissionDescription: 'content 7f3a',
    });
    assert.deepEqual(await readdir(join(setup().folder, 'uploads')), []);
  });

  it('that an earlier run uploaded is not uploaded again, except for another competition', async () => {
    const { fake } = setup();
    fake.on('StartSubmissionUpload', started('1')).onPath('/upload/', { status: 200 });
    await upload();
    assert.equal(await upload(), 'TOKEN');
    assert.equal(fake.calls('StartSubmissionUpload').length, 1);
    await connect().submissions.upload('other', file, () => undefined, setup().signal);
    assert.equal(fake.calls('StartSubmissionUpload').length, 2);
  });

  it('is sent once, and keeps its upload while it is not known whether Kaggle has it', async () => {
    const { fake } = setup();
    fake.on('StartSubmissionUpload', started('1')).onPath('/upload/', { status: 200 });
    fake.on('CreateSubmission', { cutAfter: 0 }, { json: { ref: 987 } });
    await userErrorOf(submit(await upload()), 'kaggle-unreachable');
    assert.equal(fake.calls('CreateSubmission').length, 1);
    await upload();
    assert.equal(fake.calls('StartSubmissionUpload').length, 1);
  });

  it('that Kaggle refuses is uploaded anew by the next run, for it may be the upload that is refused', async () => {
    const { fake } = setup();
    fake.on('StartSubmissionUpload', started('1')).onPath('/upload/', { status: 200 });
    fake.on('GetCompetition', entered).on('GetSubmissionLimits', limits(1, 4));
    fake.on('CreateSubmission', { status: 400, json: { code: 400, message: 'Invalid blob token' } });
    const error = await userErrorOf(submit(await upload()), 'kaggle-refused');
    assert.match(error.detail ?? '', /Invalid blob token/);
    await upload();
    assert.equal(fake.calls('StartSubmissionUpload').length, 2);
  });

  it('that is larger than Kaggle takes is refused in its own words before a byte is sent', async () => {
    const { fake } = setup();
    const message = 'The file is larger than 100 MB';
    fake.on('StartSubmissionUpload', { status: 400, json: { code: 400, message } });
    fake.on('GetCompetition', entered).on('GetSubmissionLimits', limits(1, 4));
    const error = await userErrorOf(upload(), 'kaggle-refused');
    assert.match(error.title, /the upload of submission\.csv \(16 B\)/);
    assert.match(error.detail ?? '', /larger than 100 MB/);
    assert.equal(fake.requestsTo('/upload/').length, 0);
  });

  it('that changed since the test made it is told so, with how it is made anew', async () => {
    const { fake } = setup();
    fake.on('StartSubmissionUpload', started('1')).onPath('/upload/', { status: 200 });
    await writeFile(file.path, 'id,height\n1,9.9\n');
    const error = await userErrorOf(upload(), 'file-changed');
    assert.equal(error.actions[0].command, 'run --fresh test');
    assert.equal(fake.calls('CreateSubmission').length, 0);
  });
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
      privateScore: undefined,
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
      made: 9,
      allowedNow: 3,
      limitedByTotal: false,
    });
    fake.on('GetSubmissionLimits', { json: { numTotal: 100, limitedByTotal: true } });
    assert.equal((await connect().submissions.limits('demo', signal)).limitedByTotal, true);
  });
});
