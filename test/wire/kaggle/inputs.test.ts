import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { silentLogger } from '../../../src/base/logger.ts';
import { fetchInput, type KnownInput } from '../../../src/core/contract/image/other-inputs.ts';
import { inputAsker } from '../../../src/core/pipeline/ask-input.ts';
import { recordOf } from '../../../src/core/pipeline/record.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import type { KaggleClient } from '../../../src/kaggle/client.ts';
import { connectKaggle } from '../../../src/kaggle/connect.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Bench, startBench, until } from '../sandbox/support.ts';
import { userErrorOf } from './setup.ts';

const signal = new AbortController().signal;
const GLOVE: KnownInput = { name: 'glove', kind: 'dataset', ref: 'ada/glove', version: 1 };

interface World {
  readonly bench: Bench;
  readonly kaggle: KaggleClient;
  readonly context: StageContext;
  /** Of all projects. */
  readonly cache: string;
  /** What is published. */
  readonly published: string;
}

async function open(): Promise<World> {
  const published = join(await tempFolder(), 'ada', 'glove');
  await mkdir(join(published, 'deep'), { recursive: true });
  await writeFile(join(published, 'a.bin'), 'vectors');
  await writeFile(join(published, 'deep', 'b.txt'), 'words');
  // The same address after it was started again.
  const bench = await startBench({ datasets: [published], port: await freePort() });
  const { clock, sandbox } = bench;
  const { username, key } = sandbox.credentials;
  const credentials = { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' } as const;
  const wire = { apiUrl: sandbox.url, fetch, clock, logger: silentLogger, userAgent: 'julia-on-kaggle/test' };
  const kaggle = connectKaggle({ ...wire, credentials });
  await until(
    () => kaggle.datasets.listFiles('ada', 'glove', signal),
    (files) => files.length === 2,
  );
  const cache = join(await tempFolder(), 'inputs');
  const { context } = keptContext({}, { folder: await tempFolder() });
  const ports = { ...context.ports, kaggle: () => Promise.resolve(kaggle), inputsFolder: cache };
  return { bench, kaggle, cache, published, context: { ...context, ports } };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const namesOf = (files: readonly { readonly name: string }[]): string[] => files.map(({ name }) => name);

describe('what others published', () => {
  it('is fetched once for all projects, in the version that is wanted', async () => {
    const { bench, published, context } = await open();
    const { folder, files } = await fetchInput(GLOVE, context);
    assert.deepEqual(namesOf(files), ['a.bin', 'deep/b.txt']);
    assert.equal(await readFile(join(folder, 'deep', 'b.txt'), 'utf8'), 'words');
    const before = await stat(join(folder, 'a.bin'));
    await writeFile(join(published, 'a.bin'), 'newer vectors');
    await bench.restart();
    await fetchInput(GLOVE, context);
    assert.equal((await stat(join(folder, 'a.bin'))).ino, before.ino);
    assert.equal(await readFile(join(folder, 'a.bin'), 'utf8'), 'vectors');
  });

  it('is fetched as far as it is wanted, and what is missing afterwards', async () => {
    const { context } = await open();
    const { folder, files } = await fetchInput({ ...GLOVE, only: ['*.txt'] }, context);
    assert.deepEqual(namesOf(files), ['deep/b.txt']);
    assert.deepEqual(await readdir(folder), ['deep']);
    assert.deepEqual(namesOf((await fetchInput(GLOVE, context)).files), ['a.bin', 'deep/b.txt']);
    await writeFile(join(folder, 'a.bin'), 'half');
    await fetchInput(GLOVE, context);
    assert.equal(await readFile(join(folder, 'a.bin'), 'utf8'), 'vectors');
    // Of the same size: only its bytes tell.
    await writeFile(join(folder, 'a.bin'), 'VECTORS');
    await fetchInput(GLOVE, context);
    assert.equal(await readFile(join(folder, 'a.bin'), 'utf8'), 'vectors');
  });

  it('needs no Kaggle once it is here', async () => {
    const { bench, context } = await open();
    await fetchInput(GLOVE, context);
    await bench.sandbox.close();
    assert.deepEqual(namesOf((await fetchInput(GLOVE, context)).files), ['a.bin', 'deep/b.txt']);
  });

  it('is not written through a link, nor outside of its folder by a name of the server', async () => {
    const { context, cache } = await open();
    const { folder } = await fetchInput(GLOVE, context);
    const elsewhere = await tempFolder();
    await rm(join(folder, 'deep'), { recursive: true });
    await symlink(elsewhere, join(folder, 'deep'));
    await userErrorOf(fetchInput(GLOVE, context), 'unsafe-path');
    assert.deepEqual(await readdir(elsewhere), []);
    const listing = [{ name: '../../../../../../out.txt', bytes: 3 }];
    const { context: played } = keptContext(
      { datasets: { listFiles: () => Promise.resolve(listing) } },
      { folder: await tempFolder() },
    );
    const ports = { ...played.ports, inputsFolder: cache };
    await userErrorOf(fetchInput(GLOVE, { ...played, ports }), 'unsafe-path');
  });

  it('keeps the version that a project began with, and says which there is not', async () => {
    const { bench, published, context } = await open();
    const record = await recordOf(await tempFolder())();
    const asker = inputAsker(() => Promise.resolve(record), context.ports, { mayAsk: true, renew: false });
    const named = { name: 'glove', kind: 'dataset', ref: 'ada/glove' } as const;
    assert.deepEqual(await asker(named, signal), { ...named, version: 1, files: 2, bytes: 12 });
    await writeFile(join(published, 'c.txt'), 'c');
    await bench.restart();
    assert.equal((await asker({ ...named, version: 1 }, signal))?.files, 2);
    await userErrorOf(asker({ ...named, version: 9 }, signal), 'input-missing');
    await userErrorOf(asker({ ...named, ref: 'ada/glvoe' }, signal), 'kaggle-forbidden');
    const looking = inputAsker(() => Promise.resolve(record), context.ports, { mayAsk: false, renew: false });
    assert.equal(await looking(named, signal), undefined);
  });
});
