import assert from 'node:assert/strict';
import type { FakeHandler } from '../../support/fake-kaggle.ts';
import { urlsOf, userErrorOf, useSetup } from './setup.ts';

const OK = {
  json: { ref: '/ann/pack', url: 'https://www.kaggle.com/datasets/ann/pack', status: 'OK', error: '' },
};
const forbidden = { status: 403, json: { code: 403, message: "Permission 'datasets.get' was denied" } };
const missing = { status: 404, json: { error: { code: 404, message: 'Not found', status: 'NOT_FOUND' } } };
const versions = (...notes: string[]): FakeHandler => ({
  json: {
    ref: 'ann/pack',
    currentVersionNumber: notes.length,
    versions: notes.map((versionNotes, index) => ({ versionNumber: index + 1, versionNotes })),
  },
});
const status = (name: string): FakeHandler => ({ json: { status: name } });

describe('a dataset', () => {
  const setup = useSetup();

  it('is found with its versions', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetDataset', versions('one', 'two'));
    assert.deepEqual(await connect().datasets.find('ann', 'pack', signal), {
      id: undefined,
      slug: 'pack',
      currentVersion: 2,
      versions: [
        { version: 1, notes: 'one' },
        { version: 2, notes: 'two' },
      ],
    });
    assert.deepEqual(fake.requests[0]?.json, { ownerSlug: 'ann', datasetSlug: 'pack' });
  });

  it('of one’s own that answers 403 or 404 is not there', async () => {
    const { fake, connect, signal } = setup();
    for (const reply of [forbidden, missing]) {
      fake.on('GetDataset', reply);
      assert.equal(await connect().datasets.find('Ann', 'pack', signal), undefined);
    }
  });

  it('of somebody else that answers 403 is forbidden', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetDataset', forbidden);
    const error = await userErrorOf(connect().datasets.find('bob', 'pack', signal), 'kaggle-forbidden');
    assert.deepEqual(urlsOf(error), [`${fake.url}/datasets/bob/pack`]);
  });

  it('is not "not there" when Kaggle is only unreachable or does not know us', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetDataset', { status: 500 });
    await userErrorOf(connect().datasets.find('ann', 'pack', signal), 'kaggle-unreachable');
    fake.on('GetDataset', { status: 401 });
    await userErrorOf(connect().datasets.find('ann', 'pack', signal), 'kaggle-unauthorized');
  });

  const states = {
    READY: 'ready',
    ready: 'ready',
    DATABUNDLE_VERSION_STATUS_READY: 'ready',
    FAILED: 'failed',
    DELETED: 'deleted',
    NOT_YET_PERSISTED: 'processing',
    blobsDecompressed: 'processing',
    REPROCESSING: 'processing',
    NOT_READY: 'processing',
    '': 'processing',
    '5': 'ready',
  };
  for (const [wire, expected] of Object.entries(states)) {
    it(`with the status "${wire}" is ${expected}`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('GetDatasetStatus', status(wire));
      assert.equal(await connect().datasets.status('ann', 'pack', signal), expected);
    });
  }

  it('has the status missing when it is not there or not ours to see', async () => {
    const { fake, connect, signal } = setup();
    for (const reply of [forbidden, missing]) {
      fake.on('GetDatasetStatus', reply);
      assert.equal(await connect().datasets.status('ann', 'pack', signal), 'missing');
    }
  });

  it('has its files on as many pages as there are', async () => {
    const { fake, connect, signal } = setup();
    fake.on(
      'ListDatasetFiles',
      { json: { datasetFiles: [{ name: 'julia', totalBytes: 1 }], nextPageToken: 'P2' } },
      { json: { datasetFiles: [{ name: 'bundle.json', totalBytes: 2 }] } },
    );
    assert.deepEqual(await connect().datasets.listFiles('ann', 'pack', signal), [
      { name: 'julia', bytes: 1 },
      { name: 'bundle.json', bytes: 2 },
    ]);
  });
});

describe('creating a dataset', () => {
  const setup = useSetup();
  const init = {
    owner: 'ann',
    slug: 'pack',
    title: 'The pack',
    files: [
      { name: 'a', token: 'T1' },
      { name: 'b', token: 'T2' },
    ],
  };

  it('sends it private, by name', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetDatasetStatus', forbidden).on('CreateDataset', OK);
    await connect().datasets.create(init, signal);
    assert.deepEqual(fake.calls('CreateDataset')[0]?.json, {
      ownerSlug: 'ann',
      slug: 'pack',
      title: 'The pack',
      licenseName: 'other',
      isPrivate: true,
      files: [{ token: 'T1' }, { token: 'T2' }],
    });
  });

  it('tells the folders that its files lie in', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetDatasetStatus', forbidden).on('CreateDataset', OK);
    const files = ['m.onnx', 'weights/a/0', 'weights/b', 'weights/a/1'].map((name, index) => ({
      name,
      token: `T${index}`,
    }));
    await connect().datasets.create({ ...init, files }, signal);
    const { files: top, directories } = fake.calls('CreateDataset')[0]?.json as Record<string, unknown>;
    assert.deepEqual(top, [{ token: 'T0' }]);
    assert.deepEqual(directories, [
      {
        name: 'weights',
        files: [{ token: 'T2' }],
        directories: [{ name: 'a', files: [{ token: 'T1' }, { token: 'T3' }] }],
      },
    ]);
  });

  it('over one that exists is a conflict, before anything is sent', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetDatasetStatus', status('READY')).on('CreateDataset', OK);
    await userErrorOf(connect().datasets.create(init, signal), 'kaggle-conflict');
    assert.equal(fake.calls('CreateDataset').length, 0);
  });

  const lost = {
    'a cut connection': { cutAfter: 0 },
    'a 503': { status: 503 },
    'a web page': { body: '<html>' },
  };
  for (const [name, reply] of Object.entries(lost)) {
    it(`is not repeated after ${name} when it has arrived`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateDataset', reply).on('GetDatasetStatus', missing, forbidden, status('BLOBS_RECEIVED'));
      await connect().datasets.create(init, signal);
      assert.equal(fake.calls('CreateDataset').length, 1);
    });

    it(`is repeated after ${name} when it has not arrived, and only after looking more than once`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateDataset', reply, OK).on('GetDatasetStatus', missing);
      await connect().datasets.create(init, signal);
      assert.equal(fake.calls('CreateDataset').length, 2);
      assert.ok(fake.calls('GetDatasetStatus').length > 2);
    });
  }

  it('is done when the repeat is refused because the first has arrived after all', async () => {
    const { fake, connect, signal } = setup();
    let created = 0;
    fake
      .on('CreateDataset', () => ((created += 1), created === 1 ? { cutAfter: 0 } : { status: 409 }))
      .on('GetDatasetStatus', () => (created < 2 ? missing : { json: { status: 'READY' } }));
    await connect().datasets.create(init, signal);
    assert.equal(created, 2);
  });

  it('that never gets an answer is given up, after a bounded number of tries', async () => {
    const { fake, connect, signal } = setup();
    fake.on('CreateDataset', { status: 503 }).on('GetDatasetStatus', missing);
    await userErrorOf(connect().datasets.create(init, signal), 'kaggle-unreachable');
    assert.equal(fake.calls('CreateDataset').length, 3);
  });

  it('says that the outcome is not known when Kaggle cannot be asked either', async () => {
    const { fake, connect, signal } = setup();
    fake.on('CreateDataset', { cutAfter: 0 }).on('GetDatasetStatus', missing, { status: 503 });
    const error = await userErrorOf(connect().datasets.create(init, signal), 'kaggle-unreachable');
    assert.match(error.title, /not known/);
    assert.equal(fake.calls('CreateDataset').length, 1);
  });

  it('is repeated after a rate limit, which turns it away undone', async () => {
    const { fake, connect, signal, clock } = setup();
    fake
      .on('CreateDataset', { status: 429, headers: { 'Retry-After': '3' } }, OK)
      .on('GetDatasetStatus', missing);
    await connect().datasets.create(init, signal);
    assert.deepEqual(clock.sleeps, [3_000]);
  });

  const refusals = [
    { json: { status: 'ok', error: 'The slug is taken' } },
    { json: { status: 'error' } },
    { status: 400, json: { code: 400, message: 'bad title' } },
  ];
  for (const reply of refusals) {
    it(`that is refused (${JSON.stringify(reply)}) is not repeated`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('CreateDataset', reply).on('GetDatasetStatus', missing);
      await userErrorOf(connect().datasets.create(init, signal), 'kaggle-refused');
      assert.equal(fake.calls('CreateDataset').length, 1);
    });
  }
});

describe('a dataset version', () => {
  const setup = useSetup();
  const init = { owner: 'ann', slug: 'pack', notes: 'bundle b2', files: [{ name: 'a', token: 'T1' }] };

  it('holds exactly the given files', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetDataset', versions('bundle b1')).on('CreateDatasetVersion', OK);
    await connect().datasets.createVersion(init, signal);
    assert.deepEqual(fake.calls('CreateDatasetVersion')[0]?.json, {
      ownerSlug: 'ann',
      datasetSlug: 'pack',
      body: { versionNotes: 'bundle b2', files: [{ token: 'T1' }] },
    });
  });

  const one = versions('bundle b1');
  const arrived: Readonly<Record<string, readonly FakeHandler[]>> = {
    'is there at once': [versions('bundle b1', 'bundle b2')],
    'appears at the third look': [one, one, versions('bundle b1', 'bundle b2')],
    'is there among others': [versions('bundle b1', 'bundle b2', 'by hand')],
    'is a newer one, where notes are not told': [{ json: { currentVersionNumber: 2 } }],
  };
  for (const [name, after] of Object.entries(arrived)) {
    it(`is not sent again after a lost answer when it ${name}`, async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('GetDataset', one, ...after)
        .on('GetDatasetStatus', status('READY'))
        .on('CreateDatasetVersion', { cutAfter: 0 });
      await connect().datasets.createVersion(init, signal);
      assert.equal(fake.calls('CreateDatasetVersion').length, 1);
    });
  }

  it('is sent again after a lost answer when another’s version came in between', async () => {
    const { fake, connect, signal } = setup();
    fake
      .on('GetDataset', one, versions('bundle b1', 'by hand'))
      .on('GetDatasetStatus', status('READY'))
      .on('CreateDatasetVersion', { status: 500 }, OK);
    await connect().datasets.createVersion(init, signal);
    assert.equal(fake.calls('CreateDatasetVersion').length, 2);
  });

  it('whose older version has the same notes is not taken for it', async () => {
    const { fake, connect, signal } = setup();
    fake
      .on('GetDataset', versions('bundle b2'))
      .on('GetDatasetStatus', status('READY'))
      .on('CreateDatasetVersion', { status: 500 }, OK);
    await connect().datasets.createVersion(init, signal);
    assert.equal(fake.calls('CreateDatasetVersion').length, 2);
  });

  it('is not sent again while Kaggle is still at work on one', async () => {
    const { fake, connect, signal } = setup();
    fake
      .on('GetDataset', one)
      .on('GetDatasetStatus', status('BLOBS_RECEIVED'))
      .on('CreateDatasetVersion', { cutAfter: 0 });
    const error = await userErrorOf(connect().datasets.createVersion(init, signal), 'kaggle-unreachable');
    assert.match(error.title, /not known/);
    assert.equal(fake.calls('CreateDatasetVersion').length, 1);
  });
});

describe('the datasets of one’s own', () => {
  const setup = useSetup();

  it('are listed with owner and slug, on as many pages as there are', async () => {
    const { fake, connect, signal } = setup();
    fake.on(
      'ListDatasets',
      {
        json: {
          datasets: [
            {
              ref: 'ann/pack',
              title: 'Pack',
              totalBytes: '5',
              lastUpdated: '2026-08-01T00:00:00Z',
              isPrivate: true,
            },
            { ref: 'nonsense' },
          ],
          nextPageToken: 'P2',
        },
      },
      { json: { datasets: [{ ref: '/datasets/ann/depot' }] } },
    );
    assert.deepEqual(await connect().datasets.list('p', signal), [
      {
        owner: 'ann',
        slug: 'pack',
        title: 'Pack',
        bytes: 5,
        lastUpdated: '2026-08-01T00:00:00Z',
        isPrivate: true,
      },
      { owner: 'ann', slug: 'depot', title: 'depot', bytes: 0, lastUpdated: undefined, isPrivate: false },
    ]);
    const sent = { group: 'DATASET_SELECTION_GROUP_MY', search: 'p', pageSize: 100 };
    assert.deepEqual(
      fake.requests.map(({ json }) => json),
      [sent, { ...sent, pageToken: 'P2' }],
    );
  });

  it('say whether they are private; what says nothing is not', async () => {
    const { fake, connect, signal } = setup();
    for (const [json, expected] of [
      [{ info: { title: 'Pack', isPrivate: true } }, true],
      [{ info: { isPrivate: false } }, false],
      [{ info: null }, false],
      [{}, false],
    ] as const) {
      fake.on('GetDatasetMetadata', { json });
      assert.equal(await connect().datasets.isPrivate('ann', 'pack', signal), expected);
    }
    fake.on('GetDatasetMetadata', { json: { errorMessage: 'Dataset not found' } });
    await userErrorOf(connect().datasets.isPrivate('ann', 'pack', signal), 'kaggle-refused');
  });
});
