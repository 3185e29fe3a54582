import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { isUserError } from '../../src/base/errors.ts';
import {
  asStranger,
  canBeStranger,
  strangerAsks,
  type StrangerRequest,
  strangerReads,
} from '../support/other-user.ts';
import { tempFolder } from '../support/temp.ts';
import { Visitor } from '../support/visitor.ts';
import {
  type Bench,
  COMPETITION,
  holdNotebooks,
  makeDataset,
  push,
  startBench,
  tarOf,
  until,
  untilDataset,
  untilStatus,
  upload,
  USER,
} from '../wire/sandbox/support.ts';
import { zipOf } from '../wire/sandbox/zip-of.ts';
import { attack } from './attack.ts';

const ACCESS = 'sandbox/page-access';
const FILES = 'sandbox/private-files';
const AUTHORIZE = '/api/v1/oauth2/authorize';

const verifier = randomBytes(48).toString('base64url');
const asked = (change: Record<string, string> = {}): string =>
  `${AUTHORIZE}?${new URLSearchParams({
    response_type: 'code',
    client_id: 'kagglesdk',
    redirect_uri: 'http://localhost:8123',
    scope: 'resources.admin:*',
    state: 's',
    code_challenge: `${createHash('sha256').update(verifier).digest('base64url')}=`,
    code_challenge_method: 'S256',
    ...change,
  }).toString()}`;

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** What a page must not tell: names, texts of notebooks, who the user is. */
const SECRETS = [USER, 'secret-kernel', 'secret-pack', 'printed by the notebook', 'Toy cup'];

/** A local Kaggle with a notebook, its log, a dataset. */
async function furnished(): Promise<Bench> {
  const bench = await startBench();
  bench.notebook = ({ log }) => {
    log('printed by the notebook\n');
    return { outputs: { 'submission.csv': 'id,height\n10,1\n' } };
  };
  await makeDataset(bench, 'secret-pack', { julia: 'uploaded source' });
  await push(bench, 'Secret kernel');
  await untilStatus(bench, 'secret-kernel', ['COMPLETE']);
  return bench;
}

/** Asks for this without any key; every answer is 403, and the same for what is there and what is not. */
async function closedFor(bench: Bench, ...requests: readonly StrangerRequest[]): Promise<void> {
  for (const { status, body, cookies, location } of await strangerAsks(bench.sandbox.url, ...requests)) {
    assert.deepEqual([status, cookies, location], [403, [], undefined]);
    for (const secret of SECRETS) assert.ok(!body.includes(secret), secret);
  }
}

const cookieOf = async (bench: Bench): Promise<string> => {
  const [cookie = ''] = (await Visitor.at(bench.sandbox.page)).cookies.values();
  return cookie;
};

describe('local Kaggle: another user of the machine, over its port', () => {
  attack('H5', 'a token without a credential, by the sign-in page', ACCESS, async () => {
    const bench = await startBench();
    await closedFor(bench, { path: asked() });
  });

  attack('H5', 'the yes of the sign-in page without having seen it', ACCESS, async () => {
    const bench = await startBench();
    const headers = { ...form, Origin: bench.sandbox.url, 'Sec-Fetch-Site': 'same-origin' };
    await closedFor(bench, { method: 'POST', path: asked(), headers, body: 'answer=allow' });
  });

  attack('H5', 'a notebook pushed and run without a credential', 'sandbox/auth', async () => {
    const bench = await startBench();
    const calls = ['kernels.KernelsApiService/SaveKernel', 'datasets.DatasetApiService/CreateDataset'];
    const body = JSON.stringify({ slug: 'a/b', newTitle: 'b', text: 'x', kernelType: 'notebook' });
    const answers = await strangerAsks(
      bench.sandbox.url,
      ...calls.map((call) => ({ method: 'POST', path: `/v1/${call}`, body })),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401],
    );
  });

  attack('H5', 'a token of the API for nothing', 'sandbox/rpc/accounts', async () => {
    const bench = await startBench();
    const path = '/v1/users.AccountService/GenerateAccessToken';
    const bodies = ['{}', '{"refreshToken":""}', '{"refreshToken":"x"}', '{"refreshToken":["x"]}'];
    const answers = await strangerAsks(
      bench.sandbox.url,
      ...bodies.map((body) => ({ method: 'POST', path, body })),
    );
    for (const { status, body } of answers) {
      assert.ok(status === 401 || status === 400, String(status));
      assert.doesNotMatch(body, /KGAT_/);
    }
  });

  attack('H5', 'the names on the overview', ACCESS, async () => {
    await closedFor(
      await furnished(),
      { path: '/' },
      { path: '/', method: 'HEAD' },
      { path: '/?reload=off' },
    );
  });

  attack('H5', 'the log of a notebook on its page', ACCESS, async () => {
    await closedFor(
      await furnished(),
      { path: `/code/${USER}/secret-kernel` },
      { path: `/code/${USER}/secret-kernel?v=1` },
    );
  });

  attack('H5', 'the live log of a run by the API', 'sandbox/auth', async () => {
    const bench = await startBench();
    const finish = holdNotebooks(bench, (log) => log('printed by the notebook\n'));
    await push(bench, 'Secret kernel');
    await untilStatus(bench, 'secret-kernel', ['RUNNING']);
    const path = `/v1/kernels/logs/stream/${USER}/secret-kernel`;
    const [answer] = await strangerAsks(bench.sandbox.url, { path });
    assert.equal(answer?.status, 401);
    assert.doesNotMatch(answer.body, /printed/);
    finish();
  });

  attack('H5', 'the files of a dataset on its page', ACCESS, async () => {
    await closedFor(await furnished(), { path: `/datasets/${USER}/secret-pack` });
  });

  attack('H5', 'submissions and leaderboard of a competition', ACCESS, async () => {
    const at = `/competitions/${COMPETITION}`;
    await closedFor(
      await furnished(),
      { path: at },
      { path: `${at}/submissions` },
      { path: `${at}/leaderboard` },
    );
  });

  attack('H5', 'which pages there are, by how they are refused', ACCESS, async () => {
    const bench = await furnished();
    const [there, not] = await strangerAsks(
      bench.sandbox.url,
      { path: `/code/${USER}/secret-kernel` },
      { path: `/code/${USER}/no-such` },
    );
    assert.deepEqual([there?.status, there?.body], [not?.status, not?.body]);
  });

  attack('H5', 'a code that is being shown for pasting', ACCESS, async () => {
    await closedFor(await startBench(), { path: '/account/api/oauth/token?code=abc' });
  });

  attack('H5', 'faults set and read without a credential', 'sandbox/control', async () => {
    const bench = await startBench();
    const answers = await strangerAsks(
      bench.sandbox.url,
      { path: '/sandbox/faults' },
      { method: 'POST', path: '/sandbox/faults', body: '{"fault":"*=500"}' },
      { method: 'DELETE', path: '/sandbox/faults' },
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 401],
    );
    assert.deepEqual(bench.sandbox.faults.list(), []);
  });

  attack(
    'H5',
    'the key guessed: empty, shortened, changed in one letter, in other letters, twice',
    ACCESS,
    async () => {
      const bench = await startBench();
      const key = new URL(bench.sandbox.page).searchParams.get('key') ?? '';
      assert.ok(key.length >= 43);
      const changed = (key.startsWith('a') ? 'b' : 'a') + key.slice(1);
      const guesses = [
        '',
        key.slice(0, -1),
        `${key}x`,
        changed,
        key.toUpperCase(),
        key + key,
        '*',
        '%00',
        'undefined',
      ];
      const paths = guesses.map((guess) => ({ path: `/?key=${guess}` }));
      await closedFor(bench, ...paths, { path: `/?key=x&key=${key}` }, { path: `/?Key=${key}` });
    },
  );

  attack('H5', 'a thousand keys and cookies at random', ACCESS, async () => {
    const bench = await startBench();
    const { port } = new URL(bench.sandbox.url);
    const random = (): string => randomBytes(32).toString('base64url');
    const tries = Array.from({ length: 500 }, () => [
      { path: `/?key=${random()}` },
      { path: '/', headers: { Cookie: `julia-kaggle-sandbox-${port}=${random()}` } },
    ]).flat();
    await closedFor(bench, ...tries);
  });

  attack('H5', 'a cookie without a value, and the key in place of the cookie', ACCESS, async () => {
    const bench = await startBench();
    const { port } = new URL(bench.sandbox.url);
    const key = new URL(bench.sandbox.page).searchParams.get('key') ?? '';
    const values = ['', '=', key, `"${key}"`, 'true'];
    const cookies = values.map((value) => `julia-kaggle-sandbox-${port}=${value}`);
    await closedFor(
      bench,
      ...[...cookies, `julia-kaggle-sandbox-${port}`].map((Cookie) => ({ path: '/', headers: { Cookie } })),
    );
  });

  attack('H5', 'the cookie of a local Kaggle of one’s own, under the name of this one', ACCESS, async () => {
    const [bench, own] = [await startBench(), await startBench()];
    const [, value = ''] = (await cookieOf(own)).split('=');
    const { port } = new URL(bench.sandbox.url);
    await closedFor(bench, { path: '/', headers: { Cookie: `julia-kaggle-sandbox-${port}=${value}` } });
  });

  attack('H5', 'the cookie of the same store at another port', ACCESS, async () => {
    const bench = await startBench();
    const [, value = ''] = (await cookieOf(bench)).split('=');
    const before = bench.sandbox.url;
    await bench.restart();
    const { port } = new URL(bench.sandbox.url);
    assert.notEqual(bench.sandbox.url, before);
    await closedFor(bench, { path: '/', headers: { Cookie: `julia-kaggle-sandbox-${port}=${value}` } });
  });

  attack('H5', 'the address that the editor opens, used before the browser', ACCESS, async () => {
    const bench = await furnished();
    const address = new URL(bench.sandbox.openOnce(`${bench.sandbox.url}/`));
    const [entered] = await strangerAsks(bench.sandbox.url, { path: address.pathname + address.search });
    const [cookie = ''] = entered?.cookies[0]?.split(';') ?? [];
    assert.notEqual(cookie, '');
    const browser = await new Visitor().open(address.href);
    assert.equal(browser.status, 403);
    assert.match(await browser.text(), /opened before/);
    await closedFor(bench, { path: '/', headers: { Cookie: cookie } });
  });

  attack('H5', 'the address that the editor opens, used after the browser', ACCESS, async () => {
    const bench = await furnished();
    const address = new URL(bench.sandbox.openOnce(`${bench.sandbox.url}/`));
    assert.equal((await new Visitor().open(address.href)).status, 200);
    await closedFor(
      bench,
      { path: address.pathname + address.search },
      { path: address.pathname + address.search },
    );
  });

  attack('H5', 'the address that the editor opens, used when it is over', ACCESS, async () => {
    const bench = await furnished();
    const address = new URL(bench.sandbox.openOnce(`${bench.sandbox.url}/`));
    bench.clock.time += 2 * 60_000 + 1;
    await closedFor(bench, { path: address.pathname + address.search });
  });

  attack('H5', 'the lasting key out of the address that the editor opens', ACCESS, async () => {
    const { sandbox } = await startBench();
    const key = new URL(sandbox.page).searchParams.get('key') ?? '';
    assert.ok(!sandbox.openOnce(`${sandbox.url}/x`).includes(key));
    assert.ok(![sandbox.url, ...Object.values(sandbox.credentials)].some((text) => text.includes(key)));
  });

  attack('H5', 'a code that was given to somebody else', 'sandbox/sign-in', async () => {
    const bench = await startBench();
    const agreed = await (await Visitor.at(bench.sandbox.page)).press(bench.sandbox.url + asked());
    const code = new URL(agreed.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const body = JSON.stringify({
      code,
      codeVerifier: randomBytes(48).toString('base64url'),
      grantType: 'authorization_code',
    });
    const path = '/v1/security.OAuthService/ExchangeOAuthToken';
    const [answer] = await strangerAsks(bench.sandbox.url, { method: 'POST', path, body });
    assert.equal(answer?.status, 400);
    assert.doesNotMatch(answer.body, /KGAT_/);
  });

  attack('H5', 'bytes into an upload that is not one’s own', 'sandbox/uploads', async () => {
    const bench = await startBench();
    const ids = ['', '1', '../account', '..%2faccount', 'a'.repeat(24), '__proto__'];
    const answers = await strangerAsks(
      bench.sandbox.url,
      ...ids.map((id) => ({ method: 'PUT', path: `/upload/kaggle-sandbox/o?upload_id=${id}`, body: 'x' })),
    );
    for (const { status } of answers) assert.equal(status, 404);
  });

  attack('local Kaggle', 'its port on another address than 127.0.0.1', 'sandbox/server', async () => {
    const { sandbox } = await startBench();
    const { port, hostname } = new URL(sandbox.url);
    assert.equal(hostname, '127.0.0.1');
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ address }) => address !== '127.0.0.1' && !address.startsWith('fe80'));
    for (const { address, family } of [...others, { address: '127.0.0.2', family: 'IPv4' }])
      await assert.rejects(
        fetch(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`),
        /fetch failed/,
        address,
      );
  });
});

describe('local Kaggle: a page from elsewhere in the user’s browser', () => {
  const post = async (bench: Bench, headers: Record<string, string>): Promise<Response> =>
    (await Visitor.at(bench.sandbox.page)).ask(bench.sandbox.url + asked(), {
      method: 'POST',
      headers,
      body: new URLSearchParams({ answer: 'allow' }),
    });
  for (const [from, headers] of [
    ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:9', 'Sec-Fetch-Site': 'same-site' }],
    ['a page without an origin', { Origin: 'null' }],
    ['a page that hides its origin', {}],
    ['localhost in place of 127.0.0.1', { Origin: 'http://localhost', 'Sec-Fetch-Site': 'cross-site' }],
  ] as const)
    attack('H5', `the yes of the sign-in page sent by ${from}`, 'sandbox/pages', async () => {
      const response = await post(await startBench(), headers);
      assert.deepEqual([response.status, response.headers.get('location')], [403, null]);
    });

  attack(
    'H5',
    'the yes of the sign-in page sent with the right origin, but as a frame of another port',
    'sandbox/pages',
    async () => {
      const bench = await startBench();
      const response = await post(bench, { Origin: bench.sandbox.url, 'Sec-Fetch-Site': 'same-site' });
      assert.deepEqual([response.status, response.headers.get('location')], [403, null]);
    },
  );

  attack('H5', 'a code by the address of the sign-in page alone', 'sandbox/pages', async () => {
    const bench = await startBench();
    const visitor = await Visitor.at(bench.sandbox.page);
    for (const more of ['', '&answer=allow', '&prompt=none']) {
      const response = await visitor.ask(bench.sandbox.url + asked() + more);
      assert.deepEqual([response.status, response.headers.get('location')], [200, null], more);
    }
  });

  attack('H5', 'a yes that is neither yes nor no, and one that is too long', 'sandbox/pages', async () => {
    const bench = await startBench();
    const visitor = await Visitor.at(bench.sandbox.page);
    for (const [body, status] of [
      ['', 400],
      ['answer=ALLOW', 400],
      [`answer=allow&x=${'y'.repeat(5000)}`, 413],
    ] as const) {
      const headers = { ...form, Origin: bench.sandbox.url };
      const response = await visitor.ask(bench.sandbox.url + asked(), { method: 'POST', headers, body });
      assert.deepEqual(
        [response.status, response.headers.get('location')],
        [status, null],
        body.slice(0, 20),
      );
    }
  });

  attack('H5', 'the cookie read by a script, or sent along from another site', ACCESS, async () => {
    const { sandbox } = await startBench();
    for (const address of [sandbox.page, sandbox.openOnce(`${sandbox.url}/`)]) {
      const [cookie = ''] = (await new Visitor().ask(address)).headers.getSetCookie();
      assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Strict/);
    }
  });

  attack('H5', 'the key in what the browser keeps or tells other pages', 'sandbox/pages', async () => {
    const { sandbox } = await startBench();
    const key = new URL(sandbox.page).searchParams.get('key') ?? '';
    const entered = await new Visitor().ask(sandbox.page);
    assert.ok(!(entered.headers.get('location') ?? '').includes(key));
    assert.equal(entered.headers.get('cache-control'), 'no-store');
    assert.equal(entered.headers.get('referrer-policy'), 'same-origin');
    assert.ok(
      !(await (await Visitor.at(sandbox.page)).open(sandbox.page).then((one) => one.text())).includes(key),
    );
  });

  attack(
    'H5',
    'the sign-in page in a frame, or with a form that leads elsewhere',
    'sandbox/pages',
    async () => {
      const bench = await startBench();
      const page = await (await Visitor.at(bench.sandbox.page)).ask(bench.sandbox.url + asked());
      const policy = page.headers.get('content-security-policy') ?? '';
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /form-action 'self' http:\/\/localhost:8123;/);
      assert.match(policy, /^default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'/);
    },
  );

  attack('H5', 'the code sent away from this machine', 'sandbox/authorize', async () => {
    const bench = await startBench();
    const visitor = await Visitor.at(bench.sandbox.page);
    for (const redirect_uri of [
      'https://evil.example/',
      'http://localhost.evil.example/',
      'http://127.0.0.1.evil.example',
      'http://user@localhost:1',
      'http://localhost:1@evil.example',
      'javascript:alert(1)',
      '//evil.example',
      "http://localhost:1; script-src 'unsafe-inline'",
    ]) {
      const response = await visitor.ask(bench.sandbox.url + asked({ redirect_uri }));
      assert.equal(response.status, 400, redirect_uri);
      assert.doesNotMatch(response.headers.get('content-security-policy') ?? '', /evil|unsafe/);
    }
  });

  attack('H5', 'a key that leads the browser away', ACCESS, async () => {
    const { sandbox } = await startBench();
    const key = new URL(sandbox.page).searchParams.get('key') ?? '';
    for (const path of [
      '//evil.example/',
      '/\\evil.example/',
      '/%2f%2fevil.example/',
      'http://evil.example/',
    ]) {
      const [answer] = await strangerAsks(sandbox.url, { path: `${path}?key=${key}` });
      const target = answer?.location ?? sandbox.url;
      assert.equal(new URL(target, sandbox.url).origin, sandbox.url, path);
    }
  });

  attack(
    'local Kaggle',
    'pages and API under a name of one’s own for this machine',
    'sandbox/pages',
    async () => {
      const bench = await furnished();
      const Cookie = await cookieOf(bench);
      const hosts = [
        'evil.example',
        'evil.example:80',
        '127.0.0.1.evil.example',
        '0.0.0.0',
        '169.254.169.254',
      ];
      await closedFor(bench, ...hosts.map((Host) => ({ path: '/', headers: { Host, Cookie } })));
      const [api] = await strangerAsks(bench.sandbox.url, {
        method: 'POST',
        path: '/v1/kernels.KernelsApiService/ListKernels',
        headers: { Host: 'evil.example', Cookie },
        body: '{}',
      });
      assert.equal(api?.status, 401);
    },
  );

  attack('local Kaggle', 'answers read from another site', 'sandbox/server', async () => {
    const bench = await furnished();
    const headers = { Origin: 'https://evil.example', Cookie: await cookieOf(bench) };
    const preflight = {
      ...headers,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    };
    const answers = await strangerAsks(
      bench.sandbox.url,
      { path: '/', headers },
      { method: 'OPTIONS', path: '/v1/kernels.KernelsApiService/ListKernels', headers: preflight },
      { method: 'OPTIONS', path: AUTHORIZE, headers: preflight },
    );
    for (const answer of answers)
      assert.ok(!Object.keys(answer.headers).some((name) => name.startsWith('access-control')), answer.body);
  });

  attack('local Kaggle', 'the API called with the cookie of the pages', 'sandbox/auth', async () => {
    const bench = await furnished();
    const [answer] = await strangerAsks(bench.sandbox.url, {
      method: 'POST',
      path: '/v1/kernels.KernelsApiService/SaveKernel',
      headers: { Cookie: await cookieOf(bench) },
      body: '{}',
    });
    assert.equal(answer?.status, 401);
  });
});

/** A local Kaggle whose folder lies where others may look. */
async function inTheOpen(): Promise<Bench> {
  const bench = await furnished();
  await chmod(dirname(bench.folder), 0o755);
  return bench;
}

async function allPaths(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).map((name) => join(folder, name));
}

/** What has other modes than its user's own; the lock belongs to the base, and says nothing. */
async function openPaths(folder: string): Promise<string[]> {
  const open: string[] = [];
  for (const path of [folder, ...(await allPaths(folder))]) {
    const { mode } = await lstat(path);
    if ((mode & 0o077) !== 0 && !path.startsWith(join(folder, 'lock'))) open.push(path);
  }
  return open;
}

/** Starts the sandbox of the bench again; it must be refused. */
async function refusedStart(bench: Bench): Promise<string> {
  const error: unknown = await bench.restart().then(
    () => assert.fail('it started'),
    (reason: unknown) => reason,
  );
  assert.ok(isUserError(error, 'file-unreadable'), String(error));
  return error.title;
}

describe('local Kaggle: another user of the machine, in its folder', () => {
  if (canBeStranger) {
    for (const [what, where] of [
      ['the folder', ''],
      ['the account with key, token and secret', 'account.json'],
      ['the uploaded sources', 'blobs'],
      ['the notebooks', 'kernels'],
      ['the tokens', 'tokens'],
      ['the logs', 'logs'],
    ] as const)
      attack('H5', `${what} read from the disk`, FILES, async () => {
        const bench = await inTheOpen();
        const place = join(bench.folder, where);
        const paths = where === '' || where.includes('.') ? [place] : [place, ...(await allPaths(place))];
        for (const read of await strangerReads(...paths)) assert.equal(read, 'EACCES');
      });
  }

  attack('H5', 'files made while everything is open to all (umask 0)', FILES, async () => {
    const before = process.umask(0);
    try {
      const bench = await inTheOpen();
      const finish = holdNotebooks(bench, (log) => log('so far\n'));
      await push(bench, 'Other kernel');
      await untilStatus(bench, 'other-kernel', ['RUNNING']);
      await until(
        () => readdir(join(bench.folder, 'logs')),
        (names) => names.length > 0,
      );
      await bench.call('blobs.BlobApiService/StartBlobUpload', {
        type: 'DATASET',
        name: 'half',
        contentLength: 10,
        lastModifiedEpochSeconds: 1,
      });
      assert.deepEqual(await openPaths(bench.folder), []);
      finish();
      await untilStatus(bench, 'other-kernel', ['COMPLETE']);
    } finally {
      process.umask(before);
    }
  });

  attack('H5', 'the folder of an earlier version, open to all', FILES, async () => {
    const bench = await inTheOpen();
    await bench.sandbox.close();
    for (const path of [bench.folder, ...(await allPaths(bench.folder))])
      await chmod(path, (await lstat(path)).isDirectory() ? 0o755 : 0o644);
    await bench.restart();
    assert.deepEqual(await openPaths(bench.folder), []);
  });

  attack('H5', 'a link in place of the folder', FILES, async () => {
    const bench = await startBench();
    await bench.sandbox.close();
    const elsewhere = await tempFolder();
    await rename(bench.folder, join(elsewhere, 'moved'));
    await symlink(join(elsewhere, 'moved'), bench.folder);
    assert.match(await refusedStart(bench), /is a link/);
  });

  attack('H5', 'a link to nothing in place of the folder', FILES, async () => {
    const bench = await startBench();
    await bench.sandbox.close();
    const elsewhere = await tempFolder();
    await rename(bench.folder, join(elsewhere, 'moved'));
    await symlink(join(elsewhere, 'not-there'), bench.folder);
    assert.match(await refusedStart(bench), /is not a folder/);
    assert.deepEqual(await readdir(elsewhere), ['moved']);
  });

  for (const [name, isFile] of [
    ['blobs', false],
    ['logs', false],
    ['account.json', true],
  ] as const)
    attack('H5', `a link in place of ${name}, through which is written`, FILES, async () => {
      const bench = await startBench();
      await bench.sandbox.close();
      const elsewhere = await tempFolder({ 'victim/file': 'untouched' });
      const victim = join(elsewhere, 'victim');
      await chmod(victim, 0o755);
      await rename(join(bench.folder, name), join(elsewhere, 'was'));
      await symlink(isFile ? join(victim, 'file') : victim, join(bench.folder, name));
      assert.match(await refusedStart(bench), new RegExp(`${name} is a link`));
      assert.deepEqual(await readdir(victim), ['file']);
      assert.equal((await lstat(victim)).mode & 0o777, 0o755);
      assert.equal(await readFile(join(victim, 'file'), 'utf8'), 'untouched');
    });

  if (canBeStranger) {
    attack('H5', 'a folder that another user has prepared', FILES, async () => {
      const bench = await startBench();
      await bench.sandbox.close();
      await chown(bench.folder, 65534, 65534);
      assert.match(await refusedStart(bench), /belongs to another user/);
    });

    attack('H5', 'an account that another user has put into the folder', FILES, async () => {
      const bench = await startBench();
      await bench.sandbox.close();
      await chown(join(bench.folder, 'account.json'), 65534, 65534);
      assert.match(await refusedStart(bench), /account\.json belongs to another user/);
    });

    attack('H5', 'the key out of what the process was started with', ACCESS, async () => {
      const bench = await startBench();
      const key = new URL(bench.sandbox.page).searchParams.get('key') ?? '';
      const text = await asStranger(
        "process.stdout.write(require('node:fs').readFileSync(`/proc/${process.argv[1]}/cmdline`, 'utf8'))",
        String(process.pid),
      );
      assert.ok(text.includes('mocha'));
      for (const secret of [key, ...Object.values(bench.sandbox.credentials).slice(1)])
        assert.ok(!text.includes(secret));
    });
  }
});

describe('local Kaggle: addresses, names and archives', () => {
  for (const path of [
    '/../../etc/passwd',
    '/..%2f..%2faccount.json',
    `/code/..%2f..%2f/account.json`,
    '/storage/blob/..%2f..%2faccount.json/x',
    '/sandbox/..%2faccount.json',
    '/datasets/%2e%2e/%2e%2e/account.json',
  ])
    attack('local Kaggle', `a file of the folder by ${path}`, 'sandbox/answers', async () => {
      const bench = await startBench();
      const Cookie = await cookieOf(bench);
      const [answer] = await strangerAsks(bench.sandbox.url, { path, headers: { Cookie } });
      assert.ok([400, 403, 404].includes(answer?.status ?? 0), String(answer?.status));
      assert.doesNotMatch(answer?.body ?? '', /root:|signingSecret|KGAT_/);
    });

  const download = async (bench: Bench): Promise<string> => {
    const { headers } = await bench.post('competitions.CompetitionApiService/DownloadDataFile', {
      competitionName: COMPETITION,
      fileName: 'train.csv',
    });
    return headers.get('location') ?? '';
  };

  attack('local Kaggle', 'another file by a changed name in a signed link', 'sandbox/storage', async () => {
    const bench = await startBench();
    const url = await download(bench);
    const changes = [
      url.replace('train.csv', 'test.csv'),
      url.replace('train.csv', '..%2fhidden%2fsolution.csv'),
      url.replace('/competition/', '/blob/'),
      url.replace(/Expires=\d+/, 'Expires=99999999999999'),
      url.replace(/Signature=.*/, 'Signature='),
      url.split('?')[0] ?? '',
    ];
    for (const changed of changes) {
      assert.notEqual(changed, url);
      const response = await fetch(changed);
      assert.equal(response.status, 403, changed);
      assert.doesNotMatch(await response.text(), /Private|Public/);
    }
  });

  attack('local Kaggle', 'a signed link when it is over', 'sandbox/storage', async () => {
    const bench = await startBench();
    const url = await download(bench);
    bench.clock.time += 2 * 3600_000;
    assert.equal((await fetch(url)).status, 400);
  });

  attack('local Kaggle', 'the hidden solution by name', 'sandbox/competition', async () => {
    const bench = await startBench();
    for (const fileName of [
      'solution.csv',
      '../hidden/solution.csv',
      'hidden/solution.csv',
      '..\\hidden\\solution.csv',
      '/etc/passwd',
    ])
      assert.equal(
        (
          await bench.refused('competitions.CompetitionApiService/DownloadDataFile', {
            competitionName: COMPETITION,
            fileName,
          })
        ).http,
        404,
        fileName,
      );
  });

  attack('local Kaggle', 'a file outside by the name of an upload', 'sandbox/rpc/rpc', async () => {
    const bench = await startBench();
    const before = (await allPaths(dirname(bench.folder))).filter((path) => !path.startsWith(bench.folder));
    for (const [index, name] of ['../evil', '/evil', 'a/../../evil', '..\\evil', '..', 'x\0y'].entries()) {
      const response = await bench.post('blobs.BlobApiService/StartBlobUpload', {
        type: 'DATASET',
        name,
        contentLength: 1,
        lastModifiedEpochSeconds: 1,
      });
      if (response.status !== 200) continue;
      const { createUrl, token } = (await response.json()) as { createUrl: string; token: string };
      await fetch(createUrl, { method: 'PUT', body: 'x' });
      await bench.post('datasets.DatasetApiService/CreateDataset', {
        ownerSlug: USER,
        slug: `evil-${index}`,
        title: `evil-${index}`,
        licenseName: 'CC0-1.0',
        isPrivate: true,
        files: [{ token }],
      });
      await bench.post('datasets.DatasetApiService/ListDatasetFiles', {
        ownerSlug: USER,
        datasetSlug: `evil-${index}`,
      });
    }
    const after = (await allPaths(dirname(bench.folder))).filter((path) => !path.startsWith(bench.folder));
    assert.deepEqual(after, before);
    assert.ok(
      !(await allPaths(bench.folder)).some((path) => path.includes('evil') && !path.includes('datasets/')),
    );
  });

  /** The names of the files that a dataset of this archive has. */
  const namesOf = async (bench: Bench, name: string, content: Buffer): Promise<string[]> => {
    await makeDataset(bench, 'sneaky', { [name]: content });
    await untilDataset(bench, 'sneaky', ['READY', 'FAILED']);
    const answer = await bench.call('datasets.DatasetApiService/ListDatasetFiles', {
      ownerSlug: USER,
      datasetSlug: 'sneaky',
    });
    return ((answer['datasetFiles'] ?? answer['files'] ?? []) as { name: string }[]).map((file) => file.name);
  };

  for (const [what, name, content] of [
    [
      'a zip with .. in a name',
      'a.zip',
      () => zipOf({ name: '../../evil', content: 'x' }, { name: 'good', content: 'y' }),
    ],
    ['a tar with .. in a name', 'a.tar', () => tarOf({ '../../evil': 'x', good: 'y' })],
    ['a tar with a link to the account', 'a.tar', () => tarOf({ link: '-> ../../account.json', good: 'y' })],
    [
      'a tar that writes through its own link',
      'a.tar',
      () => tarOf({ d: '-> /tmp', 'd/evil': 'x', good: 'y' }),
    ],
  ] as const)
    attack('local Kaggle', `a file outside by ${what}`, 'sandbox/archive', async () => {
      const bench = await startBench();
      const names = await namesOf(bench, name, await content());
      for (const each of names) assert.doesNotMatch(each, /\.\.|^\/|link/);
      const outside = await allPaths(dirname(bench.folder));
      assert.ok(!outside.some((path) => path.endsWith('/evil')), names.join());
      await assert.rejects(lstat('/tmp/evil'), /ENOENT/);
    });

  const XSS = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;
  for (const [what, pages] of [
    [
      'the title of a notebook and a file name',
      async (bench: Bench) => {
        await makeDataset(bench, 'some-pack', { '<img src=x onerror=alert(1)>': 'x' });
        bench.notebook = ({ log }) => {
          log(`${XSS}\n`);
          return { outputs: { '<script>alert(1)<%2fscript>': 'x' } };
        };
        await push(bench, 'Demo kernel', { newTitle: `Demo ${XSS}`, slug: `${USER}/demo-kernel` }).catch(
          () => undefined,
        );
        await push(bench, 'Demo kernel');
        await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
        return ['/', `/datasets/${USER}/some-pack`, `/code/${USER}/demo-kernel`];
      },
    ],
    ['the code page', () => Promise.resolve([`/account/api/oauth/token?code=${encodeURIComponent(XSS)}`])],
    [
      'query and path',
      () =>
        Promise.resolve([
          `/?reload=${encodeURIComponent(XSS)}&x=${encodeURIComponent(XSS)}`,
          `/a/${encodeURIComponent(XSS)}`,
        ]),
    ],
    [
      'what a sign-in asks for',
      () =>
        Promise.resolve([asked({ state: XSS, scope: XSS, client_id: XSS }), asked({ redirect_uri: XSS })]),
    ],
  ] as const)
    attack('local Kaggle', `a script by ${what}`, 'sandbox/page/html', async () => {
      const bench = await startBench();
      const paths = await pages(bench);
      const visitor = await Visitor.at(bench.sandbox.page);
      for (const path of paths) {
        const response = await visitor.open(bench.sandbox.url + path);
        assert.match(
          response.headers.get('content-security-policy') ?? '',
          /^default-src 'none'; style-src 'self'/,
        );
        assert.doesNotMatch(await response.text(), /<script|<img/i, path);
      }
    });

  attack(
    'local Kaggle',
    'a record of another form in place of the account',
    'sandbox/collection',
    async () => {
      const bench = await startBench();
      await bench.sandbox.close();
      await writeFile(join(bench.folder, 'account.json'), '{"signingSecret":""}', { mode: 0o600 });
      assert.match(await refusedStart(bench), /is not a record/);
    },
  );

  attack('local Kaggle', 'methods of objects in place of methods of the API', 'sandbox/server', async () => {
    const bench = await startBench();
    const paths = ['__proto__/toString', 'constructor/constructor', 'kernels.KernelsApiService/constructor'];
    for (const path of paths) assert.equal((await bench.refused(path)).http, 404, path);
  });

  attack('H5', 'a folder full of links where the archive is kept while it comes in', FILES, async () => {
    const bench = await startBench();
    await bench.sandbox.close();
    const elsewhere = await tempFolder({ 'victim/file': 'untouched' });
    await mkdir(join(bench.folder, 'blobs', 'ab'), { recursive: true });
    await symlink(join(elsewhere, 'victim'), join(bench.folder, 'blobs', 'ab', 'cd'));
    assert.match(await refusedStart(bench), /is a link/);
    assert.deepEqual(await readdir(join(elsewhere, 'victim')), ['file']);
    await upload(await startBench(), 'ok', 'x');
  });
});
