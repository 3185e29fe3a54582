import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NotebookInit } from '../../../src/kaggle/client.ts';
import type { FakeHandler } from '../../support/fake-kaggle.ts';
import { namesIn, urlsOf, userErrorOf, useSetup } from './setup.ts';

const SOURCE = JSON.stringify({
  cells: [{ cell_type: 'code', source: 'print(1)', outputs: [], execution_count: null, metadata: {} }],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});
const INIT: NotebookInit = {
  owner: 'ann',
  slug: 'my-inference',
  title: 'my-inference',
  source: SOURCE,
  competition: 'demo',
  datasets: ['ann/julia', 'ann/dotjulia'],
  machineShape: 'NvidiaTeslaT4',
  timeoutSeconds: 3600,
  dockerImage: 'gcr.io/kaggle-images/python@sha256:00',
};
const forbidden = { status: 403, json: { code: 403, message: "Permission 'kernels.get' was denied" } };
const kernel = (currentVersionNumber: number, source = SOURCE): FakeHandler => ({
  json: { metadata: { ref: 'ann/my-inference', currentVersionNumber }, blob: { source, language: 'python' } },
});
const saved = (more: object = {}): FakeHandler => ({
  json: {
    ref: '/code/ann/my-inference',
    url: 'https://www.kaggle.com/code/ann/my-inference',
    versionNumber: 4,
    error: '',
    invalidDatasetSources: [],
    ...more,
  },
});

describe('pushing a notebook', () => {
  const setup = useSetup();

  it('sends it private, without internet, and says where it is', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetKernel', kernel(3)).on('SaveKernel', saved());
    assert.deepEqual(await connect().notebooks.push(INIT, signal), {
      owner: 'ann',
      slug: 'my-inference',
      version: 4,
      url: 'https://www.kaggle.com/code/ann/my-inference',
    });
    assert.deepEqual(fake.calls('SaveKernel')[0]?.json, {
      slug: 'ann/my-inference',
      newTitle: 'my-inference',
      text: SOURCE,
      language: 'python',
      kernelType: 'notebook',
      isPrivate: true,
      enableGpu: true,
      enableTpu: false,
      enableInternet: false,
      machineShape: 'NvidiaTeslaT4',
      competitionDataSources: ['demo'],
      datasetDataSources: ['ann/julia', 'ann/dotjulia'],
      dockerImage: 'gcr.io/kaggle-images/python@sha256:00',
      sessionTimeoutSeconds: 3600,
    });
  });

  it('for a CPU names no machine, and switches off what is not wanted by name', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetKernel', forbidden).on('SaveKernel', saved());
    const plain = {
      machineShape: undefined,
      timeoutSeconds: undefined,
      dockerImage: undefined,
      datasets: [],
    };
    await connect().notebooks.push({ ...INIT, ...plain }, signal);
    const sent = fake.calls('SaveKernel')[0]?.json as Record<string, unknown>;
    assert.deepEqual([sent['enableGpu'], sent['enableTpu'], sent['enableInternet']], [false, false, false]);
    for (const absent of ['machineShape', 'sessionTimeoutSeconds', 'dockerImage', 'datasetDataSources']) {
      assert.ok(!(absent in sent), absent);
    }
  });

  it('takes owner and slug from the answer, in whatever form its reference comes', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetKernel', forbidden);
    for (const ref of ['ann/derived', '/code/ann/derived', 'https://www.kaggle.com/code/ann/derived']) {
      fake.on('SaveKernel', saved({ ref }));
      assert.equal((await connect().notebooks.push(INIT, signal)).slug, 'derived');
    }
    fake.on('SaveKernel', saved({ ref: null, url: '' }));
    assert.deepEqual(await connect().notebooks.push(INIT, signal), {
      owner: 'ann',
      slug: 'my-inference',
      version: 4,
      url: `${fake.url}/code/ann/my-inference`,
    });
  });

  it('names every source that Kaggle dropped', async () => {
    const { fake, connect, signal } = setup();
    fake
      .on('GetKernel', forbidden)
      .on('SaveKernel', saved({ invalidDatasetSources: ['ann/julia'], invalidCompetitionSources: ['demo'] }));
    const error = await userErrorOf(connect().notebooks.push(INIT, signal), 'notebook-invalid-source');
    assert.match(error.title, /dataset ann\/julia.*competition demo/);
    assert.equal(fake.calls('SaveKernel').length, 1);
  });

  it('that Kaggle refuses in a 200 is kaggle-refused with its reason', async () => {
    const { fake, connect, signal } = setup();
    const reason = 'Maximum batch GPU session count of 2 reached.';
    fake.on('GetKernel', forbidden).on('SaveKernel', saved({ error: reason }));
    const error = await userErrorOf(connect().notebooks.push(INIT, signal), 'kaggle-refused');
    assert.equal(error.detail, reason);
  });

  it('with a title that is taken says so', async () => {
    const { fake, connect, signal } = setup();
    fake
      .on('GetKernel', forbidden)
      .on('SaveKernel', { status: 409, json: { error: { code: 409, message: 'ALREADY_EXISTS' } } });
    const error = await userErrorOf(connect().notebooks.push(INIT, signal), 'kaggle-conflict');
    assert.match(error.title, /my-inference/);
    assert.deepEqual(urlsOf(error), [`${fake.url}/ann/code`]);
  });

  const rewritten = JSON.stringify({ nbformat: 4, cells: [{ cell_type: 'code', source: ['print', '(1)'] }] });
  const lost = {
    'a cut connection': { cutAfter: 0 },
    'a 502': { status: 502 },
    'no version number': saved({ versionNumber: 0 }),
  };
  for (const [name, reply] of Object.entries(lost)) {
    it(`is not repeated after ${name} when the new version has our cells`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('GetKernel', kernel(3), kernel(3), kernel(4, rewritten)).on('SaveKernel', reply);
      assert.equal((await connect().notebooks.push(INIT, signal)).version, 4);
      assert.equal(fake.calls('SaveKernel').length, 1);
    });

    it(`is repeated after ${name} when the newest version is older or another’s`, async () => {
      for (const other of [kernel(3), kernel(4, JSON.stringify({ cells: [] })), kernel(4, '')]) {
        const { fake, connect, signal } = setup();
        fake.on('GetKernel', kernel(3), other).on('SaveKernel', reply, saved({ versionNumber: 5 }));
        assert.equal((await connect().notebooks.push(INIT, signal)).version, 5);
      }
    });
  }
});

describe('a notebook', () => {
  const setup = useSetup();

  it('of one’s own is found with its source, or is not there', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetKernel', kernel(7));
    assert.deepEqual(await connect().notebooks.find('ann', 'nb', signal), {
      id: undefined,
      currentVersion: 7,
      source: SOURCE,
      isPrivate: undefined,
    });
    assert.deepEqual(fake.requests[0]?.json, { userName: 'ann', kernelSlug: 'nb' });
    for (const status of [403, 404]) {
      fake.on('GetKernel', { status });
      assert.equal(await connect().notebooks.find('ann', 'nb', signal), undefined);
    }
    fake.on('GetKernel', forbidden);
    await userErrorOf(connect().notebooks.find('bob', 'nb', signal), 'kaggle-forbidden');
  });

  it('tells whether it is private, where Kaggle says so', async () => {
    const { fake, connect, signal } = setup();
    for (const isPrivate of [true, false]) {
      fake.on('GetKernel', { json: { metadata: { currentVersionNumber: 1, isPrivate }, blob: {} } });
      assert.equal((await connect().notebooks.find('ann', 'nb', signal))?.isPrivate, isPrivate);
    }
  });

  const states = {
    COMPLETE: 'complete',
    complete: 'complete',
    ERROR: 'error',
    RUNNING: 'running',
    KERNEL_WORKER_STATUS_RUNNING: 'running',
    QUEUED: 'queued',
    NEW_SCRIPT: 'queued',
    CANCEL_REQUESTED: 'cancel-requested',
    cancelAcknowledged: 'cancelled',
    SOMETHING_NEW: 'running',
  };
  for (const [wire, expected] of Object.entries(states)) {
    it(`whose run is ${wire} is ${expected}`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('GetKernelSessionStatus', { json: { status: wire, failureMessage: '' } });
      const expectation = { status: expected, failureMessage: undefined };
      assert.deepEqual(await connect().notebooks.status('ann', 'nb', 3, signal), expectation);
    });
  }

  it('is asked for by the label of its version; no status is queued', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetKernelSessionStatus', { json: { failureMessage: 'out of memory' } });
    assert.deepEqual(await connect().notebooks.status('ann', 'nb', 3, signal), {
      status: 'queued',
      failureMessage: 'out of memory',
    });
    assert.deepEqual(fake.requests[0]?.json, { userName: 'ann', kernelSlug: 'nb', versionLabel: 'v3' });
  });

  it('has its output on as many pages as there are, and its log on the first', async () => {
    const { fake, connect, signal } = setup();
    fake.on(
      'ListKernelSessionOutput',
      {
        json: {
          files: [{ url: 'https://store/a?sig', fileName: 'submission.csv' }],
          log: '[{"stream_name": "stdout", "time": 1.5, "data": "hi\\n"}\n,{"stream_name": "stderr", "time": 2, "data": "oh"}]',
          nextPageToken: 'P2',
        },
      },
      {
        json: {
          files: [
            { url: 'https://store/b', fileName: 'sub/b' },
            { url: 'x', fileName: '/etc/c' },
          ],
          log: '',
        },
      },
    );
    assert.deepEqual(await connect().notebooks.output('ann', 'nb', 3, signal), {
      files: [
        { name: 'submission.csv', url: 'https://store/a?sig' },
        { name: 'sub/b', url: 'https://store/b' },
      ],
      log: [
        { stream: 'stdout', seconds: 1.5, text: 'hi\n' },
        { stream: 'stderr', seconds: 2, text: 'oh' },
      ],
    });
    assert.deepEqual(
      fake.requests.map(({ json }) => json),
      [
        { userName: 'ann', kernelSlug: 'nb', versionLabel: 'v3', pageSize: 200 },
        { userName: 'ann', kernelSlug: 'nb', versionLabel: 'v3', pageSize: 200, pageToken: 'P2' },
      ],
    );
  });

  it('has its output files fetched without the credential', async () => {
    const { fake, connect, signal, folder } = setup();
    fake.onPath('/gcs/', { status: 500 }, { body: 'id,score\n' });
    const path = join(folder, 'out', 'submission.csv');
    await connect().notebooks.downloadOutput(`${fake.url}/gcs/submission.csv?sig=1`, path, signal);
    assert.equal(await readFile(path, 'utf8'), 'id,score\n');
    assert.ok(fake.requests.every(({ headers }) => headers.authorization === undefined));
  });

  it('whose output link has expired says so and leaves nothing behind', async () => {
    const { fake, connect, signal, folder } = setup();
    fake.onPath('/gcs/', { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });
    const path = join(folder, 'submission.csv');
    await userErrorOf(
      connect().notebooks.downloadOutput(`${fake.url}/gcs/a`, path, signal),
      'kaggle-unreachable',
    );
    await userErrorOf(connect().notebooks.downloadOutput('nonsense', path, signal), 'kaggle-answer');
    assert.deepEqual(await namesIn(folder), []);
  });
});

describe('the accelerator quota', () => {
  const setup = useSetup();

  it('is read in seconds, from what is there', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetAcceleratorQuotaStatistics', {
      json: {
        quotaRefreshTime: '2026-08-08T00:00:00Z',
        gpuQuota: { timeUsed: '3600s', timeReserved: '151.500s', totalTimeAllowed: '108000s' },
      },
    });
    assert.deepEqual(await connect().account.quota(signal), {
      refreshAt: '2026-08-08T00:00:00Z',
      gpu: { usedSeconds: 3600, reservedSeconds: 151.5, allowedSeconds: 108_000 },
      tpu: { usedSeconds: 0, reservedSeconds: 0, allowedSeconds: 0 },
    });
    fake.on('GetAcceleratorQuotaStatistics', { json: { gpuQuota: { timeUsed: 'soon' } } });
    const quota = await connect().account.quota(signal);
    assert.deepEqual([quota.refreshAt, quota.gpu.usedSeconds], [undefined, 0]);
  });
});
