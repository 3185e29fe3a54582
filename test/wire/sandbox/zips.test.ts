import assert from 'node:assert/strict';
import { buffer, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { fromBufferPromise } from 'yauzl';
import {
  type Bench,
  COMPETITION,
  COMPETITION_FILES,
  list,
  makeDataset,
  startBench,
  untilDataset,
  USER,
} from './support.ts';
import { zipOf } from './zip-of.ts';

const COMPETITIONS = 'competitions.CompetitionApiService';
const DATASETS = 'datasets.DatasetApiService';

/** Where a call redirects to. */
async function location(bench: Bench, method: string, body: object): Promise<string> {
  const response = await bench.post(method, body);
  assert.equal(response.status, 302, `${method}: ${await response.clone().text()}`);
  return response.headers.get('location') ?? '';
}

/** The texts in an archive by name. */
async function unpacked(bytes: Buffer): Promise<Record<string, string>> {
  const archive = await fromBufferPromise(bytes, { lazyEntries: true });
  const files: Record<string, string> = {};
  for await (const entry of archive.eachEntry())
    files[entry.fileName] = await text(await archive.openReadStreamPromise(entry));
  return files;
}

async function download(url: string): Promise<Record<string, string>> {
  return await unpacked(Buffer.from(await (await fetch(url)).arrayBuffer()));
}

describe('sandbox: downloads of everything', () => {
  it('give all public files of a competition as one zip of its name', async () => {
    const bench = await startBench();
    const url = await location(bench, `${COMPETITIONS}/DownloadDataFiles`, { competitionName: COMPETITION });
    assert.equal(new URL(url).pathname.split('/').at(-1), `${COMPETITION}.zip`);
    const expected = Object.entries(COMPETITION_FILES)
      .filter(([name]) => name.startsWith('public/'))
      .map(([name, content]) => [name.slice('public/'.length), content]);
    assert.deepEqual(await download(url), Object.fromEntries(expected));
  });

  it('can be taken up in the middle, as the official client does', async () => {
    const bench = await startBench();
    const url = await location(bench, `${COMPETITIONS}/DownloadDataFiles`, { competitionName: COMPETITION });
    const head = await fetch(url, { method: 'HEAD' });
    const length = Number(head.headers.get('content-length'));
    assert.equal(head.headers.get('accept-ranges'), 'bytes');
    assert.ok(!Number.isNaN(Date.parse(head.headers.get('last-modified') ?? '')));
    const parts = [];
    for (const [from, to] of [
      [0, 99],
      [100, length - 1],
    ]) {
      const part = await fetch(url, { headers: { Range: `bytes=${from}-${to}` } });
      assert.equal(part.status, 206);
      parts.push(Buffer.from(await part.arrayBuffer()));
    }
    assert.deepEqual(await unpacked(Buffer.concat(parts)), await download(url));
  });

  it('give a dataset version, the current one or any', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { julia: 'one', 'table.csv.gz': gzipSync('a,b\n') });
    const all = { ownerSlug: USER, datasetSlug: 'demo-pack' };
    const url = await location(bench, `${DATASETS}/DownloadDataset`, all);
    assert.deepEqual(await download(url), { julia: 'one', 'table.csv': 'a,b\n' });
    await bench.call(`${DATASETS}/CreateDatasetVersion`, { ...all, body: { versionNotes: 'empty' } });
    await untilDataset(bench, 'demo-pack', ['READY']);
    assert.deepEqual(await download(await location(bench, `${DATASETS}/DownloadDataset`, all)), {});
    const first = await location(bench, `${DATASETS}/DownloadDataset`, { ...all, datasetVersionNumber: 1 });
    assert.deepEqual(Object.keys(await download(first)), ['julia', 'table.csv']);
  });
});

describe('sandbox: uploaded zips', () => {
  const namesIn = async (bench: Bench, datasetSlug: string): Promise<unknown[]> => {
    const answer = await bench.call(`${DATASETS}/ListDatasetFiles`, { ownerSlug: USER, datasetSlug });
    return list(answer['datasetFiles']).map(({ name, totalBytes }) => [name, totalBytes]);
  };

  it('are unpacked, into a folder unless they are alone; folders and links are left out', async () => {
    const bench = await startBench();
    const zip = zipOf(
      { name: 'a.txt', content: 'a'.repeat(5000) },
      { name: 'sub/', content: '', mode: 0o040755 },
      { name: 'sub/b.txt', content: 'b' },
      { name: 'link', content: 'a.txt', mode: 0o120777 },
      { name: 'from-windows', content: 'w', mode: 0 },
    );
    const files = [
      ['a.txt', 5000],
      ['from-windows', 1],
      ['sub/b.txt', 1],
    ];
    await makeDataset(bench, 'alone-pack', { 'Pack.ZIP': zip });
    assert.deepEqual(await namesIn(bench, 'alone-pack'), files);
    await makeDataset(bench, 'other-pack', { 'wheel-1.0.whl': zip, julia: 'j' });
    assert.deepEqual(await namesIn(bench, 'other-pack'), [
      ['julia', 1],
      ...files.map(([name, bytes]) => [`wheel-1.0/${name}`, bytes]),
    ]);
  });

  it('make the version FAILED when a name leads outside, a checksum is wrong or the end is missing', async () => {
    const bench = await startBench();
    const good = zipOf({ name: 'a.txt', content: 'aaa' });
    const bad = {
      'outside.zip': zipOf({ name: '../out.txt', content: 'x' }),
      'absolute.zip': zipOf({ name: '/etc/passwd', content: 'x' }),
      'checksum.zip': zipOf({ name: 'a.txt', content: 'aaa', crc: 7 }),
      'cut.zip': good.subarray(0, good.length - 10),
      'packed.7z': good,
    };
    for (const [name, bytes] of Object.entries(bad)) {
      const slug = `broken-${name.replace('.', '-')}`;
      await makeDataset(bench, slug, { [name]: bytes });
      assert.equal(await untilDataset(bench, slug, ['READY', 'FAILED']), 'FAILED', name);
      const answer = await bench.call(`${DATASETS}/ListDatasetFiles`, { ownerSlug: USER, datasetSlug: slug });
      assert.ok(String(answer['errorMessage']).includes(name));
      assert.deepEqual(answer['datasetFiles'], []);
    }
  });

  it('come out as they went in when they are downloaded and uploaded again', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'first-pack', { julia: 'one', 'b.tar.zst': Buffer.alloc(300_000, 7) });
    const url = await location(bench, `${DATASETS}/DownloadDataset`, {
      ownerSlug: USER,
      datasetSlug: 'first-pack',
    });
    const response = await fetch(url);
    assert.ok(response.body !== null);
    await makeDataset(bench, 'second-pack', { 'all.zip': await buffer(response.body) });
    assert.deepEqual(await namesIn(bench, 'second-pack'), await namesIn(bench, 'first-pack'));
  });
});
