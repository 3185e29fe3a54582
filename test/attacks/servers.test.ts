import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type ErrorCode, isUserError, type UserError } from '../../src/base/errors.ts';
import { isSafeAddress } from '../../src/base/addresses.ts';
import type { KaggleClient } from '../../src/kaggle/client.ts';
import { Secret } from '../../src/kaggle/secret.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { FakeReply } from '../support/fake-kaggle.ts';
import { FakeClock, KEY, useSetup } from '../wire/kaggle/setup.ts';
import { zipOf, type ZipEntry } from '../wire/kaggle/zip.ts';
import { attack } from './attack.ts';
import { drip, hastyClock, hostile, hostileSocket, withoutEnd, worldOf } from './hostile-server.ts';

const MB = 1024 * 1024;
const FLOOR = 'base/http';
const DOWNLOAD = 'base/download';
const LISTED = { name: 'train.csv', bytes: 5 };

/** What a promise is rejected with, which must be a UserError of that code. */
async function refusal(work: Promise<unknown>, ...codes: readonly ErrorCode[]): Promise<UserError> {
  const error: unknown = await work.then(
    (value) => assert.fail(`It succeeded: ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  if (!isUserError(error)) throw error;
  assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
  return error;
}

describe('a hostile Kaggle: answers', function () {
  this.timeout(60_000);
  const setup = useSetup();
  const competition = (client: KaggleClient): Promise<unknown> =>
    client.competitions.get('demo', new AbortController().signal);

  for (const [what, status] of [
    ['JSON', 200],
    ['an error', 400],
    ['an error that may pass', 503],
  ] as const)
    attack('M6', `${what} without an end`, FLOOR, async () => {
      const taken: Promise<number>[] = [];
      const apiUrl = await hostile((_, response) => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        taken.push(withoutEnd(response, Buffer.alloc(MB, '{"a":')));
      });
      await refusal(competition(setup().connect({ apiUrl })), 'kaggle-answer');
      const all = await Promise.all(taken);
      assert.equal(all.length, 1);
      assert.ok((all[0] ?? 0) < 100 * MB, `${all[0]} bytes were taken`);
    });

  attack('M6', 'a gzip bomb for an answer', FLOOR, async () => {
    const bomb = gzipSync(Buffer.alloc(100 * MB));
    setup().fake.on('GetCompetition', { headers: { 'Content-Encoding': 'gzip' }, body: bomb });
    await refusal(competition(setup().connect()), 'kaggle-answer');
  });

  attack('M6', 'a byte of JSON now and then', FLOOR, async () => {
    const apiUrl = await hostile((_, response) => drip(response));
    const error = await refusal(
      competition(setup().connect({ apiUrl, clock: hastyClock() })),
      'kaggle-unreachable',
    );
    assert.match(error.title, /ETIMEDOUT/);
  });

  attack('M6', 'JSON fast enough that lasts for hours', FLOOR, async () => {
    const apiUrl = await hostile((_, response) => void withoutEnd(response, Buffer.alloc(MB, ' ')));
    const client = setup().connect({ apiUrl, clock: hastyClock(100_000), silenceMs: 1_000_000 });
    assert.match((await refusal(competition(client), 'kaggle-unreachable')).title, /ETIMEDOUT/);
  });

  attack('M6', 'silence after the first byte', FLOOR, async () => {
    const apiUrl = await hostile((_, response) => void response.write('{'));
    const client = setup().connect({ apiUrl, silenceMs: 20 });
    assert.match((await refusal(competition(client), 'kaggle-unreachable')).title, /ETIMEDOUT/);
  });

  attack('M6', 'headers without an end', FLOOR, async () => {
    const apiUrl = await hostileSocket((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(`X-More: ${'x'.repeat(1000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    await refusal(competition(setup().connect({ apiUrl })), 'kaggle-unreachable');
  });

  attack('M6', 'JSON a million levels deep', 'kaggle/answer', async () => {
    setup().fake.on('GetCompetition', { body: `{"title":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}` });
    await refusal(competition(setup().connect()), 'kaggle-answer');
  });

  attack('servers', '__proto__ in an answer', 'kaggle/schemas', async () => {
    setup().fake.on('GetCompetition', {
      body: '{"__proto__":{"userHasEntered":true,"polluted":1},"title":"x"}',
    });
    const found = await setup().connect().competitions.get('demo', setup().signal);
    assert.equal(found.userHasEntered, false);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  attack('M6', 'pages without an end', 'kaggle/pages', async () => {
    const { fake, connect, signal } = setup();
    let page = 0;
    fake.on('ListDataFiles', () => ({ json: { files: [{ name: 'a' }], nextPageToken: `P${(page += 1)}` } }));
    await refusal(connect().competitions.listFiles('demo', signal), 'kaggle-answer');
    assert.ok(page <= 500, `${page} pages`);
  });

  attack('M6', 'pages in a circle', 'kaggle/pages', async () => {
    const { fake, connect, signal } = setup();
    let page = 0;
    fake.on('ListDataFiles', () => ({
      json: { files: [{ name: 'a' }], nextPageToken: `P${(page += 1) % 3}` },
    }));
    assert.ok((await connect().competitions.listFiles('demo', signal)).length < 5);
  });

  attack('M6', 'a page of a million files', 'kaggle/pages', async () => {
    const { fake, connect, signal } = setup();
    fake.on('ListDataFiles', { body: `{"files":[${'{"name":"a"},'.repeat(999_999)}{"name":"a"}]}` });
    await refusal(connect().competitions.listFiles('demo', signal), 'kaggle-answer');
  });

  attack('servers', 'a redirect of a call, with its credential', 'kaggle/transport', async () => {
    const { fake, connect } = setup();
    for (const status of [301, 302, 303, 307, 308]) {
      fake.on('GetCompetition', { status, headers: { Location: `${fake.url}/elsewhere` } });
      await refusal(competition(connect()), 'kaggle-answer');
    }
    assert.equal(fake.requestsTo('/elsewhere').length, 0);
  });

  attack('servers', 'a credential that is sent back is shown', 'kaggle/secret', async () => {
    const { fake, connect, log } = setup();
    fake.on('GetCompetition', ({ headers }) => ({
      status: 400,
      json: { message: `You sent ${headers.authorization}` },
    }));
    const token = Secret.of('KGAT_canary-0123456789', 'test');
    const client = connect({ credentials: { kind: 'token', token, source: 'a file' } });
    const error = await refusal(competition(client), 'kaggle-refused');
    assert.match(error.detail ?? '', /\[secret\]/);
    assert.ok(!`${inspect(error, { depth: 9 })}${log.lines.join()}`.includes('canary'));
  });

  attack('servers', 'secrets stand in the log', 'kaggle/transport', async () => {
    const { fake, connect, log, signal, folder } = setup();
    fake.onPath('/', { status: 404, json: {} }).on('DownloadDataFile', {
      status: 302,
      headers: { Location: `${fake.url}/gcs/x?X-Goog-Signature=canary` },
    });
    const client = connect();
    for (let times = 0; times < 8; times += 1) {
      await refusal(client.competitions.get('demo', signal), 'kaggle-not-found');
      await refusal(client.submissions.get(1, signal), 'kaggle-not-found');
      await refusal(
        client.competitions.downloadFile('demo', LISTED, join(folder, 'x'), () => undefined, signal),
        'kaggle-unreachable',
      );
    }
    assert.ok(log.lines.length >= 32, `${log.lines.length} lines`);
    const basic = Buffer.from(`ann:${KEY}`).toString('base64');
    for (const secret of [KEY, basic, 'canary']) assert.ok(!log.lines.join('\n').includes(secret));
  });

  const NAMES: Readonly<Record<string, string>> = {
    'that climbs': '../evil',
    'that climbs in the middle': 'a/../../evil',
    'that is absolute': '/etc/evil',
    'that climbs as on Windows': '..\\evil',
    'of a drive': 'C:\\evil',
    'with a NUL': 'a\0evil',
    'that is empty': '',
    'of the folder itself': '.',
    'of a folder': 'evil/',
  };
  for (const [what, name] of Object.entries(NAMES))
    attack('servers', `a file name ${what}`, 'kaggle/remote-name', async () => {
      const { fake, connect, signal } = setup();
      fake
        .on('ListDataFiles', { json: { files: [{ name }, { name: 'good.csv' }] } })
        .on('ListDatasetFiles', { json: { datasetFiles: [{ name }, { name: 'good.csv' }] } })
        .on('ListKernelSessionOutput', {
          json: { files: [{ fileName: name, url: '' }, { fileName: 'good.csv' }] },
        });
      const client = connect();
      const lists = [
        await client.competitions.listFiles('demo', signal),
        await client.datasets.listFiles('ann', 'pack', signal),
        (await client.notebooks.output('ann', 'nb', 1, signal)).files,
      ];
      for (const files of lists)
        assert.deepEqual(
          files.map((file) => file.name),
          ['good.csv'],
        );
    });
});

describe('a hostile Kaggle: files', function () {
  this.timeout(60_000);
  const setup = useSetup();
  /** All that was said to have arrived, of the attack that is on. */
  const told: number[] = [];
  beforeEach(() => {
    told.length = 0;
  });

  const fetchListed = (
    { name, bytes }: { readonly name: string; readonly bytes: number } = LISTED,
    client = setup().connect(),
  ): Promise<void> => {
    const path = join(setup().folder, 'data', 'train.csv');
    return client.competitions.downloadFile(
      'demo',
      { name, bytes },
      path,
      (n) => told.push(n),
      setup().signal,
    );
  };
  const nothingIsLeft = async (): Promise<void> => {
    assert.deepEqual(await readdir(join(setup().folder, 'data')), []);
    assert.ok(
      told.every((bytes) => bytes <= LISTED.bytes),
      `${Math.max(...told)} bytes were written`,
    );
  };
  /** Kaggle redirects to `location` for the file. */
  const leadTo = (location: string): void => {
    setup().fake.on('DownloadDataFile', { status: 302, headers: { Location: location } });
  };
  const store = (reply: FakeReply): void => {
    const { fake } = setup();
    leadTo(`${fake.url}/gcs/train.csv?sig=1`);
    fake.onPath('/gcs/', reply);
  };

  attack('M6', 'a file without an end', DOWNLOAD, async () => {
    const taken: Promise<number>[] = [];
    leadTo(await hostile((_, response) => void taken.push(withoutEnd(response, Buffer.alloc(MB)))));
    await refusal(fetchListed(), 'checksum-mismatch');
    await nothingIsLeft();
    assert.equal(taken.length, 1);
    assert.ok((await (taken[0] ?? 0)) < 20 * MB);
  });

  attack('M6', 'a file longer than listed, that says so', DOWNLOAD, async () => {
    store({ body: Buffer.alloc(10) });
    await refusal(fetchListed(), 'checksum-mismatch');
    await nothingIsLeft();
    assert.deepEqual(told, []);
  });

  attack('M6', 'a file longer than listed, in chunks', DOWNLOAD, async () => {
    leadTo(
      await hostile((_, response) => {
        response.write('12345');
        response.end('67890');
      }),
    );
    await refusal(fetchListed(), 'checksum-mismatch');
    await nothingIsLeft();
  });

  for (const [what, body] of [
    ['shorter than listed', 'abc'],
    ['without a byte', ''],
  ] as const)
    attack('M6', `a file ${what}`, DOWNLOAD, async () => {
      leadTo(await hostile((_, response) => response.end(body)));
      await refusal(fetchListed(), 'checksum-mismatch');
      await nothingIsLeft();
    });

  attack('M6', 'a gzip bomb for a file', DOWNLOAD, async () => {
    store({ headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50 * MB)) });
    await refusal(fetchListed(), 'checksum-mismatch');
    await nothingIsLeft();
  });

  attack('M6', 'a range that lies about where it begins', DOWNLOAD, async () => {
    store({
      status: 206,
      headers: { 'Content-Range': 'bytes 0-999999999999999/1000000000000000' },
      body: Buffer.alloc(10),
    });
    await refusal(fetchListed(), 'checksum-mismatch');
    await nothingIsLeft();
  });

  attack('M6', 'no such range, again and again', DOWNLOAD, async () => {
    store({ status: 416, headers: { 'Content-Range': 'bytes */5' } });
    await refusal(fetchListed(), 'kaggle-unreachable');
    assert.ok(setup().fake.requestsTo('/gcs/').length <= 6);
    await nothingIsLeft();
  });

  attack('M6', "a whole file in Kaggle's own words, longer than listed", 'kaggle/download', async () => {
    setup().fake.on('DownloadDataFile', { json: { data: 'x'.repeat(1000) } });
    await refusal(fetchListed(), 'checksum-mismatch');
    await nothingIsLeft();
  });

  attack('M6', 'a file of no listed size without an end', DOWNLOAD, async () => {
    const { connect, signal, folder } = setup();
    leadTo('nowhere');
    setup().fake.on('DownloadDataset', {
      status: 302,
      headers: { Location: await hostile((_, response) => void withoutEnd(response, Buffer.alloc(MB))) },
    });
    const path = join(folder, 'data', 'bundle.json');
    await refusal(
      connect().datasets.downloadFile('ann', 'pack', 'bundle.json', path, signal),
      'checksum-mismatch',
    );
    assert.deepEqual(await readdir(join(folder, 'data')), []);
  });

  attack('M6', 'a byte of a file now and then', FLOOR, async () => {
    leadTo(await hostile((_, response) => drip(response, 'x')));
    const client = setup().connect({ clock: hastyClock(), silenceMs: 120_000 });
    await refusal(fetchListed({ name: 'train.csv', bytes: 1e9 }, client), 'kaggle-unreachable');
    assert.deepEqual(await readdir(join(setup().folder, 'data')), []);
  });

  attack('M6', 'a redirect to plain http elsewhere', FLOOR, async () => {
    const { fake } = setup();
    leadTo('http://192.0.2.1/train.csv');
    const { fetch, elsewhere } = worldOf({ [fake.url]: fake.url });
    await refusal(fetchListed(LISTED, setup().connect({ fetch })), 'kaggle-answer');
    assert.deepEqual(elsewhere, []);
  });

  for (const location of ['file:///etc/passwd', 'data:text/plain,12345', 'ftp://127.0.0.1/x', 'blob:x'])
    attack('servers', `a redirect to ${location}`, FLOOR, async () => {
      leadTo(location);
      await refusal(fetchListed(), 'kaggle-answer');
      await nothingIsLeft();
    });

  attack('M6', 'a redirect from https to what listens on this machine', FLOOR, async () => {
    const { fake } = setup();
    let asked = 0;
    leadTo(
      await hostile((_, response) => {
        asked += 1;
        response.end('12345');
      }),
    );
    const { fetch } = worldOf({ 'https://kaggle.example': fake.url });
    await refusal(
      fetchListed(LISTED, setup().connect({ apiUrl: 'https://kaggle.example', fetch })),
      'kaggle-answer',
    );
    assert.equal(asked, 0);
  });

  attack('servers', 'the credential at another origin', FLOOR, async () => {
    const seen: (string | undefined)[] = [];
    leadTo(
      await hostile((request, response) => {
        seen.push(request.headers.authorization);
        response.end('12345');
      }),
    );
    await fetchListed();
    assert.deepEqual(seen, [undefined]);
  });

  attack('M6', 'redirects in a circle', FLOOR, async () => {
    const { fake } = setup();
    store({ status: 302, headers: { Location: `${fake.url}/gcs/again` } });
    await refusal(fetchListed(), 'kaggle-answer');
    assert.ok(fake.requests.length <= 7);
  });

  attack('servers', 'a line end in a redirect', FLOOR, async () => {
    const { fake } = setup();
    leadTo(`${fake.url}/gcs/a%0d%0aX-Evil:%201`);
    fake.onPath('/gcs/', { body: '12345' });
    await fetchListed();
    const [request] = fake.requestsTo('/gcs/');
    assert.equal(request?.headers['x-evil'], undefined);
    assert.equal(request?.path, '/gcs/a%0d%0aX-Evil:%201');
  });

  for (const url of ['file:///etc/passwd', 'http://192.0.2.1/x', 'data:,x'])
    attack('M6', `an output file at ${url}`, 'base/http-address', async () => {
      const { connect, signal, folder } = setup();
      const { fetch, elsewhere } = worldOf({});
      await refusal(
        connect({ fetch }).notebooks.downloadOutput(url, join(folder, 'x'), signal),
        'kaggle-answer',
      );
      assert.deepEqual(elsewhere, []);
    });

  for (const createUrl of ['http://192.0.2.1/up', 'http://127.0.0.1:2375/images/load', 'file:///tmp/x'])
    attack('M6', `an upload to ${createUrl}`, 'base/http-address', async () => {
      const { fake, connect, signal, folder } = setup();
      const { fetch, elsewhere } = worldOf({ 'https://kaggle.example': fake.url });
      fake.on('StartBlobUpload', { json: { token: 'T', createUrl } });
      const path = join(folder, 'private.tar');
      await writeFile(path, 'secret');
      const client = connect({ apiUrl: 'https://kaggle.example', fetch });
      const file = { name: 'private.tar', path, bytes: 6, sha256: '' };
      await refusal(
        client.datasets.upload(file, () => undefined, signal),
        'kaggle-answer',
      );
      assert.deepEqual(elsewhere, []);
    });

  for (const name of ['train.csv.part', 'train.csv.unpacked'])
    attack('C1', `a link as ${name}`, DOWNLOAD, async () => {
      const { folder, fake } = setup();
      const victim = join(folder, 'victim');
      await writeFile(victim, 'precious');
      await mkdir(join(folder, 'data'));
      await symlink(victim, join(folder, 'data', name));
      const content = Buffer.from('12345');
      leadTo(`${fake.url}/gcs/train.csv.zip`);
      fake.onPath('/gcs/', { body: zipOf({ name: 'train.csv', content }) });
      await fetchListed();
      assert.equal(await readFile(victim, 'utf8'), 'precious');
      assert.ok((await lstat(join(folder, 'data', 'train.csv'))).isFile());
    });

  const good: ZipEntry = { name: 'train.csv', content: Buffer.from('12345') };
  const big = Buffer.alloc(20 * MB);
  const archives: Readonly<Record<string, Buffer>> = {
    'with a name that climbs': zipOf({ ...good, name: '../train.csv' }),
    'of two files': zipOf(good, { ...good, name: 'evil.csv' }),
    'of a file that is longer than listed': zipOf({ ...good, content: Buffer.from('1234567890') }),
    'that says the listed size and holds more': zipOf({ ...good, content: big, claims: { bytes: 5 } }),
    'that holds less than it says': zipOf({ ...good, content: Buffer.from('1'), claims: { bytes: 5 } }),
    'that is a bomb within the ratio': zipOf({ ...good, content: big }),
    'larger than the file may be': Buffer.alloc(MB),
  };
  for (const [what, body] of Object.entries(archives))
    attack('servers', `an archive ${what}`, 'kaggle/unzip', async () => {
      const { fake } = setup();
      leadTo(`${fake.url}/gcs/train.csv.zip`);
      fake.onPath('/gcs/', { body });
      await refusal(fetchListed(), 'kaggle-answer', 'checksum-mismatch');
      assert.deepEqual(await readdir(join(setup().folder, 'data')), []);
    });

  attack('servers', 'an archive with a link', 'kaggle/unzip', async () => {
    const { fake, folder } = setup();
    const archive = zipOf({ name: 'train.csv', content: Buffer.from('/etc/') });
    // In the directory: made on Unix, and the mode of a symbolic link.
    const entry = archive.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    archive.writeUInt8(3, entry + 5);
    archive.writeUInt32LE(0xa1ff0000, entry + 38);
    leadTo(`${fake.url}/gcs/train.csv.zip`);
    fake.onPath('/gcs/', { body: archive });
    await fetchListed();
    assert.ok((await lstat(join(folder, 'data', 'train.csv'))).isFile());
  });
});

describe('a hostile Kaggle: the live log', function () {
  this.timeout(60_000);
  const setup = useSetup();
  const LOG = { 'Content-Type': 'text/event-stream' };
  const END = 'data: END_OF_LOG\n\n';
  const lengths = async (apiUrl?: string): Promise<number[]> => {
    const { connect, signal } = setup();
    const client = connect(apiUrl === undefined ? {} : { apiUrl });
    const seen: number[] = [];
    for await (const { text } of client.notebooks.followLog('ann', 'nb', signal)) seen.push(text.length);
    return seen;
  };

  attack('M6', 'a line without an end', 'base/lines', async () => {
    setup().fake.onPath('/v1/kernels/', { headers: LOG, body: `data: ${'x'.repeat(10 * MB)}\n\n${END}` });
    const seen = await lengths();
    assert.ok(seen.length > 0 && Math.max(...seen) <= 1_000_000, String(seen));
  });

  attack('M6', 'an event of lines without an end', 'kaggle/event-stream', async () => {
    const body = `${`data: ${'x'.repeat(1000)}\n`.repeat(10_000)}\n${END}`;
    setup().fake.onPath('/v1/kernels/', { headers: LOG, body });
    const seen = await lengths();
    assert.ok(seen.length === 1 && Math.max(...seen) <= 1_000_000, String(seen));
  });

  attack('M6', 'a log without an end', 'kaggle/follow-log', async () => {
    const taken: Promise<number>[] = [];
    const apiUrl = await hostile((_, response) => {
      response.writeHead(200, LOG);
      taken.push(withoutEnd(response, `: ${'x'.repeat(MB)}\n`));
    });
    await refusal(lengths(apiUrl), 'kaggle-answer');
    assert.equal(taken.length, 1);
  });

  attack('M6', 'a finished log without an end', FLOOR, async () => {
    const apiUrl = await hostile((_, response) => void withoutEnd(response, Buffer.alloc(MB, '[')));
    await refusal(lengths(apiUrl), 'kaggle-answer');
  });
});

describe('addresses that a server is said to have', () => {
  const setup = useSetup();
  for (const apiUrl of [
    'http://api.kaggle.com',
    'http://127.0.0.1.evil.example',
    'http://localhost@evil.example',
    'http://127.1.evil',
    'http://0.0.0.0',
    'http://192.0.2.1',
    'http://[::ffff:192.0.2.1]',
    'http://localhost.evil.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ])
    attack('servers', `Kaggle at ${apiUrl}`, 'base/http-address', () => {
      assert.throws(() => setup().connect({ apiUrl }), { code: 'wrong-usage' });
      assert.equal(isSafeAddress(apiUrl), false);
    });

  for (const setting of ['apiUrl', 'juliaServer', 'dockerContext'] as const)
    attack('M7', `a workspace says juliaKaggle.${setting}`, 'package.json', () => {
      const { scope } = packageJson.contributes.configuration.properties[`juliaKaggle.${setting}`];
      assert.equal(scope, 'machine');
    });

  it('may be https, or on this machine', () => {
    for (const apiUrl of [
      'https://api.kaggle.com',
      'http://localhost:1',
      'http://127.0.0.1:1',
      'http://[::1]:1',
    ])
      setup().connect({ apiUrl, clock: new FakeClock() });
  });
});
