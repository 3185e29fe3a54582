import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Bench,
  COMPETITION,
  COMPETITION_FILES,
  holdNotebooks,
  list,
  makeDataset,
  push,
  record,
  refusalOf,
  startBench,
  untilDataset,
  untilScored,
  untilStatus,
  upload,
  USER,
} from './support.ts';

const COMPETITIONS = 'competitions.CompetitionApiService';
const DATASETS = 'datasets.DatasetApiService';
const KERNELS = 'kernels.KernelsApiService';
const pack = { ownerSlug: USER, datasetSlug: 'demo-pack' };

describe('sandbox: the metadata of a dataset', () => {
  const info = async (bench: Bench): Promise<Record<string, unknown>> =>
    record((await bench.call(`${DATASETS}/GetDatasetMetadata`, pack))['info']);

  it('is replaced as a whole; what is private stays so only if that is said', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { a: 'a' });
    const settings = {
      title: 'A new title',
      subtitle: 'A subtitle of twenty letters',
      description: 'd',
      isPrivate: true,
      licenses: [{ name: 'apache-2.0' }],
      keywords: ['julia'],
      expectedUpdateFrequency: 'weekly',
      userSpecifiedSources: 'me',
    };
    const update = (change: object): Promise<Record<string, unknown>> =>
      bench.call(`${DATASETS}/UpdateDatasetMetadata`, { ...pack, settings: change });
    assert.deepEqual(await update(settings), { errors: [] });
    const {
      datasetId: _id,
      datasetSlug: _slug,
      ownerUser: _user,
      collaborators: _all,
      data: _data,
      ...now
    } = await info(bench);
    assert.deepEqual(now, settings);
    assert.deepEqual(await update({ licenses: [] }), { errors: [] });
    const left = await info(bench);
    assert.deepEqual(
      [left['title'], left['subtitle'], left['isPrivate'], left['licenses'], left['keywords']],
      ['A new title', '', false, [{ name: 'apache-2.0' }], []],
    );
  });

  it('is refused with all that is wrong, and then nothing changes', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { a: 'a' });
    const before = await info(bench);
    const settings = {
      title: 'short',
      subtitle: 'short',
      licenses: [{ name: 'mine' }],
      expectedUpdateFrequency: 'often',
    };
    const { errors } = await bench.call(`${DATASETS}/UpdateDatasetMetadata`, { ...pack, settings });
    assert.equal((errors as string[]).length, 4);
    assert.deepEqual(await info(bench), before);
    assert.equal(
      (await bench.refused(`${DATASETS}/UpdateDatasetMetadata`, { ...pack, datasetSlug: 'no', settings }))
        .http,
      403,
    );
  });
});

describe('sandbox: the files of a dataset', () => {
  it('are listed with their folders', async () => {
    const bench = await startBench();
    const file = async (name: string): Promise<object> => ({ token: await upload(bench, name, 'abc') });
    const body = {
      ...{ ownerSlug: USER, slug: 'demo-pack', title: 'Demo pack', licenseName: 'other', isPrivate: true },
      files: [await file('julia'), await file('top.csv')],
      directories: [
        {
          name: 'sub',
          files: [await file('in.csv')],
          directories: [{ name: 'deep', files: [await file('x')] }],
        },
      ],
    };
    await bench.call(`${DATASETS}/CreateDataset`, body);
    await untilDataset(bench, 'demo-pack', ['READY']);
    const { datasetFiles } = await bench.call(`${DATASETS}/ListDatasetFiles`, pack);
    assert.deepEqual(
      list(datasetFiles).map(({ name, totalBytes }) => [name, totalBytes]),
      [
        ['julia', 3],
        ['sub/deep/x', 3],
        ['sub/in.csv', 3],
        ['top.csv', 3],
      ],
    );
  });
});

describe('sandbox: deleting a notebook', () => {
  const kernel = { userName: USER, kernelSlug: 'demo-kernel' };

  it('takes its versions, ends its run and frees its name', async () => {
    const bench = await startBench();
    let ended = false;
    bench.notebook = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended = true;
          reject(new Error('ended'));
        });
      });
    await push(bench, 'Demo kernel');
    await untilStatus(bench, 'demo-kernel', ['RUNNING']);
    assert.deepEqual(await bench.call(`${KERNELS}/DeleteKernel`, kernel), { errorMessage: '' });
    assert.equal(ended, true);
    assert.equal((await bench.refused(`${KERNELS}/GetKernelSessionStatus`, kernel)).http, 403);
    assert.equal((await bench.refused(`${KERNELS}/DeleteKernel`, kernel)).http, 403);
    bench.notebook = () => ({});
    assert.equal((await push(bench, 'Demo kernel'))['versionNumber'], 1, 'its name is free again');
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
  });
});

describe('sandbox: the live log by RPC', () => {
  it('follows any version, by label', async () => {
    const bench = await startBench();
    const finish = holdNotebooks(bench, (log) => log('hello\n'));
    await push(bench, 'Demo kernel');
    await untilStatus(bench, 'demo-kernel', ['RUNNING']);
    const ask = (more: object): Promise<Response> =>
      bench.post(`${KERNELS}/GetKernelSessionLogsStream`, {
        userName: USER,
        kernelSlug: 'demo-kernel',
        ...more,
      });
    const live = await ask({ versionLabel: 'v1' });
    assert.equal(live.headers.get('content-type'), 'text/event-stream');
    finish();
    assert.equal(
      await live.text(),
      'data: {"stream_name":"stdout","time":1.5,"data":"hello\\n"}\n\ndata: END_OF_LOG\n\n',
    );
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    assert.deepEqual(await (await ask({})).json(), [{ stream_name: 'stdout', time: 1.5, data: 'hello\n' }]);
    assert.equal((await refusalOf(await ask({ versionLabel: 'v2' }))).http, 404);
    assert.equal((await refusalOf(await ask({ kernelSessionId: 5 }))).http, 403);
  });
});

describe('sandbox: submissions of files', () => {
  const facts = JSON.parse(COMPETITION_FILES['competition.json'] ?? '') as object;
  const open = {
    ...COMPETITION_FILES,
    'competition.json': JSON.stringify({ ...facts, isKernelsSubmissionsOnly: false }),
  };
  const csv = 'id,height\n10,1\n11,3\n12,3\n';
  const asked = {
    competitionName: COMPETITION,
    contentLength: csv.length,
    lastModifiedEpochSeconds: 1,
    fileName: 'submission.csv',
  };

  it('are uploaded, scored as they are, kept over a restart and given back', async () => {
    const bench = await startBench({ competition: open });
    const { token, createUrl } = await bench.call(`${COMPETITIONS}/StartSubmissionUpload`, asked);
    assert.equal((await fetch(String(createUrl), { method: 'PUT', body: csv })).status, 200);
    const create = { competitionName: COMPETITION, blobFileTokens: token, submissionDescription: 'mine' };
    const { ref, message } = await bench.call(`${COMPETITIONS}/CreateSubmission`, create);
    assert.equal(message, 'Successfully submitted to Toy cup');
    const scored = await untilScored(bench, ref);
    assert.deepEqual(
      [
        scored['status'],
        scored['publicScore'],
        scored['fileName'],
        scored['totalBytes'],
        scored['description'],
      ],
      ['COMPLETE', '0.70711', 'submission.csv', csv.length, 'mine'],
    );
    await bench.restart();
    const { submissions } = await bench.call(`${COMPETITIONS}/GetLeaderboard`, {
      competitionName: COMPETITION,
    });
    assert.deepEqual(
      list(submissions).map(({ teamName, score }) => [teamName, score]),
      [[USER, '0.70711']],
    );
  });

  it('count against the allowance and need the whole file', async () => {
    const bench = await startBench({ competition: open });
    const { token } = await bench.call(`${COMPETITIONS}/StartSubmissionUpload`, asked);
    const create = { competitionName: COMPETITION, blobFileTokens: token, submissionDescription: '' };
    assert.match(
      (await bench.refused(`${COMPETITIONS}/CreateSubmission`, create)).message,
      /is not complete/,
    );
    const done = { ...create, blobFileTokens: await upload(bench, 'submission.csv', csv) };
    for (let made = 0; made < 2; made += 1) await bench.call(`${COMPETITIONS}/CreateSubmission`, done);
    assert.match(
      (await bench.refused(`${COMPETITIONS}/CreateSubmission`, done)).message,
      /daily Submission allowance/,
    );
  });

  it('are not taken by a code competition', async () => {
    const bench = await startBench();
    const create = { competitionName: COMPETITION, blobFileTokens: 'x', submissionDescription: '' };
    for (const [method, body] of [
      ['StartSubmissionUpload', asked],
      ['CreateSubmission', create],
    ] as const) {
      const { http, message } = await bench.refused(`${COMPETITIONS}/${method}`, body);
      assert.equal(http, 400);
      assert.match(message, /only accepts Submissions from Notebooks/);
    }
  });
});
