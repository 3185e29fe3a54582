import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { type Bench, COMPETITION, COMPETITION_FILES, list, refusalOf, startBench } from './support.ts';

const service = (method: string): string => `competitions.CompetitionApiService/${method}`;
const competitionName = COMPETITION;
const TRAIN = COMPETITION_FILES['public/train.csv'] ?? '';

async function download(bench: Bench, fileName: string): Promise<string> {
  const response = await bench.post(service('DownloadDataFile'), { competitionName, fileName });
  assert.equal(response.status, 302);
  return response.headers.get('location') ?? '';
}

describe('sandbox: competitions', () => {
  it('lists them by group and words, page by page', async () => {
    const { call } = await startBench();
    const slugs = async (body: object): Promise<unknown[]> =>
      list((await call(service('ListCompetitions'), body))['competitions']).map(({ ref }) => ref);
    const [ref] = await slugs({ group: 'COMPETITION_LIST_TAB_ENTERED' });
    assert.match(String(ref), /^http:.*\/competitions\/toy-cup$/);
    assert.equal((await slugs({ group: 'COMPETITION_LIST_TAB_HOSTED' })).length, 0);
    assert.equal((await slugs({ search: 'TOY' })).length, 1);
    assert.equal((await slugs({ search: 'titanic' })).length, 0);
    assert.equal((await slugs({ page: 2, pageSize: 1 })).length, 0);
  });

  it('describes one', async () => {
    const { call, refused } = await startBench();
    const competition = await call(service('GetCompetition'), { competitionName });
    assert.equal(competition['isKernelsSubmissionsOnly'], true);
    assert.equal(competition['userHasEntered'], true);
    assert.equal(competition['maxDailySubmissions'], 2);
    assert.equal(competition['deadline'], '2026-04-01T00:00:00Z');
    assert.equal(competition['evaluationMetric'], 'rmse');
    assert.equal((await refused(service('GetCompetition'), { competitionName: 'titanic' })).http, 404);
  });

  it('lists the public files, page by page, and never the hidden ones', async () => {
    const { call, refused } = await startBench();
    const names: unknown[] = [];
    let pageToken = '';
    do {
      const answer = await call(service('ListDataFiles'), { competitionName, pageSize: 2, pageToken });
      const files = list(answer['files']);
      assert.ok(files.length <= 2);
      names.push(...files.map(({ name }) => name));
      pageToken = String(answer['nextPageToken']);
    } while (pageToken !== '');
    assert.deepEqual(names, [
      'images/a.txt',
      'images/deep/b.txt',
      'sample_submission.csv',
      'test.csv',
      'train.csv',
    ]);
    const all = list((await call(service('ListDataFiles'), { competitionName }))['files']);
    assert.equal(all.find(({ name }) => name === 'test.csv')?.['totalBytes'], 'id\n10\n'.length);
    assert.equal((await refused(service('ListDataFiles'), { competitionName, pageToken: 'x' })).http, 400);
  });

  it('gives files out by signed URLs that need no credential', async () => {
    const bench = await startBench();
    const url = await download(bench, 'train.csv');
    assert.equal(new URL(url).pathname.split('/').at(-1), 'train.csv');
    const response = await fetch(url);
    assert.equal(await response.text(), TRAIN);
    assert.equal(response.headers.get('content-length'), String(TRAIN.length));
    assert.equal(response.headers.get('accept-ranges'), 'bytes');
    assert.ok(Date.parse(response.headers.get('last-modified') ?? '') > 0);
    const md5 = createHash('md5').update(TRAIN).digest('base64');
    assert.equal(response.headers.get('x-goog-hash'), `md5=${md5}`);
    assert.equal((await fetch(url, { method: 'HEAD' })).headers.get('content-length'), String(TRAIN.length));
  });

  it('is followed by a client that follows redirects, into folders too', async () => {
    const bench = await startBench();
    const body = { competitionName, fileName: 'images/deep/b.txt' };
    const response = await bench.post(service('DownloadDataFile'), body, { redirect: 'follow' });
    assert.equal(await response.text(), 'picture b');
  });

  it('gives the range that is asked for', async () => {
    const bench = await startBench();
    const url = await download(bench, 'train.csv');
    const cases = [
      ['bytes=3-', TRAIN.slice(3), `bytes 3-${TRAIN.length - 1}/${TRAIN.length}`],
      ['bytes=0-3', TRAIN.slice(0, 4), `bytes 0-3/${TRAIN.length}`],
      ['bytes=-4', TRAIN.slice(-4), `bytes ${TRAIN.length - 4}-${TRAIN.length - 1}/${TRAIN.length}`],
    ] as const;
    for (const [Range, text, contentRange] of cases) {
      const response = await fetch(url, { headers: { Range } });
      assert.deepEqual(
        [response.status, await response.text(), response.headers.get('content-range')],
        [206, text, contentRange],
      );
    }
    const beyond = await fetch(url, { headers: { Range: 'bytes=1000-' } });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers.get('content-range'), `bytes */${TRAIN.length}`);
  });

  it('refuses URLs that were changed or have expired', async () => {
    const bench = await startBench();
    const url = await download(bench, 'train.csv');
    for (const changed of [
      url.replace('train.csv', 'test.csv'),
      url.replace(/Signature=./, 'Signature=z'),
      url.split('?')[0],
    ])
      assert.equal((await fetch(changed ?? '')).status, 403, changed);
    bench.clock.time += 2 * 3600_000;
    assert.equal((await fetch(url)).status, 400);
  });

  it('gives out neither the solution nor hidden files nor anything outside', async () => {
    const bench = await startBench();
    for (const fileName of [
      'solution.csv',
      '../hidden/solution.csv',
      'hidden/solution.csv',
      '../competition.json',
      'x',
    ])
      assert.equal(
        (await refusalOf(await bench.post(service('DownloadDataFile'), { competitionName, fileName }))).http,
        404,
        fileName,
      );
  });

  it('lets nobody download who has not entered', async () => {
    const facts = JSON.parse(COMPETITION_FILES['competition.json'] ?? '') as object;
    const competition = {
      ...COMPETITION_FILES,
      'competition.json': JSON.stringify({ ...facts, userHasEntered: false }),
    };
    const { refused, call } = await startBench({ competition });
    assert.equal(
      (await refused(service('DownloadDataFile'), { competitionName, fileName: 'train.csv' })).http,
      403,
    );
    const entered = await call(service('ListCompetitions'), { group: 'COMPETITION_LIST_TAB_ENTERED' });
    assert.deepEqual(entered['competitions'], []);
  });

  it('sees a file that was added while it runs', async () => {
    const { call, competitionFolder } = await startBench();
    await writeFile(join(competitionFolder, 'public', 'zoo.csv'), 'id\n');
    const { files } = await call(service('ListDataFiles'), { competitionName });
    assert.ok(list(files).some(({ name }) => name === 'zoo.csv'));
  });
});
