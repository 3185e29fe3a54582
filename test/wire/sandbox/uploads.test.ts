import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Bench, startBench, until, upload, USER } from './support.ts';

const GRANULE = 256 * 1024;

async function start(
  bench: Bench,
  contentLength: number,
  name = 'pack',
): Promise<{ token: string; url: string }> {
  const body = { type: 'DATASET', name, contentLength };
  const { token, createUrl } = await bench.call('blobs.BlobApiService/StartBlobUpload', body);
  return { token: String(token), url: String(createUrl) };
}

async function put(url: string, content: Buffer, range?: string): Promise<Response> {
  const headers = range === undefined ? {} : { 'Content-Range': range };
  return await fetch(url, { method: 'PUT', body: new Uint8Array(content), headers });
}

async function have(url: string, total: number): Promise<{ status: number; range: string | null }> {
  const response = await put(url, Buffer.alloc(0), `bytes */${total}`);
  return { status: response.status, range: response.headers.get('range') };
}

/** Bytes on disk of the only unfinished upload. */
async function receivedBytes({ folder }: Bench): Promise<number> {
  const uploads = join(folder, 'uploads');
  const part = (await readdir(uploads)).find((name) => name.endsWith('.part'));
  return (await stat(join(uploads, part ?? ''))).size;
}

/** What a dataset made of this one token holds. */
async function contentOf(bench: Bench, token: string, slug: string, fileName = 'pack'): Promise<Buffer> {
  const dataset = { ownerSlug: USER, slug, title: slug, isPrivate: true, files: [{ token }] };
  const { status, error } = await bench.call('datasets.DatasetApiService/CreateDataset', dataset);
  assert.equal(status, 'ok', String(error));
  const body = { ownerSlug: USER, datasetSlug: slug, fileName };
  const response = await until(
    () => bench.post('datasets.DatasetApiService/DownloadDataset', body, { redirect: 'follow' }),
    ({ ok }) => ok,
  );
  return Buffer.from(await response.arrayBuffer());
}

describe('sandbox: uploads', () => {
  it('takes a file in one PUT without a credential', async () => {
    const bench = await startBench();
    const content = randomBytes(1_000_000);
    const { token, url } = await start(bench, content.length);
    const response = await put(url, content);
    assert.equal(response.status, 200);
    assert.ok(response.headers.has('etag'));
    assert.equal(((await response.json()) as { size: string }).size, '1000000');
    assert.deepEqual(await contentOf(bench, token, 'one-put'), content);
  });

  it('takes an empty file, sent chunked as the official client does', async () => {
    const bench = await startBench();
    const { token, url } = await start(bench, 0);
    const sending = request(url, { method: 'PUT', headers: { 'Transfer-Encoding': 'chunked' } });
    sending.end();
    const [response] = (await once(sending, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    assert.equal(response.statusCode, 200);
    assert.equal((await contentOf(bench, token, 'empty-file')).length, 0);
  });

  it('takes a file in chunks, whatever their sizes, following the Range of each answer', async () => {
    const bench = await startBench();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 * GRANULE }),
        fc.array(fc.integer({ min: 1, max: 3 * GRANULE }), { minLength: 1, maxLength: 6 }),
        async (size, chunks) => {
          const content = randomBytes(size);
          const { token, url } = await start(bench, size);
          let at = 0;
          for (let next = 0; at < size; next += 1) {
            // A chunk below 256 KiB that is not the last would be kept not at all.
            const chunk = Math.max(chunks[next % chunks.length] ?? 0, GRANULE);
            const end = Math.min(size, at + chunk);
            const response = await put(url, content.subarray(at, end), `bytes ${at}-${end - 1}/${size}`);
            if (end === size) assert.equal(response.status, 200);
            else assert.equal(response.status, 308);
            const range = response.headers.get('range');
            at = response.status === 200 ? size : Number(range?.split('-')[1]) + 1;
            if (at < size) assert.equal(at, end - (end % GRANULE));
          }
          count += 1;
          assert.ok((await contentOf(bench, token, `chunked-${count}`)).equals(content));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('tells how much it has', async () => {
    const bench = await startBench();
    const content = randomBytes(3 * GRANULE);
    const { url } = await start(bench, content.length);
    assert.deepEqual(await have(url, content.length), { status: 308, range: null });
    await put(url, content.subarray(0, GRANULE), `bytes 0-${GRANULE - 1}/${content.length}`);
    assert.deepEqual(await have(url, content.length), { status: 308, range: `bytes=0-${GRANULE - 1}` });
    await put(url, content.subarray(GRANULE), `bytes ${GRANULE}-${content.length - 1}/${content.length}`);
    assert.deepEqual(await have(url, content.length), { status: 200, range: null });
  });

  it('keeps what came before the connection was cut, and takes the rest, over a restart too', async () => {
    const bench = await startBench();
    const content = randomBytes(4 * GRANULE);
    const { token, url } = await start(bench, content.length);
    const sending = request(url, { method: 'PUT', headers: { 'Content-Length': content.length } });
    sending.on('error', () => undefined);
    const sent = 2 * GRANULE + 5000;
    sending.write(content.subarray(0, sent));
    await until(
      () => receivedBytes(bench),
      (bytes) => bytes === sent,
    );
    sending.destroy();
    assert.deepEqual(await have(url, content.length), { status: 308, range: `bytes=0-${2 * GRANULE - 1}` });
    await bench.restart();
    const there = url.replace(/^http:..[^/]+/, bench.sandbox.url);
    assert.deepEqual(await have(there, content.length), { status: 308, range: `bytes=0-${2 * GRANULE - 1}` });
    const rest = `bytes ${2 * GRANULE}-${content.length - 1}/${content.length}`;
    assert.equal((await put(there, content.subarray(2 * GRANULE), rest)).status, 200);
    assert.ok((await contentOf(bench, token, 'resumed-file')).equals(content));
  });

  it('begins again when the whole file is sent again', async () => {
    const bench = await startBench();
    const content = randomBytes(2 * GRANULE + 7);
    const { token, url } = await start(bench, content.length);
    await put(url, randomBytes(GRANULE), `bytes 0-${GRANULE - 1}/${content.length}`);
    assert.equal((await put(url, content)).status, 200);
    assert.ok((await contentOf(bench, token, 'sent-again')).equals(content));
  });

  it('answers 503 to a chunk that leaves a gap, and keeps what it has', async () => {
    const bench = await startBench();
    const size = 3 * GRANULE;
    const { url } = await start(bench, size);
    const response = await put(url, randomBytes(GRANULE), `bytes ${GRANULE}-${2 * GRANULE - 1}/${size}`);
    assert.equal(response.status, 503);
    assert.match(await response.text(), /exceeds already uploaded size of 0 byte/);
    assert.deepEqual(await have(url, size), { status: 308, range: null });
  });

  it('answers 404 for an unknown session and 410 for one older than a week', async () => {
    const bench = await startBench();
    const { token, url } = await start(bench, 3);
    assert.equal((await put(url.replace(/upload_id=.*/, 'upload_id=none'), Buffer.from('abc'))).status, 404);
    bench.clock.time += 7 * 24 * 3600_000 + 1;
    assert.equal((await put(url, Buffer.from('abc'))).status, 410);
    await bench.restart();
    assert.equal(
      (await put(url.replace(/^http:..[^/]+/, bench.sandbox.url), Buffer.from('abc'))).status,
      404,
    );
    const body = { ownerSlug: USER, slug: 'too-late', title: 'too-late', files: [{ token }] };
    assert.equal((await bench.refused('datasets.DatasetApiService/CreateDataset', body)).http, 400);
  });

  it('refuses sizes that are not the announced one', async () => {
    const bench = await startBench();
    const { url } = await start(bench, 10);
    for (const range of ['bytes 0-4/11', 'bytes 5-4/10', 'bytes 0-10/10', 'bytes 0-4', 'pieces 0-4/10', ''])
      assert.equal((await put(url, Buffer.from('abcde'), range)).status, 400, range);
    assert.equal((await put(url, Buffer.from('eleven byte'))).status, 400);
    assert.equal((await have(url, 11)).status, 400);
    assert.equal((await put(url, Buffer.from('ten bytes!'), 'bytes 0-9/*')).status, 200);
  });

  it('takes no incomplete and no unknown upload for a dataset', async () => {
    const bench = await startBench();
    const { token } = await start(bench, 10);
    for (const bad of [token, 'nonsense', '']) {
      const body = { ownerSlug: USER, slug: 'bad-tokens', title: 'bad-tokens', files: [{ token: bad }] };
      assert.equal((await bench.refused('datasets.DatasetApiService/CreateDataset', body)).http, 400, bad);
    }
  });

  it('refuses file names that are paths, and blobs of no type', async () => {
    const bench = await startBench();
    const method = 'blobs.BlobApiService/StartBlobUpload';
    for (const name of ['', '..', 'a/b', 'a\\b'])
      assert.equal(
        (await bench.refused(method, { type: 'DATASET', name, contentLength: 1 })).http,
        400,
        name,
      );
    assert.equal((await bench.refused(method, { name: 'a', contentLength: 1 })).http, 400);
    assert.equal((await bench.refused(method, { type: 'DATASET', name: 'a', contentLength: -1 })).http, 400);
  });

  it('keeps equal contents once', async () => {
    const bench = await startBench();
    const first = await upload(bench, 'a', 'the same');
    const second = await upload(bench, 'b', 'the same');
    assert.notEqual(first, second);
    assert.equal((await contentOf(bench, first, 'same-one', 'a')).toString(), 'the same');
    assert.equal((await contentOf(bench, second, 'same-two', 'b')).toString(), 'the same');
  });
});
