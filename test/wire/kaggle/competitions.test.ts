import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCancelled } from '../../../src/base/errors.ts';
import type { FakeHandler, FakeReply, FakeRequest } from '../../support/fake-kaggle.ts';
import { FakeKaggle } from '../../support/fake-kaggle.ts';
import { md5, namesIn, urlsOf, userErrorOf, useSetup } from './setup.ts';
import { zipOf } from './zip.ts';

describe('a competition', () => {
  const setup = useSetup();

  it('is read from the fields that are there', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', {
      json: {
        ref: 'https://www.kaggle.com/competitions/demo-comp',
        title: 'Demo',
        url: 'https://www.kaggle.com/competitions/demo-comp',
        deadline: '2026-12-01T23:59:00Z',
        userHasEntered: true,
        isKernelsSubmissionsOnly: true,
        evaluationMetric: 'Log Loss',
        aNewField: [1],
      },
    });
    assert.deepEqual(await connect().competitions.get('demo-comp', signal), {
      slug: 'demo-comp',
      title: 'Demo',
      url: 'https://www.kaggle.com/competitions/demo-comp',
      deadline: '2026-12-01T23:59:00Z',
      userHasEntered: true,
      isKernelsSubmissionsOnly: true,
      submissionsDisabled: false,
      evaluationMetric: 'Log Loss',
    });
  });

  it('has defaults for what is not there', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { json: { deadline: null } });
    assert.deepEqual(await connect().competitions.get('demo', signal), {
      slug: 'demo',
      title: 'demo',
      url: `${fake.url}/competitions/demo`,
      deadline: undefined,
      userHasEntered: false,
      isKernelsSubmissionsOnly: false,
      submissionsDisabled: false,
      evaluationMetric: undefined,
    });
  });

  const denied: FakeReply = { status: 403, json: { code: 403, message: 'Permission denied' } };
  const listing = (...slugs: string[]): FakeReply => ({
    json: { competitions: slugs.map((slug) => ({ ref: `https://www.kaggle.com/competitions/${slug}` })) },
  });

  for (const method of ['GetCompetition', 'ListDataFiles'] as const) {
    const ask = (slug: string): Promise<unknown> => {
      const { connect, signal } = setup();
      const { competitions } = connect();
      return method === 'GetCompetition'
        ? competitions.get(slug, signal)
        : competitions.listFiles(slug, signal);
    };

    it(`by a mistyped name is told from one whose rules were not accepted, with the nearest name: ${method}`, async () => {
      const { fake } = setup();
      fake
        .on(method, denied)
        .on('ListCompetitions', listing(), listing(), listing('titanic', 'titan-a'), listing());
      const error = await userErrorOf(ask('titanik'), 'kaggle-not-found');
      assert.match(error.title, /Kaggle lists no competition titanik\. Did you mean titanic\?/);
      assert.match(error.actions[0].title, /competition = "titanic"/);
    });

    it(`that is listed has rules to be accepted: ${method}`, async () => {
      const { fake } = setup();
      fake.on(method, denied).on('ListCompetitions', listing('titanic'));
      const error = await userErrorOf(ask('titanic'), 'competition-not-entered');
      assert.match(error.actions[0].url ?? '', /titanic\/rules$/);
    });

    it(`that nothing is like gets no name: ${method}`, async () => {
      const { fake } = setup();
      fake.on(method, denied).on('ListCompetitions', listing('titanic'));
      const error = await userErrorOf(ask('my-private-course'), 'kaggle-not-found');
      assert.doesNotMatch(error.title, /mean/);
      assert.match(error.actions.map(({ title }) => title).join(), /private one/);
    });

    it(`of which the list cannot be had keeps Kaggle's answer: ${method}`, async () => {
      const { fake } = setup();
      fake.on(method, denied).on('ListCompetitions', denied);
      await userErrorOf(
        ask('titanic'),
        method === 'GetCompetition' ? 'kaggle-forbidden' : 'competition-not-entered',
      );
    });
  }

  const kinds: readonly (readonly [json: object, kind: string | undefined])[] = [
    [
      {
        category: 'Getting Started',
        tags: [{ ref: 'binary classification', name: 'binary classification' }],
      },
      undefined,
    ],
    [{ category: 'Featured', tags: [{ ref: 'simulations', name: 'Simulation' }] }, 'simulation'],
    [{ category: 'Featured', tags: [{ name: 'hackathon' }] }, 'hackathon'],
    [{ category: 'HOST_SEGMENT_ANALYTICS' }, 'analytics'],
    [{ category: 7, tags: 'none' }, undefined],
  ];
  for (const [json, kind] of kinds)
    it(`of ${JSON.stringify(json)} is about ${kind ?? 'predictions'}`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('GetCompetition', { json });
      assert.equal((await connect().competitions.get('demo', signal)).kind, kind);
    });

  it('has the scores of its leaderboard in their order, without those that are none', async () => {
    const { fake, connect, signal } = setup();
    const rows = ['0.91', '', null, 'n/a', 0.5, '-0.25'].map((score, teamId) => ({ teamId, score }));
    fake.on('GetLeaderboard', { json: { submissions: rows, nextPageToken: 'P2' } }, { json: {} });
    assert.deepEqual(await connect().competitions.leaderboardScores('demo', signal), [0.91, 0.5, -0.25]);
    assert.deepEqual(fake.calls('GetLeaderboard')[0]?.json, { competitionName: 'demo', pageSize: 200 });
    assert.deepEqual(await connect().competitions.leaderboardScores('demo', signal), []);
  });

  it('is listed among those that one has entered, on as many pages as there are, by words', async () => {
    const { fake, connect, signal } = setup();
    const listed = (slug: string) => ({
      ref: `https://www.kaggle.com/competitions/${slug}`,
      title: slug.toUpperCase(),
      userHasEntered: true,
      isKernelsSubmissionsOnly: slug === 'one',
    });
    fake.on(
      'ListCompetitions',
      { json: { competitions: [listed('one'), listed('two')], nextPageToken: 'P2' } },
      { json: { competitions: [listed('three')], nextPageToken: '' } },
    );
    const found = await connect().competitions.list('tides', signal);
    assert.deepEqual(
      found.map(({ slug, title, isKernelsSubmissionsOnly }) => [slug, title, isKernelsSubmissionsOnly]),
      [
        ['one', 'ONE', true],
        ['two', 'TWO', false],
        ['three', 'THREE', false],
      ],
    );
    const sent = { group: 'COMPETITION_LIST_TAB_ENTERED', search: 'tides', pageSize: 100 };
    assert.deepEqual(
      fake.requests.map(({ json }) => json),
      [sent, { ...sent, pageToken: 'P2' }],
    );
    await connect().competitions.list('', signal);
    assert.ok(!('search' in (fake.requests.at(-1)?.json as object)));
  });

  it('has its files on as many pages as there are, without those whose names lead elsewhere', async () => {
    const { fake, connect, signal, log } = setup();
    fake.on(
      'ListDataFiles',
      { json: { files: [{ name: 'a.csv', totalBytes: '5' }, { name: '../b' }], nextPageToken: 'P2' } },
      { json: { files: [{ name: 'sub/c.csv', totalBytes: 7 }], nextPageToken: '' } },
    );
    assert.deepEqual(await connect().competitions.listFiles('demo', signal), [
      { name: 'a.csv', bytes: 5 },
      { name: 'sub/c.csv', bytes: 7 },
    ]);
    assert.deepEqual(
      fake.requests.map(({ json }) => json),
      [
        { competitionName: 'demo', pageSize: 200 },
        { competitionName: 'demo', pageSize: 200, pageToken: 'P2' },
      ],
    );
    assert.ok(
      log.lines.some((line) => line.includes('Left out 1 of 3 remote files')),
      log.lines.join(),
    );
  });

  it('whose page token does not change is not listed forever', async () => {
    const { fake, connect, signal } = setup();
    fake.on('ListDataFiles', { json: { files: [{ name: 'a' }], nextPageToken: 'same' } });
    assert.equal((await connect().competitions.listFiles('demo', signal)).length, 2);
  });

  it('whose rules are not accepted says so and links to them', async () => {
    const { fake, connect, signal, folder } = setup();
    const refusal = { status: 403, json: { code: 403, message: 'You must accept the rules' } };
    fake.on('ListDataFiles', refusal).on('DownloadDataFile', refusal);
    const client = connect();
    const path = join(folder, 'a.csv');
    for (const call of [
      client.competitions.listFiles('demo', signal),
      client.competitions.downloadFile('demo', { name: 'a.csv', bytes: 1 }, path, () => undefined, signal),
    ]) {
      const error = await userErrorOf(call, 'competition-not-entered');
      assert.equal(error.detail, 'You must accept the rules');
      assert.deepEqual(urlsOf(error), [`${fake.url}/competitions/demo/rules`]);
    }
    assert.deepEqual(await namesIn(folder), []);
  });
});

describe('a competition file', () => {
  const setup = useSetup();
  const content = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 251));
  const stored = {
    body: content,
    headers: { ETag: '"v1"', 'X-Goog-Hash': `crc32c=AAAAAA==,md5=${md5(content)}` },
  };

  /** Answers as the store does: the rest for a range, the whole otherwise. */
  const store = ({ headers }: FakeRequest): FakeReply => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const range = { 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` };
    if (from === 0) return stored;
    return { ...stored, status: 206, body: content.subarray(from), headers: { ...stored.headers, ...range } };
  };

  const download = async (
    onBytes: (bytes: number) => unknown = () => undefined,
    name = 'train.csv',
    bytes = content.length,
  ) => {
    const { connect, signal, folder } = setup();
    const path = join(folder, 'sub', 'train.csv');
    await connect().competitions.downloadFile('demo', { name, bytes }, path, onBytes, signal);
    return path;
  };
  /** Downloads while the store's first answer is cut after 1000 bytes have arrived. */
  const downloadCut = async (...after: FakeHandler[]) => {
    const { fake } = setup();
    let cut = (): void => undefined;
    const cutWhen = new Promise<void>((resolve) => (cut = resolve));
    fake
      .on('DownloadDataFile', redirect(fake.url))
      .onPath('/gcs/', { ...stored, cutAfter: 1000, cutWhen }, ...after);
    return download((bytes) => bytes === 1000 && cut());
  };
  const redirect = (base: string, path = '/gcs/train.csv?X-Goog-Signature=abc') => ({
    status: 302,
    headers: { Location: `${base}${path}` },
  });

  it('is fetched from where Kaggle redirects to, under its final name when whole', async () => {
    const { fake, folder } = setup();
    fake.on('DownloadDataFile', redirect(fake.url)).onPath('/gcs/', stored);
    const told: number[] = [];
    const path = await download((bytes) => told.push(bytes));
    assert.deepEqual(await readFile(path), content);
    assert.equal(told.at(-1), content.length);
    assert.deepEqual(await namesIn(join(folder, 'sub')), ['train.csv']);
    assert.deepEqual(fake.calls('DownloadDataFile')[0]?.json, {
      competitionName: 'demo',
      fileName: 'train.csv',
    });
    assert.equal(fake.requestsTo('/gcs/')[0]?.method, 'GET');
  });

  it('is fetched without the credential from another origin', async () => {
    const { fake } = setup();
    const other = await FakeKaggle.start();
    try {
      other.onPath('/gcs/', redirect(fake.url, '/gcs/back'));
      fake.on('DownloadDataFile', redirect(other.url)).onPath('/gcs/', stored);
      await download();
      assert.equal(other.requests[0]?.headers.authorization, undefined);
      // Not even when the way leads back.
      assert.equal(fake.requestsTo('/gcs/')[0]?.headers.authorization, undefined);
    } finally {
      await other.close();
    }
  });

  it('goes on where a broken connection left off, over a new link', async () => {
    const { fake } = setup();
    assert.deepEqual(await readFile(await downloadCut({ status: 503 }, store)), content);
    const ranges = fake.requestsTo('/gcs/').map(({ headers }) => [headers.range, headers['if-range']]);
    assert.deepEqual(ranges, [
      [undefined, undefined],
      ['bytes=1000-', '"v1"'],
      ['bytes=1000-', '"v1"'],
    ]);
    assert.equal(fake.calls('DownloadDataFile').length, 3);
  });

  it('begins anew when the store sends the whole, another range, or knows no such range', async () => {
    const otherRange = { ...stored, status: 206, headers: { 'Content-Range': 'bytes 5-2999/3000' } };
    for (const second of [[stored], [otherRange, store], [{ status: 416 }, store]]) {
      assert.deepEqual(await readFile(await downloadCut(...second)), content);
    }
  });

  it('that never arrives whole leaves nothing behind, not even over an older file', async () => {
    const { fake, folder } = setup();
    const old = join(folder, 'sub', 'train.csv');
    fake.on('DownloadDataFile', redirect(fake.url)).onPath('/gcs/', stored);
    await download();
    await writeFile(old, 'old');
    fake.onPath('/gcs/', { ...stored, cutAfter: 0 });
    await userErrorOf(download(), 'kaggle-unreachable');
    assert.deepEqual(await namesIn(join(folder, 'sub')), ['train.csv']);
    assert.equal(await readFile(old, 'utf8'), 'old');
  });

  it('whose bytes are not those of the md5 is checksum-mismatch', async () => {
    const { fake, folder } = setup();
    const damaged = Buffer.from(content);
    damaged[17] = 255;
    fake.on('DownloadDataFile', redirect(fake.url)).onPath('/gcs/', { ...stored, body: damaged });
    await userErrorOf(download(), 'checksum-mismatch');
    assert.deepEqual(await namesIn(join(folder, 'sub')), []);
  });

  describe('that Kaggle packs into a zip', () => {
    const content = Buffer.from('id,x\n1,2\n'.repeat(50_000));
    const serve = (archive: Buffer) => {
      const { fake } = setup();
      const headers = { 'X-Goog-Hash': `crc32c=AAAAAA==,md5=${md5(archive)}` };
      fake
        .on('DownloadDataFile', redirect(fake.url, '/gcs/big%20one.csv.zip?s=1'))
        .onPath('/gcs/', { headers, body: archive });
    };
    const name = 'deep/big one.csv';

    it('is unpacked', async () => {
      for (const entry of ['big one.csv', 'deep/big one.csv']) {
        serve(zipOf({ name: entry, content }));
        await download(undefined, name, content.length);
        const { folder } = setup();
        assert.ok((await readFile(join(folder, 'sub', 'train.csv'))).equals(content));
        assert.deepEqual(await namesIn(join(folder, 'sub')), ['train.csv']);
      }
    });

    it('as it was asked for is left packed', async () => {
      const { fake, folder } = setup();
      const archive = zipOf({ name: 'a.csv', content });
      fake.on('DownloadDataFile', redirect(fake.url, '/gcs/all.zip?s=1')).onPath('/gcs/', { body: archive });
      await download(undefined, 'all.zip', archive.length);
      assert.ok((await readFile(join(folder, 'sub', 'train.csv'))).equals(archive));
    });

    const good = { name: 'big one.csv', content };
    const bad: Readonly<Record<string, Buffer>> = {
      'is none': Buffer.from('id,x\n1,2\n'),
      'is cut off': zipOf(good).subarray(0, 500),
      'is empty': zipOf(),
      'holds two files': zipOf(good, { ...good, name: 'other.csv' }),
      'holds another file': zipOf({ ...good, name: 'other.csv' }),
      'leads elsewhere': zipOf({ ...good, name: '../big one.csv' }),
      'has an absolute path': zipOf({ ...good, name: '/big one.csv' }),
      'holds more than it says': zipOf({ ...good, claims: { bytes: 10 } }),
      'holds less than it says': zipOf({ ...good, claims: { bytes: content.length + 1 } }),
      'claims what cannot be': zipOf({ ...good, claims: { bytes: 0xfffffff0 } }),
      'has another checksum': zipOf({ ...good, claims: { crc: 1 } }),
      'is encrypted': zipOf({ ...good, claims: { encrypted: true } }),
    };
    for (const [fault, archive] of Object.entries(bad)) {
      it(`which ${fault} is refused with a remedy, and leaves nothing behind`, async () => {
        serve(archive);
        const error = await userErrorOf(download(undefined, name, content.length), 'kaggle-answer');
        assert.match(error.title, /zip/);
        assert.notEqual(error.detail, undefined);
        assert.deepEqual(urlsOf(error), [`${setup().fake.url}/competitions/demo/data`]);
        assert.deepEqual(await namesIn(join(setup().folder, 'sub')), []);
      });
    }
  });

  it('in whose place Kaggle says no, in a 200, is that refusal', async () => {
    const { fake } = setup();
    fake.on(
      'DownloadDataFile',
      { json: { code: 404, message: 'Not found' } },
      { json: { error: 'not today' } },
    );
    await userErrorOf(download(), 'kaggle-not-found');
    await userErrorOf(download(), 'kaggle-refused');
    assert.deepEqual(await namesIn(join(setup().folder, 'sub')), []);
  });

  it('is named as missing when Kaggle does not know it', async () => {
    const { fake } = setup();
    fake.on('DownloadDataFile', { status: 404, json: { code: 404, message: 'Not found' } });
    const error = await userErrorOf(download(), 'kaggle-not-found');
    assert.match(error.title, /train\.csv/);
  });

  it('whose link has expired is kaggle-unreachable, and the link is not told', async () => {
    const { fake, log } = setup();
    fake.on('DownloadDataFile', redirect(fake.url)).onPath('/gcs/', { status: 403, body: '<Error/>' });
    const error = await userErrorOf(download(), 'kaggle-unreachable');
    assert.ok(!`${error.message} ${log.lines.join()}`.includes('Signature'));
  });

  it('behind endless redirects is kaggle-answer', async () => {
    const { fake } = setup();
    fake.on('DownloadDataFile', redirect(fake.url)).onPath('/gcs/', redirect(fake.url));
    await userErrorOf(download(), 'kaggle-answer');
  });

  it('leaves nothing behind when cancelled', async () => {
    const { fake, connect, folder } = setup();
    const controller = new AbortController();
    fake.on('DownloadDataFile', redirect(fake.url)).onPath('/gcs/', stored);
    const path = join(folder, 'train.csv');
    const stop = () => controller.abort();
    await assert.rejects(
      connect().competitions.downloadFile(
        'demo',
        { name: 'train.csv', bytes: content.length },
        path,
        stop,
        controller.signal,
      ),
      isCancelled,
    );
    assert.deepEqual(await namesIn(folder), []);
  });
});
