import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Bench,
  COMPETITION,
  type FakeRun,
  list,
  makeDataset,
  push,
  refusalOf,
  startBench,
  untilDataset,
  untilStatus,
  upload,
  USER,
} from './support.ts';

const service = (method: string): string => `kernels.KernelsApiService/${method}`;
const ofKernel = (kernelSlug: string, versionLabel?: string): object => ({
  userName: USER,
  kernelSlug,
  ...(versionLabel === undefined ? {} : { versionLabel }),
});

/** A notebook that waits until the test lets it go on. */
function gate(bench: Bench): { started: Promise<FakeRun>; open: () => void } {
  let open = (): void => undefined;
  let begin: (run: FakeRun) => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const started = new Promise<FakeRun>((resolve) => (begin = resolve));
  bench.notebook = async (run) => {
    begin(run);
    await opened;
    return { outputs: { 'submission.csv': 'id,height\n10,1\n' } };
  };
  return { started, open };
}

async function finished(bench: Bench, title: string, more: object = {}): Promise<Record<string, unknown>> {
  const answer = await push(bench, title, more);
  await untilStatus(bench, title.toLowerCase().replaceAll(' ', '-'), ['COMPLETE', 'ERROR']);
  return answer;
}

async function lastRun(bench: Bench, title: string, more: object = {}): Promise<FakeRun> {
  let seen: FakeRun | undefined;
  bench.notebook = (run) => {
    seen = run;
    return {};
  };
  await finished(bench, title, more);
  assert.ok(seen !== undefined, 'it ran');
  return seen;
}

async function streamOf(bench: Bench, path: string): Promise<Response> {
  return await fetch(`${bench.sandbox.url}/v1/kernels/logs/stream/${path}`, {
    headers: { Accept: 'text/event-stream, */*', ...bench.authorization() },
  });
}

describe('sandbox: saving notebooks', () => {
  it('makes an address from the title, whatever slug was asked for', async () => {
    const bench = await startBench();
    const answer = await push(bench, 'My Notebook v2 0/4', { slug: `${USER}/something-else` });
    assert.equal(answer['ref'], `/code/${USER}/my-notebook-v2-0-4`);
    assert.equal(answer['versionNumber'], 1);
    assert.equal(answer['error'], '');
    assert.deepEqual(answer['invalidDatasetSources'], []);
    const { http } = await bench.refused(service('GetKernelSessionStatus'), ofKernel('something-else'));
    assert.equal(http, 403);
    await untilStatus(bench, 'my-notebook-v2-0-4', ['COMPLETE']);
  });

  it('counts versions up, by slug and by id', async () => {
    const bench = await startBench();
    const { kernelId } = await push(bench, 'Demo kernel');
    assert.equal((await push(bench, 'Demo kernel'))['versionNumber'], 2);
    const byId = await push(bench, 'Demo kernel', { id: kernelId, slug: undefined, newTitle: undefined });
    assert.deepEqual([byId['versionNumber'], byId['kernelId']], [3, kernelId]);
  });

  it('renames: a new title gives a new address', async () => {
    const bench = await startBench();
    const { kernelId } = await push(bench, 'Demo kernel');
    const renamed = await push(bench, 'Better name', { slug: `${USER}/demo-kernel` });
    assert.deepEqual([renamed['ref'], renamed['kernelId']], [`/code/${USER}/better-name`, kernelId]);
    assert.equal((await bench.refused(service('GetKernel'), ofKernel('demo-kernel'))).http, 403);
  });

  it('answers 409 for the title of another notebook', async () => {
    const bench = await startBench();
    await push(bench, 'Demo kernel');
    const body = {
      slug: `${USER}/new-one`,
      newTitle: 'Demo kernel!',
      language: 'python',
      kernelType: 'notebook',
    };
    const { http, status } = await bench.refused(service('SaveKernel'), body);
    assert.deepEqual([http, status], [409, 'ALREADY_EXISTS']);
  });

  it('refuses what Kaggle would not take', async () => {
    const bench = await startBench();
    await push(bench, 'Demo kernel');
    const good = {
      slug: `${USER}/other-kernel`,
      newTitle: 'Other kernel',
      language: 'python',
      kernelType: 'notebook',
    };
    const bad = [
      { slug: '' },
      { slug: 'no-owner' },
      { slug: `${USER}/other-kernel/2` },
      { slug: `${USER}/abc` },
      { newTitle: 'abc' },
      { newTitle: '' },
      { newTitle: '!!!!!' },
      { language: 'julia' },
      { language: '' },
      { kernelType: 'app' },
      { slug: `${USER}/demo-kernel`, newTitle: 'Demo kernel', kernelType: 'script' },
    ];
    for (const change of bad) {
      const { http } = await bench.refused(service('SaveKernel'), { ...good, ...change });
      assert.equal(http, 400, JSON.stringify(change));
    }
    const list = await bench.call(service('ListKernels'), { group: 'PROFILE' });
    assert.equal((list['kernels'] as unknown[]).length, 1);
  });

  it('says inside a 200 that a notebook is not there or a language is not run', async () => {
    const bench = await startBench();
    for (const change of [{ slug: 'somebody/demo-kernel' }, { id: 77 }]) {
      const { error, versionNumber } = await push(bench, 'Demo kernel', change);
      assert.deepEqual([error, versionNumber], ['Notebook not found', 0]);
    }
    assert.match(String((await push(bench, 'Demo kernel', { language: 'r' }))['error']), /Python/);
  });

  it('drops sources that are missing or not READY, names them, and runs without them', async () => {
    const bench = await startBench({ readyDelayMs: 60_000 });
    const token = await upload(bench, 'julia', 'abc');
    for (const slug of ['ready-pack', 'slow-pack']) {
      const body = { ownerSlug: USER, slug, title: slug, isPrivate: true, files: [{ token }] };
      await bench.call('datasets.DatasetApiService/CreateDataset', body);
      if (slug === 'ready-pack') bench.clock.time += 60_000;
    }
    const sources = {
      datasetDataSources: [
        `${USER}/ready-pack`,
        `${USER}/slow-pack`,
        `${USER}/absent-pack`,
        `${USER}/ready-pack/7`,
      ],
      competitionDataSources: [COMPETITION, 'titanic'],
      kernelDataSources: [`${USER}/no-kernel`],
      modelDataSources: ['google/gemma/pyTorch/2b/1'],
    };
    let inputs: string[] = [];
    bench.notebook = (run) => {
      inputs = Object.keys(run.inputs);
      return {};
    };
    const answer = await finished(bench, 'Demo kernel', sources);
    assert.deepEqual(answer['invalidDatasetSources'], sources.datasetDataSources.slice(1));
    assert.deepEqual(answer['invalidCompetitionSources'], ['titanic']);
    assert.deepEqual(answer['invalidKernelSources'], sources.kernelDataSources);
    assert.deepEqual(answer['invalidModelSources'], sources.modelDataSources);
    assert.ok(inputs.includes(`/kaggle/input/datasets/${USER}/ready-pack/julia`));
    assert.ok(inputs.includes(`/kaggle/input/competitions/${COMPETITION}/test.csv`));
    assert.ok(!inputs.some((path) => path.includes('slow-pack')));
  });

  it('saves without running when it is told to', async () => {
    const bench = await startBench();
    bench.notebook = () => assert.fail('it ran');
    await push(bench, 'Demo kernel', { kernelExecutionType: 'QUICK_SAVE' });
    assert.equal(await untilStatus(bench, 'demo-kernel', ['NEW_SCRIPT']), 'NEW_SCRIPT');
  });

  it('gives the machine that was asked for, by its shape or by the older flags', async () => {
    const bench = await startBench();
    for (const [asked, ...given] of [
      [{}, '', false, false],
      [{ enableGpu: true }, 'NvidiaTeslaT4', true, false],
      [{ enableTpu: true }, 'TpuV5E8', false, true],
      [{ machineShape: 'NvidiaL4' }, 'NvidiaL4', true, false],
      [{ machineShape: 'TpuV38', enableGpu: true }, 'TpuV5E8', false, true],
    ] as const) {
      await push(bench, 'Demo kernel', { ...asked, kernelExecutionType: 'QUICK_SAVE' });
      const { metadata } = await bench.call(service('GetKernel'), ofKernel('demo-kernel'));
      const { machineShape, enableGpu, enableTpu } = metadata as Record<string, unknown>;
      assert.deepEqual([machineShape, enableGpu, enableTpu], given);
    }
  });

  it('lets two GPU runs wait or run, not three, and takes another machine for a retired one', async () => {
    const bench = await startBench();
    const { open } = gate(bench);
    const gpu = { machineShape: 'NvidiaTeslaP100' };
    for (const title of ['First kernel', 'Second kernel'])
      assert.equal((await push(bench, title, gpu))['error'], '');
    const third = await push(bench, 'Third kernel', gpu);
    assert.equal(third['error'], 'Maximum batch GPU session count of 2 reached.');
    const { metadata } = await bench.call(service('GetKernel'), ofKernel('first-kernel'));
    const { machineShape, enableGpu } = metadata as Record<string, unknown>;
    assert.deepEqual([machineShape, enableGpu], ['NvidiaTeslaT4', true]);
    open();
    await untilStatus(bench, 'second-kernel', ['COMPLETE']);
  });
});

describe('sandbox: runs', () => {
  it('are offline when internet is off, limited like Kaggle, and know that they are batch runs', async () => {
    const bench = await startBench();
    const { request } = await lastRun(bench, 'Demo kernel', { sessionTimeoutSeconds: 600 });
    assert.equal(request.network, 'none');
    assert.deepEqual(request.environment, { KAGGLE_KERNEL_RUN_TYPE: 'Batch' });
    assert.equal(request.timeoutSeconds, 600);
    assert.equal(request.cpus, 2);
    assert.equal(request.gpu, undefined);
    assert.ok(request.mounts?.every(({ readOnly }) => readOnly));
    const online = await lastRun(bench, 'Demo kernel', {
      enableInternet: true,
      machineShape: 'NvidiaTeslaT4',
    });
    assert.equal(online.request.network, 'bridge');
    assert.equal(online.request.gpu, 'runtime');
    const unsaid = await lastRun(bench, 'Demo kernel', { enableInternet: undefined });
    assert.equal(unsaid.request.network, 'bridge');
  });

  it('find inputs in the namespaced or the classic layout', async () => {
    for (const [layout, dataset, competition] of [
      ['namespaced', `datasets/${USER}/demo-pack`, `competitions/${COMPETITION}`],
      ['classic', 'demo-pack', COMPETITION],
    ] as const) {
      const bench = await startBench({ layout });
      await makeDataset(bench, 'demo-pack', { julia: 'abc' });
      const { inputs } = await lastRun(bench, 'Demo kernel', {
        datasetDataSources: [`${USER}/demo-pack`],
        competitionDataSources: [COMPETITION],
      });
      assert.equal(inputs[`/kaggle/input/${dataset}/julia`], 'abc');
      assert.equal(inputs[`/kaggle/input/${competition}/test.csv`], 'id\n10\n');
      assert.ok(!Object.values(inputs).some((text) => text.includes('Private')), 'no solution');
    }
  });

  it('have the dataset version of the push, and one volume for all runs with it', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { julia: 'old' });
    const sources = { datasetDataSources: [`${USER}/demo-pack`] };
    const { started, open } = gate(bench);
    await push(bench, 'Demo kernel', sources);
    await started;
    const body = {
      ownerSlug: USER,
      datasetSlug: 'demo-pack',
      body: { files: [{ token: await upload(bench, 'julia', 'new') }] },
    };
    await bench.call('datasets.DatasetApiService/CreateDatasetVersion', body);
    // A version that is not ready is left out of a push.
    await untilDataset(bench, 'demo-pack', ['READY']);
    open();
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    const path = `/kaggle/input/datasets/${USER}/demo-pack/julia`;
    assert.equal((await started).inputs[path], 'old');
    assert.equal((await lastRun(bench, 'Demo kernel', sources)).inputs[path], 'new');
    const fillings = bench.engine.fillings;
    assert.equal((await lastRun(bench, 'Demo kernel', sources)).inputs[path], 'new');
    assert.equal(bench.engine.fillings, fillings);
    const old = await lastRun(bench, 'Demo kernel', { datasetDataSources: [`${USER}/demo-pack/1`] });
    assert.equal(old.inputs[path], 'old');
  });

  it('of a script get it as a notebook', async () => {
    const bench = await startBench();
    const { request } = await lastRun(bench, 'Demo script', { kernelType: 'script', text: 'print("hi")\n' });
    const { cells } = JSON.parse(request.source) as { cells: { source: string }[] };
    assert.deepEqual(
      cells.map(({ source }) => source),
      ['print("hi")\n'],
    );
  });

  it('can read what another notebook wrote', async () => {
    const bench = await startBench();
    await finished(bench, 'First kernel');
    const { inputs } = await lastRun(bench, 'Second kernel', { kernelDataSources: [`${USER}/first-kernel`] });
    assert.equal(inputs[`/kaggle/input/notebooks/${USER}/first-kernel/submission.csv`], 'id,height\n10,1\n');
  });

  it('wait for each other, two at a time, in the order of their pushes', async () => {
    const bench = await startBench();
    const { open } = gate(bench);
    for (const title of ['First kernel', 'Second kernel', 'Third kernel']) await push(bench, title);
    await untilStatus(bench, 'second-kernel', ['RUNNING']);
    assert.equal(await untilStatus(bench, 'first-kernel', ['RUNNING']), 'RUNNING');
    assert.equal(await untilStatus(bench, 'third-kernel', ['QUEUED', 'RUNNING']), 'QUEUED');
    open();
    await untilStatus(bench, 'third-kernel', ['COMPLETE']);
  });

  it('tell by version label how they went; the bare number is not understood', async () => {
    const bench = await startBench();
    await finished(bench, 'Demo kernel');
    bench.notebook = () => ({ state: 'error', message: 'NameError' });
    await finished(bench, 'Demo kernel');
    const status = async (label?: string): Promise<unknown> =>
      (await bench.call(service('GetKernelSessionStatus'), ofKernel('demo-kernel', label)))['status'];
    assert.deepEqual(await Promise.all([status('v1'), status('v2'), status()]), [
      'COMPLETE',
      'ERROR',
      'ERROR',
    ]);
    for (const label of ['1', 'v3', 'latest'])
      assert.equal(
        (await bench.refused(service('GetKernelSessionStatus'), ofKernel('demo-kernel', label))).http,
        404,
      );
  });

  it('explain their end when it was not an exception', async () => {
    const bench = await startBench();
    const cases = [
      ['error', undefined],
      ['out-of-memory', /more memory than is available/],
      ['timeout', /max allowed execution duration/],
      ['runner-failed', /No module named nbclient/],
    ] as const;
    for (const [state, words] of cases) {
      bench.notebook = () => ({ state, message: 'No module named nbclient' });
      await finished(bench, 'Demo kernel');
      const answer = await bench.call(service('GetKernelSessionStatus'), ofKernel('demo-kernel'));
      assert.equal(answer['status'], 'ERROR');
      if (words === undefined) assert.ok(!('failureMessage' in answer));
      else assert.match(String(answer['failureMessage']), words);
    }
  });

  it('fail when there is no engine, with its reason', async () => {
    const bench = await startBench({ engine: () => Promise.reject(new Error('No engine answers.')) });
    await finished(bench, 'Demo kernel');
    const answer = await bench.call(service('GetKernelSessionStatus'), ofKernel('demo-kernel'));
    assert.deepEqual(answer, { status: 'ERROR', failureMessage: 'No engine answers.' });
  });
});

describe('sandbox: outputs and logs', () => {
  it('gives the files by signed URL and the log as text, page by page', async () => {
    const bench = await startBench();
    bench.notebook = ({ log }) => {
      log('hello\n');
      log('warn "this"\n', 'stderr');
      return { outputs: { 'submission.csv': 'id\n', 'sub/b.csv': 'b' } };
    };
    await finished(bench, 'Demo kernel');
    const first = await bench.call(service('ListKernelSessionOutput'), {
      ...ofKernel('demo-kernel'),
      pageSize: 2,
    });
    assert.equal(
      first['log'],
      '[{"stream_name":"stdout","time":1.5,"data":"hello\\n"}\n,{"stream_name":"stderr","time":1.5,"data":"warn \\"this\\"\\n"}\n]',
    );
    assert.equal((JSON.parse(first['log']) as unknown[]).length, 2);
    const rest = await bench.call(service('ListKernelSessionOutput'), {
      ...ofKernel('demo-kernel', 'v1'),
      pageSize: 2,
      pageToken: first['nextPageToken'],
    });
    assert.deepEqual([rest['log'], rest['nextPageToken']], ['', '']);
    const texts = new Map<unknown, string>();
    for (const { fileName, url } of [...list(first['files']), ...list(rest['files'])])
      texts.set(fileName, await (await fetch(String(url))).text());
    assert.deepEqual([...texts.keys()], ['__notebook__.ipynb', 'submission.csv', 'sub/b.csv']);
    assert.equal(texts.get('sub/b.csv'), 'b');
  });

  it('lists the files with their sizes', async () => {
    const bench = await startBench();
    await finished(bench, 'Demo kernel');
    const { files } = await bench.call(service('ListKernelFiles'), ofKernel('demo-kernel'));
    assert.ok(list(files).some(({ name, size }) => name === 'submission.csv' && size === 15));
  });

  it('streams the log while it runs, from its start to its end, and gives a JSON array afterwards', async () => {
    const bench = await startBench();
    const { started, open } = gate(bench);
    await push(bench, 'Demo kernel');
    const run = await started;
    run.log('before\n');
    const response = await streamOf(bench, `${USER}/demo-kernel`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
    const decoder = new TextDecoder();
    let text = '';
    const readUntil = async (end: string): Promise<void> => {
      while (!text.includes(end)) {
        const chunk = await reader?.read();
        assert.ok(chunk?.done === false, `the stream ended with ${text}`);
        text += decoder.decode(chunk.value, { stream: true });
      }
    };
    await readUntil('before');
    run.log('after\n');
    await readUntil('after');
    open();
    await readUntil('END_OF_LOG');
    assert.deepEqual(text.split('\n\n'), [
      'data: {"stream_name":"stdout","time":1.5,"data":"before\\n"}',
      'data: {"stream_name":"stdout","time":1.5,"data":"after\\n"}',
      'data: END_OF_LOG',
      '',
    ]);
    const finishedLog = await streamOf(bench, `${USER}/demo-kernel`);
    assert.match(finishedLog.headers.get('content-type') ?? '', /^application\/json/);
    const lines = (await finishedLog.json()) as { data: string }[];
    assert.deepEqual(
      lines.map(({ data }) => data),
      ['before\n', 'after\n'],
    );
  });

  it('streams nothing to strangers, for absent notebooks and for versions', async () => {
    const bench = await startBench();
    await finished(bench, 'Demo kernel');
    assert.equal((await refusalOf(await streamOf(bench, `${USER}/absent-one`))).http, 403);
    assert.equal((await refusalOf(await streamOf(bench, `${USER}/demo-kernel/1`))).http, 404);
    const stranger = await fetch(`${bench.sandbox.url}/v1/kernels/logs/stream/${USER}/demo-kernel`);
    assert.equal((await refusalOf(stranger)).http, 401);
  });

  it('gives notebooks back with their source and their sources', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { julia: 'abc' });
    const source = '{"cells":[],"metadata":{"é":1},"nbformat":4,"nbformat_minor":5}';
    await finished(bench, 'Demo kernel', {
      text: source,
      datasetDataSources: [`${USER}/demo-pack`, `${USER}/demo-pack/1`],
      competitionDataSources: [COMPETITION],
    });
    await finished(bench, 'Demo kernel', { text: '{}' });
    const { metadata, blob } = await bench.call(service('GetKernel'), ofKernel('demo-kernel', 'v1'));
    assert.equal((blob as Record<string, unknown>)['source'], source);
    const facts = metadata as Record<string, unknown>;
    assert.deepEqual(facts['datasetDataSources'], [`${USER}/demo-pack`]);
    assert.deepEqual(facts['competitionDataSources'], [COMPETITION]);
    assert.deepEqual(
      [facts['currentVersionNumber'], facts['dockerImage'], facts['enableInternet']],
      [2, 'fake-image', false],
    );
    assert.equal((await bench.refused(service('GetKernel'), ofKernel('demo-kernel/1'))).http, 403);
  });

  it('keep the image that they were pushed with, and that of the first version where they are pinned to it', async () => {
    const bench = await startBench();
    const images = [1, 2].map((digit) => `gcr.io/kaggle-images/python@sha256:${String(digit).repeat(64)}`);
    const [first = '', second = ''] = images;
    const imageOf = async (label: string): Promise<unknown> => {
      const { metadata } = await bench.call(service('GetKernel'), ofKernel('demo-kernel', label));
      return (metadata as Record<string, unknown>)['dockerImage'];
    };
    await finished(bench, 'Demo kernel', { dockerImage: first });
    await finished(bench, 'Demo kernel', { dockerImage: second });
    await finished(bench, 'Demo kernel', { dockerImagePinningType: 'original' });
    await finished(bench, 'Demo kernel', { dockerImagePinningType: 'latest' });
    assert.deepEqual(await Promise.all(['v1', 'v2', 'v3', 'v4'].map(imageOf)), [
      ...images,
      first,
      'fake-image',
    ]);
    const body = { slug: `${USER}/demo-kernel`, text: '{}', language: 'python', kernelType: 'notebook' };
    for (const wrong of [{ dockerImage: 'python:3' }, { dockerImagePinningType: 'newest' }])
      assert.equal((await bench.refused(service('SaveKernel'), { ...body, ...wrong })).http, 400);
  });

  it('lists notebooks by words, sources and pages', async () => {
    const bench = await startBench();
    await finished(bench, 'First kernel', { competitionDataSources: [COMPETITION] });
    bench.clock.time += 1000;
    await finished(bench, 'Second kernel');
    const slugs = async (body: object): Promise<unknown[]> =>
      list((await bench.call(service('ListKernels'), body))['kernels']).map(({ slug }) => slug);
    const mine = {
      group: 'PROFILE',
      kernelType: 'all',
      language: 'all',
      outputType: 'all',
      page: 1,
      pageSize: 20,
    };
    assert.deepEqual(await slugs(mine), ['second-kernel', 'first-kernel']);
    assert.deepEqual(await slugs({ ...mine, competition: COMPETITION }), ['first-kernel']);
    assert.deepEqual(await slugs({ ...mine, search: 'SECOND' }), ['second-kernel']);
    assert.deepEqual(await slugs({ ...mine, page: 2, pageSize: 1 }), ['first-kernel']);
    assert.deepEqual(await slugs({ ...mine, kernelType: 'script' }), []);
  });

  it('counts the hours of accelerators, by weeks that begin on Saturday', async () => {
    const bench = await startBench();
    bench.notebook = () => {
      bench.clock.time += 1800_000;
      return {};
    };
    await finished(bench, 'Demo kernel', { machineShape: 'NvidiaTeslaT4' });
    await finished(bench, 'Demo kernel');
    const used = async (): Promise<unknown[]> => {
      const { gpuQuota, tpuQuota, quotaRefreshTime } = await bench.call(
        service('GetAcceleratorQuotaStatistics'),
      );
      const { timeUsed, totalTimeAllowed } = gpuQuota as Record<string, unknown>;
      return [
        timeUsed,
        totalTimeAllowed,
        (tpuQuota as Record<string, unknown>)['timeUsed'],
        quotaRefreshTime,
      ];
    };
    assert.deepEqual(await used(), ['1800.000s', '108000.000s', '0.000s', '2026-03-07T00:00:00.000Z']);
    bench.clock.time = Date.parse('2026-03-07T00:00:01Z');
    assert.deepEqual(await used(), ['0.000s', '108000.000s', '0.000s', '2026-03-14T00:00:00.000Z']);
  });
});
