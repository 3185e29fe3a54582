import assert from 'node:assert/strict';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCancelled } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import type { BlobSource } from '../../../src/kaggle/client.ts';
import { type Fault, FileStore } from './file-store.ts';
import { userErrorOf, useSetup } from './setup.ts';

const PART = 256 * 1024;

describe('an upload', () => {
  const setup = useSetup();

  const fileOf = async (bytes: number): Promise<BlobSource> => {
    const path = join(setup().folder, 'dotjulia');
    const content = Buffer.from(
      Array.from({ length: bytes }, (_, index) => (index * 31 + (index >> 8)) % 256),
    );
    await writeFile(path, content);
    await utimes(path, 1_700_000_000, 1_700_000_000.9);
    return { name: 'dotjulia', path, bytes, sha256: sha256(content) };
  };

  const upload = async (bytes: number, faults: readonly (Fault | undefined)[] = []) => {
    const { fake, connect, signal } = setup();
    const store = new FileStore(fake);
    store.faults.push(...faults);
    const told: number[] = [];
    const file = await fileOf(bytes);
    const work = connect({ chunkBytes: PART }).datasets.upload(file, (sent) => told.push(sent), signal);
    const token = await work;
    assert.deepEqual(store.complaints, []);
    return { token, store, file, told };
  };

  const assertArrived = async (result: Awaited<ReturnType<typeof upload>>) => {
    const arrived = result.store.contentOf(result.token);
    assert.ok(arrived?.equals(await readFile(result.file.path)));
    assert.equal(result.told.at(-1) ?? 0, result.file.bytes);
  };

  it('announces the file and sends it in parts, without the credential', async () => {
    const result = await upload(2 * PART + 5);
    await assertArrived(result);
    const { fake } = setup();
    assert.deepEqual(fake.calls('StartBlobUpload')[0]?.json, {
      type: 'DATASET',
      name: 'dotjulia',
      contentLength: 2 * PART + 5,
      lastModifiedEpochSeconds: 1_700_000_000,
    });
    const size = 2 * PART + 5;
    assert.deepEqual(
      fake.requestsTo('/upload/').map(({ headers }) => [headers['content-range'], headers['content-length']]),
      [
        [`bytes 0-${PART - 1}/${size}`, `${PART}`],
        [`bytes ${PART}-${2 * PART - 1}/${size}`, `${PART}`],
        [`bytes ${2 * PART}-${size - 1}/${size}`, '5'],
      ],
    );
    assert.deepEqual(result.told, [PART, 2 * PART, size]);
  });

  it('of an empty file is one empty PUT, announced without a length', async () => {
    const { fake } = setup();
    await assertArrived(await upload(0));
    assert.deepEqual(Object.keys(fake.calls('StartBlobUpload')[0]?.json as object), [
      'type',
      'name',
      'lastModifiedEpochSeconds',
    ]);
    assert.equal(fake.requestsTo('/upload/')[0]?.headers['content-length'], '0');
  });

  const hiccups: Readonly<Record<string, readonly (Fault | undefined)[]>> = {
    'a cut connection that lost everything': [{ kind: 'cut' }],
    'a cut connection that lost the end of a part': [undefined, { kind: 'cut', keep: 1000 }],
    'a cut connection that lost the answer only': [undefined, { kind: 'cut', keep: PART }],
    'a lost answer to the last part': [undefined, undefined, { kind: 'cut', keep: PART }],
    'a cut status query': [{ kind: 'cut' }, { kind: 'cut' }, undefined],
    'a part taken in part': [{ kind: 'partial', keep: 1000 }],
    'nothing taken': [undefined, { kind: 'partial', keep: 0 }],
    'a 500 and a 503': [
      { kind: 'status', status: 500 },
      { kind: 'status', status: 503 },
    ],
    'a 503 after the bytes were kept': [{ kind: 'status', status: 503, keep: PART }],
    'a rate limit': [{ kind: 'status', status: 429, retryAfter: '9' }],
    'a session gone with 404': [undefined, { kind: 'gone', status: 404 }],
    'a session gone with 410': [undefined, { kind: 'gone', status: 410 }],
    'a 200 before the end': [{ kind: 'premature' }],
  };
  for (const [name, faults] of Object.entries(hiccups)) {
    it(`survives ${name}`, async () => {
      await assertArrived(await upload(2 * PART + 5, faults));
    });
  }

  it('asks before it sends again what may have arrived', async () => {
    const { fake } = setup();
    await upload(2 * PART, [{ kind: 'cut', keep: PART }]);
    const ranges = fake.requestsTo('/upload/').map(({ headers }) => headers['content-range']);
    assert.deepEqual(ranges, [
      `bytes 0-${PART - 1}/${2 * PART}`,
      `bytes */${2 * PART}`,
      `bytes ${PART}-${2 * PART - 1}/${2 * PART}`,
    ]);
  });

  it('waits as long as the store asks', async () => {
    const { clock } = setup();
    await upload(PART, [{ kind: 'status', status: 503, retryAfter: '42' }]);
    assert.deepEqual(clock.sleeps, [42_000]);
  });

  it('gives up on a store that only fails, and says how far it came', async () => {
    const { clock } = setup();
    const failing = Array.from({ length: 50 }, () => ({ kind: 'status', status: 503 }) as const);
    const error = await userErrorOf(upload(2 * PART, [undefined, ...failing]), 'upload-incomplete');
    assert.match(error.title, /262 kB of 524 kB/);
    assert.ok(clock.sleeps.length < 20);
  });

  it('gives up on a store that ends every session', async () => {
    const gone = Array.from({ length: 50 }, () => ({ kind: 'gone', status: 404 }) as const);
    await userErrorOf(upload(PART, gone), 'upload-incomplete');
  });

  it('that the store refuses is not tried again', async () => {
    const { fake } = setup();
    const error = await userErrorOf(upload(PART, [{ kind: 'status', status: 403 }]), 'upload-incomplete');
    assert.match(error.detail ?? '', /403/);
    // It was reached: the connection is not to blame.
    assert.match(error.actions[0].title, /^Wait some minutes/);
    assert.equal(fake.requestsTo('/upload/').length, 1);
  });

  it('starts again after trouble with StartBlobUpload', async () => {
    const { fake, connect, signal } = setup();
    const store = new FileStore(fake);
    const [handler] = [{ json: { token: 'BLOB1', createUrl: `${fake.url}/upload/BLOB1` } }];
    store.faults.push({ kind: 'gone', status: 404 });
    fake.on('StartBlobUpload', { status: 503 }, { cutAfter: 0 }, handler);
    const file = await fileOf(10);
    await userErrorOf(
      connect().datasets.upload(file, () => undefined, signal),
      'upload-incomplete',
    );
    assert.ok(fake.calls('StartBlobUpload').length >= 3);
  });

  it('that is told no place to send to is kaggle-answer', async () => {
    const { fake, connect, signal } = setup();
    const file = await fileOf(10);
    for (const json of [
      { token: 'T' },
      { token: '', createUrl: fake.url },
      { token: 'T', createUrl: 'nowhere' },
    ]) {
      fake.on('StartBlobUpload', { json });
      await userErrorOf(
        connect().datasets.upload(file, () => undefined, signal),
        'kaggle-answer',
      );
    }
  });

  it('of a file that is not the one that was packed is file-changed', async () => {
    const { fake, connect, signal } = setup();
    new FileStore(fake);
    const file = await fileOf(10);
    const start = (each: BlobSource) => connect().datasets.upload(each, () => undefined, signal);
    await userErrorOf(start({ ...file, bytes: 11 }), 'file-changed');
    await userErrorOf(start({ ...file, path: `${file.path}.no` }), 'file-changed');
    assert.equal(fake.requests.length, 0);
    await userErrorOf(start({ ...file, sha256: sha256('other') }), 'file-changed');
  });

  it('of a file that shrinks on the way is file-changed', async () => {
    const { fake, connect, signal } = setup();
    new FileStore(fake);
    const file = await fileOf(2 * PART);
    const shrink = { ...file, path: file.path };
    const work = connect({
      chunkBytes: PART,
      fetch: async (input, init) => {
        if (init?.method === 'PUT') await writeFile(file.path, 'short');
        return fetch(input, init);
      },
    }).datasets.upload(shrink, () => undefined, signal);
    await userErrorOf(work, 'file-changed');
  });

  it('hashes what it sends, whatever has to be sent again', async () => {
    const { fake, connect, signal } = setup();
    const store = new FileStore(fake);
    store.faults.push({ kind: 'cut', keep: 1000 }, undefined, { kind: 'gone', status: 404 });
    const file = await fileOf(2 * PART);
    const work = connect({ chunkBytes: PART }).datasets.upload(file, () => undefined, signal);
    assert.equal(store.contentOf(await work)?.length, 2 * PART);
  });

  it('is cancelled at any moment', async () => {
    const { fake, connect } = setup();
    new FileStore(fake);
    const controller = new AbortController();
    const file = await fileOf(3 * PART);
    const stop = (): void => controller.abort();
    await assert.rejects(
      connect({ chunkBytes: PART }).datasets.upload(file, stop, controller.signal),
      isCancelled,
    );
    assert.equal(fake.requestsTo('/upload/').length, 1);
  });
});
