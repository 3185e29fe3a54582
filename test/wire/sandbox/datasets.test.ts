import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import {
  type Bench,
  list,
  makeDataset,
  push,
  startBench,
  tarOf,
  until,
  untilDataset,
  untilStatus,
  upload,
  USER,
} from './support.ts';

const service = (method: string): string => `datasets.DatasetApiService/${method}`;
const ofDataset = (datasetSlug: string): object => ({ ownerSlug: USER, datasetSlug });

async function filesOf(bench: Bench, slug: string, more: object = {}): Promise<Record<string, unknown>> {
  const { datasetFiles } = await bench.call(service('ListDatasetFiles'), {
    ...ofDataset(slug),
    pageSize: 200,
    ...more,
  });
  return Object.fromEntries(
    list(datasetFiles).map(({ name, totalBytes }): [string, unknown] => [String(name), totalBytes]),
  );
}

async function textOf(bench: Bench, slug: string, fileName: string): Promise<string> {
  const body = { ...ofDataset(slug), fileName };
  return await (await bench.post(service('DownloadDataset'), body, { redirect: 'follow' })).text();
}

function addVersion(
  bench: Bench,
  slug: string,
  tokens: string[],
  more: object = {},
): Promise<Record<string, unknown>> {
  return bench.call(service('CreateDatasetVersion'), {
    ...ofDataset(slug),
    body: { versionNotes: 'next', files: tokens.map((token) => ({ token })), ...more },
  });
}

describe('sandbox: datasets', () => {
  it('makes a private dataset and describes it', async () => {
    const bench = await startBench();
    const made = await makeDataset(bench, 'demo-pack', { julia: 'abc', 'notes.txt': 'hello' });
    assert.equal(made['ref'], `/${USER}/demo-pack`);
    assert.equal(made['error'], '');
    const dataset = await bench.call(service('GetDataset'), ofDataset('demo-pack'));
    assert.equal(dataset['ref'], `${USER}/demo-pack`);
    assert.deepEqual(
      [dataset['isPrivate'], dataset['totalBytes'], dataset['currentVersionNumber'], dataset['licenseName']],
      [true, 8, 1, 'CC0-1.0'],
    );
    assert.deepEqual(
      list(dataset['versions']).map(({ versionNumber, status }) => [versionNumber, status]),
      [[1, 'READY']],
    );
    assert.deepEqual(await filesOf(bench, 'demo-pack'), { julia: 3, 'notes.txt': 5 });
    const { info } = await bench.call(service('GetDatasetMetadata'), ofDataset('demo-pack'));
    assert.deepEqual((info as Record<string, unknown>)['licenses'], [{ name: 'CC0-1.0' }]);
  });

  it('takes an omitted isPrivate for public', async () => {
    const bench = await startBench();
    const token = await upload(bench, 'a.txt', 'open');
    const body = { ownerSlug: USER, slug: 'open-pack', title: 'open-pack', files: [{ token }] };
    await bench.call(service('CreateDataset'), body);
    await makeDataset(bench, 'shut-pack', { 'a.txt': 'shut' });
    const anonymously = (method: string, slug: string): Promise<Response> =>
      bench.post(
        service(method),
        { ...ofDataset(slug), fileName: 'a.txt' },
        { headers: { Authorization: '' } },
      );
    assert.equal((await anonymously('ListDatasetFiles', 'open-pack')).status, 200);
    assert.equal((await anonymously('DownloadDataset', 'open-pack')).status, 302);
    assert.equal((await anonymously('ListDatasetFiles', 'shut-pack')).status, 403);
    assert.equal((await anonymously('DownloadDataset', 'shut-pack')).status, 403);
    assert.equal((await anonymously('DeleteDataset', 'open-pack')).status, 401);
  });

  it('becomes READY in its time and not before', async () => {
    const bench = await startBench({ readyDelayMs: 60_000 });
    const token = await upload(bench, 'julia', 'abc');
    const body = {
      ownerSlug: USER,
      slug: 'slow-pack',
      title: 'slow-pack',
      isPrivate: true,
      files: [{ token }],
    };
    await bench.call(service('CreateDataset'), body);
    const states = ['BLOBS_RECEIVED', 'BLOBS_DECOMPRESSED', 'BLOBS_COPIED_TO_SDS', 'READY'];
    for (const state of states) {
      assert.equal(await untilDataset(bench, 'slow-pack', [state]), state);
      bench.clock.time += 20_000;
    }
  });

  it('answers 403 for a dataset that is missing or of another owner', async () => {
    const { refused } = await startBench();
    for (const body of [ofDataset('absent-pack'), { ownerSlug: 'somebody', datasetSlug: 'thing-one' }, {}])
      for (const method of [
        'GetDatasetStatus',
        'GetDataset',
        'ListDatasetFiles',
        'DeleteDataset',
        'CreateDatasetVersion',
      ]) {
        const { http, message } = await refused(service(method), body);
        assert.deepEqual([http, message], [403, "Permission 'datasets.get' was denied"], method);
      }
    assert.equal((await refused(service('CreateDatasetVersionById'), { id: 5 })).http, 403);
  });

  it('refuses names and licences that Kaggle would not take', async () => {
    const bench = await startBench();
    const good = {
      ownerSlug: USER,
      slug: 'good-pack',
      title: 'Good pack',
      licenseName: 'CC0-1.0',
      isPrivate: true,
    };
    const bad = [
      { title: 'short' },
      { title: 'x'.repeat(51) },
      { slug: 'short' },
      { slug: 'x'.repeat(51) },
      { slug: 'with space' },
      { slug: 'Upper-case' },
      { licenseName: 'mine-1.0' },
      { subtitle: 'too short' },
      { subtitle: 'x'.repeat(81) },
    ];
    for (const change of bad)
      assert.equal(
        (await bench.refused(service('CreateDataset'), { ...good, ...change })).http,
        400,
        JSON.stringify(change),
      );
    assert.equal(
      (await bench.refused(service('CreateDataset'), { ...good, ownerSlug: 'somebody' })).http,
      403,
    );
    assert.equal((await bench.call(service('CreateDataset'), good))['status'], 'ok');
  });

  it('says inside a 200 that a slug or a title is taken', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', {});
    for (const names of [
      { slug: 'demo-pack', title: 'Another title' },
      { slug: 'other-pack', title: 'DEMO-PACK' },
    ]) {
      const answer = await bench.call(service('CreateDataset'), { ownerSlug: USER, ...names });
      assert.match(String(answer['error']), /already in use/);
      assert.notEqual(answer['status'], 'ok');
    }
    assert.equal(list((await bench.call(service('ListDatasets'), { group: 'MY' }))['datasets']).length, 1);
  });

  it('makes one dataset of two requests for the same at once', async () => {
    const bench = await startBench();
    const body = { ownerSlug: USER, slug: 'twin-pack', title: 'twin-pack', isPrivate: true };
    const answers = await Promise.all([1, 2].map(() => bench.call(service('CreateDataset'), body)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), ['error', 'ok']);
  });

  it('refuses a file name that is there twice and more than 50 files', async () => {
    const bench = await startBench();
    const body = { ownerSlug: USER, slug: 'many-pack', title: 'many-pack' };
    const token = await upload(bench, 'a.txt', '1');
    const twice = { ...body, files: [{ token }, { token: await upload(bench, 'a.txt', '2') }] };
    assert.equal((await bench.refused(service('CreateDataset'), twice)).http, 400);
    const many = { ...body, files: Array.from({ length: 51 }, () => ({ token })) };
    assert.match((await bench.refused(service('CreateDataset'), many)).message, /50/);
  });

  it('keeps folders that are given as directories', async () => {
    const bench = await startBench();
    const [top, inner, deep] = await Promise.all(
      ['top.txt', 'inner.txt', 'deep.txt'].map((name) => upload(bench, name, name)),
    );
    const directories = [
      { name: 'sub', files: [{ token: inner }], directories: [{ name: 'below', files: [{ token: deep }] }] },
    ];
    const body = {
      ownerSlug: USER,
      slug: 'tree-pack',
      title: 'tree-pack',
      files: [{ token: top }],
      directories,
    };
    await bench.call(service('CreateDataset'), body);
    await untilDataset(bench, 'tree-pack', ['READY']);
    assert.deepEqual(Object.keys(await filesOf(bench, 'tree-pack')), [
      'sub/below/deep.txt',
      'sub/inner.txt',
      'top.txt',
    ]);
    assert.equal(await textOf(bench, 'tree-pack', 'sub/below/deep.txt'), 'deep.txt');
  });

  it('makes each version of exactly the files that are listed', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { a: 'one', b: 'two' });
    const second = await addVersion(bench, 'demo-pack', [await upload(bench, 'c', 'three')], {
      versionNotes: 'only c',
    });
    assert.equal(second['status'], 'ok');
    await untilDataset(bench, 'demo-pack', ['READY']);
    assert.deepEqual(await filesOf(bench, 'demo-pack'), { c: 5 });
    assert.deepEqual(await filesOf(bench, 'demo-pack', { datasetVersionNumber: 1 }), { a: 3, b: 3 });
    const dataset = await bench.call(service('GetDataset'), ofDataset('demo-pack'));
    assert.equal(dataset['currentVersionNumber'], 2);
    assert.deepEqual(
      list(dataset['versions']).map(({ versionNumber, versionNotes }) => [versionNumber, versionNotes]),
      [
        [2, 'only c'],
        [1, 'Initial release'],
      ],
    );
    const missing = { ...ofDataset('demo-pack'), datasetVersionNumber: 9 };
    assert.equal((await bench.refused(service('ListDatasetFiles'), missing)).http, 404);
  });

  it('shows the last READY version while the next one is on its way', async () => {
    const bench = await startBench({ readyDelayMs: 60_000 });
    await Promise.all([
      makeDataset(bench, 'demo-pack', { a: 'one' }),
      untilDatasetExists(bench, 'demo-pack').then(() => (bench.clock.time += 60_000)),
    ]);
    await addVersion(bench, 'demo-pack', [await upload(bench, 'b', 'two')]);
    assert.equal(await untilDataset(bench, 'demo-pack', ['BLOBS_RECEIVED']), 'BLOBS_RECEIVED');
    const current = async (): Promise<unknown> =>
      (await bench.call(service('GetDataset'), ofDataset('demo-pack')))['currentVersionNumber'];
    assert.equal(await current(), 1);
    assert.deepEqual(await filesOf(bench, 'demo-pack'), { a: 3 });
    bench.clock.time += 60_000;
    await untilDataset(bench, 'demo-pack', ['READY']);
    assert.equal(await current(), 2);
  });

  it('makes a version by the id of the dataset, and one without any file', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { a: 'one' });
    const { id } = await bench.call(service('GetDataset'), ofDataset('demo-pack'));
    const token = await upload(bench, 'b', 'two');
    const byId = { id, body: { versionNotes: 'by id', files: [{ token }] } };
    assert.equal((await bench.call(service('CreateDatasetVersionById'), byId))['status'], 'ok');
    await untilDataset(bench, 'demo-pack', ['READY']);
    assert.deepEqual(await filesOf(bench, 'demo-pack'), { b: 3 });
    await addVersion(bench, 'demo-pack', []);
    await untilDataset(bench, 'demo-pack', ['READY']);
    assert.deepEqual(await filesOf(bench, 'demo-pack'), {});
  });

  it('drops the older versions when it is told to', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { a: 'one' });
    await addVersion(bench, 'demo-pack', [await upload(bench, 'b', 'two')], { deleteOldVersions: true });
    await untilDataset(bench, 'demo-pack', ['READY']);
    const dataset = await bench.call(service('GetDataset'), ofDataset('demo-pack'));
    assert.deepEqual(
      list(dataset['versions']).map(({ versionNumber }) => versionNumber),
      [2],
    );
  });

  it('lists them by group, words and owner, page by page', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'first-pack', {});
    bench.clock.time += 1000;
    await makeDataset(bench, 'second-pack', {});
    await bench.call(service('CreateDataset'), { ownerSlug: USER, slug: 'open-pack', title: 'open-pack' });
    const slugs = async (body: object): Promise<unknown[]> =>
      list((await bench.call(service('ListDatasets'), body))['datasets']).map(
        ({ ref }) => String(ref).split('/')[1],
      );
    assert.deepEqual((await slugs({ group: 'DATASET_SELECTION_GROUP_MY', page: 1 })).sort(), [
      'first-pack',
      'open-pack',
      'second-pack',
    ]);
    assert.deepEqual(await slugs({ group: 'DATASET_SELECTION_GROUP_MY_PUBLIC' }), ['open-pack']);
    assert.deepEqual(await slugs({ group: 'MY_PRIVATE', search: 'first' }), ['first-pack']);
    assert.deepEqual(await slugs({}), ['open-pack']);
    assert.deepEqual(await slugs({ group: 'USER', user: 'somebody' }), []);
    const page = await bench.call(service('ListDatasets'), { group: 'MY', pageSize: 2 });
    const rest = { group: 'MY', pageSize: 2, pageToken: page['nextPageToken'] };
    assert.equal(list((await bench.call(service('ListDatasets'), rest))['datasets']).length, 1);
  });

  it('deletes a dataset with the volumes that the engine has of it', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { a: 'one' });
    await push(bench, 'Uses pack', { datasetDataSources: [`${USER}/demo-pack`] });
    await untilStatus(bench, 'uses-pack', ['COMPLETE']);
    const volumes = (): string[] =>
      [...bench.engine.volumes.keys()].filter((name) => name.includes('-dataset-'));
    assert.equal(volumes().length, 1);
    assert.deepEqual(await bench.call(service('DeleteDataset'), ofDataset('demo-pack')), { error: '' });
    assert.equal((await bench.refused(service('GetDataset'), ofDataset('demo-pack'))).http, 403);
    await until(
      () => Promise.resolve(volumes()),
      (names) => names.length === 0,
    );
  });
});

async function untilDatasetExists(bench: Bench, slug: string): Promise<void> {
  while ((await bench.post(service('GetDatasetStatus'), ofDataset(slug))).status !== 200)
    await new Promise(setImmediate);
}

describe('sandbox: archives in datasets', () => {
  const content = {
    'top.txt': 'top',
    'folder/': undefined,
    'folder/run.sh': '#!/bin/sh',
    'folder/link': '-> run.sh',
  };
  const tar = (): Promise<Buffer> => tarOf(content);

  it('are unpacked by extension into a folder of their name, without links', async () => {
    const bench = await startBench();
    const plain = await tar();
    await makeDataset(bench, 'packed', {
      'one.tar': plain,
      'two.tar.gz': gzipSync(plain),
      'three.TGZ': gzipSync(plain),
      'table.csv.gz': gzipSync('a,b\n'),
    });
    assert.deepEqual(await filesOf(bench, 'packed'), {
      'one/folder/run.sh': 9,
      'one/top.txt': 3,
      'table.csv': 4,
      'three/folder/run.sh': 9,
      'three/top.txt': 3,
      'two/folder/run.sh': 9,
      'two/top.txt': 3,
    });
    assert.equal(await textOf(bench, 'packed', 'two/folder/run.sh'), '#!/bin/sh');
  });

  it('are unpacked into the root when they are alone', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'packed', { 'one.tar': await tar() });
    assert.deepEqual(Object.keys(await filesOf(bench, 'packed')), ['folder/run.sh', 'top.txt']);
  });

  it('stay as they are under any other name', async () => {
    const bench = await startBench();
    const plain = await tar();
    const names = ['julia', 'dotjulia', 'app.tarball', 'pack.bin', 'pack.tar.zst', 'pack.tar.xz'];
    await makeDataset(bench, 'intact', Object.fromEntries(names.map((name) => [name, plain])));
    assert.deepEqual(
      await filesOf(bench, 'intact'),
      Object.fromEntries(names.sort().map((name) => [name, plain.length])),
    );
  });

  it('make the version FAILED when they are damaged or of a kind that is not unpacked here', async () => {
    const bench = await startBench();
    const whole = gzipSync(await tar());
    const bad = {
      'cut.tar.gz': whole.subarray(0, whole.length - 9),
      'no.tar': Buffer.from('no tar at all'),
      'a.zip': Buffer.from('PK'),
    };
    for (const [index, [name, bytes]] of Object.entries(bad).entries()) {
      const slug = `broken-${index}`;
      await makeDataset(bench, slug, { [name]: bytes });
      assert.equal(await untilDataset(bench, slug, ['READY', 'FAILED']), 'FAILED', name);
      const { errorMessage } = await bench.call(service('ListDatasetFiles'), ofDataset(slug));
      assert.match(String(errorMessage), new RegExp(name));
    }
  });

  it('cannot put files outside', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'sneaky', {
      'a.tar': await tarOf({ '../out.txt': 'x', '/abs.txt': 'y', './in.txt': 'z' }),
    });
    assert.deepEqual(Object.keys(await filesOf(bench, 'sneaky')), ['abs.txt', 'in.txt']);
  });

  it('keep what is said of their files, whatever else is changed', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'told-pack', { 'a.csv': 'a', 'b.csv': 'bb' });
    const which = { ownerSlug: USER, datasetSlug: 'told-pack' };
    const update = (settings: object) =>
      bench.call(service('UpdateDatasetMetadata'), { ...which, settings: { isPrivate: true, ...settings } });
    await update({ data: [{ name: 'a.csv', description: 'Heights' }] });
    await update({ title: 'Told pack' });
    const listed = async () =>
      list((await bench.call(service('ListDatasetFiles'), which))['datasetFiles']).map((file) => [
        file['name'],
        file['description'],
      ]);
    assert.deepEqual(await listed(), [
      ['a.csv', 'Heights'],
      ['b.csv', ''],
    ]);
  });

  it('are listed by size, and by the numbers of the groups', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'small-pack', { 'a.csv': 'a' });
    await makeDataset(bench, 'large-pack', { 'a.csv': 'a'.repeat(1000) });
    const slugs = async (request: object) =>
      list((await bench.call(service('ListDatasets'), { group: 1, ...request }))['datasets']).map(
        ({ ref }) => ref,
      );
    assert.deepEqual(await slugs({ minSize: 500 }), [`${USER}/large-pack`]);
    assert.deepEqual(await slugs({ maxSize: '500' }), [`${USER}/small-pack`]);
    // 10 is MY_PUBLIC, of which there are none; 6 is ORGANIZATION.
    assert.deepEqual([await slugs({ group: 10 }), await slugs({ group: 6 })], [[], []]);
    assert.equal((await slugs({ group: 5 })).length, 2);
  });

  it('take each license that is documented, and no file whose name begins with @', async () => {
    const bench = await startBench();
    for (const licenseName of ['CC-BY-3.0-IGO', 'CC-BY-NC-SA-3.0-IGO', 'FDL-1.3', 'EU-ODP-Legal-Notice']) {
      const slug = `pack-${licenseName.toLowerCase().replaceAll('.', '-')}`;
      const body = { ownerSlug: USER, slug, title: slug, licenseName, isPrivate: true };
      assert.equal((await bench.call(service('CreateDataset'), body))['status'], 'ok');
    }
    const start = { type: 'DATASET', name: '@a.csv', contentLength: 1 };
    assert.equal((await bench.refused('blobs.BlobApiService/StartBlobUpload', start)).http, 400);
  });
});
