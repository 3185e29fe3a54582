import assert from 'node:assert/strict';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCancelled } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import type { BlobSource, KaggleClient } from '../../../src/kaggle/client.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import type { FakeHandler } from '../../support/fake-kaggle.ts';
import { FileStore } from './file-store.ts';
import { userErrorOf, useSetup } from './setup.ts';

const PART = 256 * 1024;
const SIZE = 4 * PART + 5;

describe('an upload that an earlier run left', () => {
  const setup = useSetup();
  let store: FileStore;
  let file: BlobSource;

  beforeEach(async () => {
    store = new FileStore(setup().fake);
    const path = join(setup().folder, 'dotjulia');
    const content = Buffer.from(
      Array.from({ length: SIZE }, (_, index) => (index * 31 + (index >> 8)) % 256),
    );
    await writeFile(path, content);
    file = { name: 'dotjulia', path, bytes: SIZE, sha256: sha256(content) };
  });

  const sessionFolder = () => join(setup().folder, 'uploads');
  const connect = (): KaggleClient => setup().connect({ chunkBytes: PART, sessionFolder: sessionFolder() });
  const kept = () => readdir(sessionFolder()).catch(() => []);

  /** A run that is cancelled when so many parts are there. */
  const interrupted = async (parts: number): Promise<void> => {
    const controller = new AbortController();
    const stop = (there: number): void => {
      if (there >= parts * PART) controller.abort();
    };
    await assert.rejects(connect().datasets.upload(file, stop, controller.signal), isCancelled);
    setup().fake.requests.length = 0;
  };

  const upload = async () => {
    const told: (readonly [number, number])[] = [];
    const token = await connect().datasets.upload(file, (...each) => told.push(each), setup().signal);
    assert.deepEqual(store.complaints, []);
    assert.ok(store.contentOf(token)?.equals(await readFile(file.path)));
    return { token, told };
  };
  const ranges = () =>
    setup()
      .fake.requestsTo('/upload/')
      .map(({ headers }) => headers['content-range']);

  it('goes on where it was; what was there counts as done, and not as sent', async () => {
    await interrupted(2);
    const { told } = await upload();
    assert.equal(setup().fake.calls('StartBlobUpload').length, 0);
    assert.deepEqual(ranges(), [
      `bytes */${SIZE}`,
      `bytes ${2 * PART}-${3 * PART - 1}/${SIZE}`,
      `bytes ${3 * PART}-${4 * PART - 1}/${SIZE}`,
      `bytes ${4 * PART}-${SIZE - 1}/${SIZE}`,
    ]);
    assert.deepEqual(told, [
      [2 * PART, 0],
      [3 * PART, PART],
      [4 * PART, 2 * PART],
      [SIZE, 2 * PART + 5],
    ]);
  });

  it('goes on after a part of which only the beginning arrived', async () => {
    store.faults.push(undefined, { kind: 'cut', keep: 1000 });
    const controller = new AbortController();
    const killed: typeof fetch = async (...call) => {
      try {
        return await fetch(...call);
      } catch (error) {
        controller.abort();
        throw error;
      }
    };
    const options = { chunkBytes: PART, sessionFolder: sessionFolder(), fetch: killed };
    const work = setup()
      .connect(options)
      .datasets.upload(file, () => undefined, controller.signal);
    await assert.rejects(work, isCancelled);
    setup().fake.requests.length = 0;
    await upload();
    assert.equal(ranges()[1], `bytes ${PART + 1000}-${2 * PART + 999}/${SIZE}`);
  });

  it('that was complete but not used yet gives its token again, and sends nothing', async () => {
    const first = await upload();
    setup().fake.requests.length = 0;
    const second = await upload();
    assert.equal(second.token, first.token);
    assert.deepEqual(ranges(), [`bytes */${SIZE}`]);
    assert.deepEqual(second.told, [[SIZE, 0]]);
  });

  it('begins anew when the file was touched', async () => {
    await interrupted(2);
    await utimes(file.path, 1_700_000_000, 1_700_000_000);
    await upload();
    assert.equal(setup().fake.calls('StartBlobUpload').length, 1);
    assert.equal(ranges()[0], `bytes 0-${PART - 1}/${SIZE}`);
    assert.equal((await kept()).length, 1);
  });

  it('begins anew for another user', async () => {
    await interrupted(2);
    const { fake, signal } = setup();
    fake.on('IntrospectToken', { json: { active: true, username: 'bob' } });
    const credentials = { kind: 'token', token: Secret.of('KGAT_b', 'test'), source: 'test' } as const;
    const bob = setup().connect({ chunkBytes: PART, sessionFolder: sessionFolder(), credentials });
    await bob.datasets.upload(file, () => undefined, signal);
    assert.equal(fake.calls('StartBlobUpload').length, 1);
  });

  it('is file-changed when its content is not what was packed, whatever was sent before', async () => {
    await interrupted(2);
    const lying = { ...file, sha256: sha256('other') };
    const work = connect().datasets.upload(lying, () => undefined, setup().signal);
    await userErrorOf(work, 'file-changed');
  });

  const refusals: Readonly<Record<string, FakeHandler>> = {
    'a session that is gone (404)': { status: 404 },
    'a session that is gone (410)': { status: 410 },
    'a link that is not taken any more': { status: 403 },
    'a store that does not understand': { status: 400 },
    'a server that stays silent': { cutAfter: 0 },
  };
  for (const [name, refusal] of Object.entries(refusals)) {
    it(`survives ${name}`, async () => {
      await interrupted(2);
      setup().fake.onPath('/upload/BLOB1', refusal);
      const { told } = await upload();
      assert.deepEqual(told.at(-1), [SIZE, SIZE]);
      assert.equal((await kept()).length, 1);
    });
  }

  it('is not gone on with after six days', async () => {
    await interrupted(2);
    await setup().clock.sleep(6 * 24 * 3600 * 1000 + 1, setup().signal);
    await upload();
    assert.equal(setup().fake.calls('StartBlobUpload').length, 1);
  });

  it('keeps what is there when the network is down for the whole run', async () => {
    await interrupted(2);
    const { fake, signal } = setup();
    fake.onPath('/upload/', { cutAfter: 0 }).on('StartBlobUpload', { cutAfter: 0 });
    await userErrorOf(
      connect().datasets.upload(file, () => undefined, signal),
      'kaggle-unreachable',
    );
    store.serve();
    await upload();
    assert.equal(ranges().at(-1), `bytes ${4 * PART}-${SIZE - 1}/${SIZE}`);
  });

  describe('and the dataset that takes it', () => {
    const init = (token: string) => ({
      owner: 'ann',
      slug: 'pack',
      title: 'pack',
      files: [{ name: 'x', token }],
    });
    const missing = { status: 403, json: { code: 403, message: 'no' } };

    it('forgets it when the dataset is made', async () => {
      const { fake, signal } = setup();
      fake.on('GetDatasetStatus', missing).on('CreateDataset', { json: { status: 'ok' } });
      await connect().datasets.create(init((await upload()).token), signal);
      assert.deepEqual(await kept(), []);
    });

    it('keeps it when the dataset is refused once, and sends anew when it is refused again', async () => {
      const { fake, signal } = setup();
      const refusal = { json: { status: 'error', error: 'Invalid blob token' } };
      fake.on('GetDatasetStatus', missing).on('CreateDataset', refusal);
      const { token } = await upload();
      await userErrorOf(connect().datasets.create(init(token), signal), 'kaggle-refused');
      const again = await upload();
      assert.equal(again.token, token);
      const error = await userErrorOf(connect().datasets.create(init(token), signal), 'upload-stale');
      assert.match(error.detail ?? '', /Invalid blob token/);
      assert.deepEqual(await kept(), []);
      assert.notEqual((await upload()).token, token);
    });

    it('keeps it when Kaggle cannot be reached', async () => {
      const { fake, signal } = setup();
      fake.on('GetDatasetStatus', missing).on('CreateDataset', { status: 503 });
      const { token } = await upload();
      await userErrorOf(connect().datasets.create(init(token), signal), 'kaggle-unreachable');
      await userErrorOf(connect().datasets.create(init(token), signal), 'kaggle-unreachable');
      assert.equal((await upload()).token, token);
    });
  });
});
