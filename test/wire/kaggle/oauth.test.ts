import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { systemClock } from '../../../src/base/abort.ts';
import { isCancelled } from '../../../src/base/errors.ts';
import { type SignInOptions, signInWithBrowser, signInWithCode } from '../../../src/kaggle/oauth/sign-in.ts';
import { signOut } from '../../../src/kaggle/oauth/sign-out.ts';
import { readSignIn } from '../../../src/kaggle/oauth/stored-sign-in.ts';
import { namesIn, userErrorOf, useSetup } from './setup.ts';

const NOW = Date.parse('2026-08-01T00:00:00Z');
const confirm = (): Promise<boolean> => Promise.resolve(true);

/** What `users` and tests share: a fake Kaggle, and the file that a sign-in is kept in. */
function useSignIn() {
  const setup = useSetup();
  const path = () => join(setup().folder, '.kaggle', 'credentials.json');
  const write = async (more: object = {}) => {
    await mkdir(join(setup().folder, '.kaggle'), { recursive: true });
    const content = {
      refresh_token: 'refresh-canary',
      access_token: 'KGAT_old-canary',
      access_token_expiration: '2026-08-01T06:00:00+00:00',
      username: 'ann',
      scopes: ['resources.admin:*'],
      ...more,
    };
    await writeFile(path(), JSON.stringify(content), { mode: 0o600 });
  };
  const read = async () => JSON.parse(await readFile(path(), 'utf8')) as Record<string, unknown>;
  return { setup, path, write, read };
}

describe('a sign-in by the browser, in use', () => {
  const { setup, path, write, read } = useSignIn();

  const connect = async () => {
    const signIn = await readSignIn(path());
    assert.ok(signIn);
    return setup().connect({ credentials: { kind: 'oauth', signIn, source: path() } });
  };
  const generated = { json: { token: 'KGAT_new-canary', expiresIn: 43200, userName: 'ann', userId: 7 } };
  const COMPETITION = { json: { title: 'Demo' } };

  it('sends its access token while that is good, and asks nobody for the name', async () => {
    const { fake, signal } = setup();
    await write();
    fake.on('GetCompetition', COMPETITION);
    const client = await connect();
    assert.equal(await client.account.whoAmI(signal), 'ann');
    await client.competitions.get('demo', signal);
    assert.deepEqual(
      fake.requests.map(({ headers }) => headers.authorization),
      ['Bearer KGAT_old-canary'],
    );
  });

  const stale: Readonly<Record<string, object>> = {
    'has been over for long': { access_token_expiration: '2026-07-31T00:00:00+00:00' },
    'is over since a minute': { access_token_expiration: '2026-07-31T23:59:00+00:00' },
    'is missing': { access_token: '', access_token_expiration: '' },
    'is good until nobody knows when': { access_token_expiration: null },
  };
  for (const [name, more] of Object.entries(stale)) {
    it(`replaces an access token that ${name}, without a credential, and keeps the new one`, async () => {
      const { fake, signal } = setup();
      await write(more);
      fake.on('GenerateAccessToken', generated).on('GetCompetition', COMPETITION);
      const client = await connect();
      await Promise.all([client.competitions.get('demo', signal), client.competitions.get('demo', signal)]);
      const [asked] = fake.calls('GenerateAccessToken');
      assert.equal(fake.calls('GenerateAccessToken').length, 1);
      assert.equal(asked?.path, '/v1/users.AccountService/GenerateAccessToken');
      assert.equal(asked.headers.authorization, undefined);
      assert.deepEqual(asked.json, {
        refreshToken: 'refresh-canary',
        apiVersion: 'API_VERSION_V1',
        expirationDuration: '43200s',
      });
      for (const { headers } of fake.calls('GetCompetition'))
        assert.equal(headers.authorization, 'Bearer KGAT_new-canary');
      assert.deepEqual(await read(), {
        refresh_token: 'refresh-canary',
        access_token: 'KGAT_new-canary',
        access_token_expiration: '2026-08-01T12:00:00+00:00',
        username: 'ann',
        scopes: ['resources.admin:*'],
      });
      assert.equal((await stat(path())).mode & 0o777, 0o600);
      assert.deepEqual(await namesIn(join(setup().folder, '.kaggle')), ['credentials.json']);
    });
  }

  it('replaces an access token that Kaggle refuses before its time, once', async () => {
    const { fake, signal } = setup();
    await write();
    const refused = { status: 401, json: { code: 401, message: 'Unauthenticated' } };
    fake.on('GenerateAccessToken', generated).on('GetCompetition', refused, COMPETITION);
    assert.equal((await (await connect()).competitions.get('demo', signal)).title, 'Demo');
    fake.on('GetCompetition', refused);
    const error = await userErrorOf(
      (await connect()).competitions.get('demo', signal),
      'kaggle-unauthorized',
    );
    assert.ok(error.title.includes(path()));
    assert.equal(fake.calls('GenerateAccessToken').length, 2);
  });

  it('that Kaggle refuses serves each of the calls that were on their way with the old one', async () => {
    const { fake, signal } = setup();
    await write();
    const refused = { status: 401, json: { code: 401, message: 'Unauthenticated' } };
    fake.on('GenerateAccessToken', generated).on('GetCompetition', refused, COMPETITION);
    const client = await connect();
    const done = new EventEmitter();
    const whenTheOtherIsDone = async () => {
      await once(done, 'done');
      return refused;
    };
    fake.on('ListSubmissions', whenTheOtherIsDone, { json: { submissions: [] } });
    const second = client.submissions.list('demo', signal);
    while (fake.calls('ListSubmissions').length === 0) await new Promise(setImmediate);
    const competition = await client.competitions.get('demo', signal);
    done.emit('done');
    const submissions = await second;
    assert.equal(competition.title, 'Demo');
    assert.deepEqual(submissions, []);
    assert.equal(fake.calls('GenerateAccessToken').length, 1);
  });

  it('that is over says so, and how to sign in again', async () => {
    const { fake, signal } = setup();
    for (const status of [400, 401, 403, 404]) {
      await write({ access_token: '' });
      fake.on('GenerateAccessToken', { status, json: { code: status, message: 'revoked' } });
      const error = await userErrorOf(
        (await connect()).competitions.get('demo', signal),
        'kaggle-unauthorized',
      );
      assert.ok(error.title.includes(path()));
      assert.equal(error.actions[0].command, 'login');
    }
    assert.equal(fake.calls('GetCompetition').length, 0);
  });

  it('goes on with a new token that cannot be kept, and notes it', async () => {
    const { fake, signal, log } = setup();
    await write({ access_token: '' });
    fake.on('GenerateAccessToken', generated).on('GetCompetition', COMPETITION);
    const client = await connect();
    await writeFile(`${path()}-aside`, '');
    const signIn = await readSignIn(path());
    assert.ok(signIn);
    // The folder is a file: nothing can be written there.
    const nowhere = join(`${path()}-aside`, 'credentials.json');
    const lost = setup().connect({ credentials: { kind: 'oauth', signIn, source: nowhere } });
    await lost.competitions.get('demo', signal);
    assert.ok(log.lines.some((line) => line.includes(nowhere)));
    await client.competitions.get('demo', signal);
  });

  it('is in no error, log or inspection, whatever Kaggle echoes', async () => {
    const { fake, signal, log } = setup();
    for (const [status, more] of [
      [400, {}],
      [400, { access_token: '' }],
      [500, { access_token: '' }],
    ] as const) {
      await write(more);
      fake.onPath('/', ({ headers, body }) => ({
        status,
        json: { message: `${headers.authorization ?? ''} ${body.toString('utf8')}` },
      }));
      const client = await connect();
      const error: unknown = await client.competitions.get('demo', signal).catch((reason: unknown) => reason);
      const told = inspect([error, client, log.lines], { depth: Infinity, showHidden: true });
      assert.ok(!told.includes('canary'), told);
    }
  });
});

describe('signing in by the browser', () => {
  const { setup, path, read } = useSignIn();

  const options = (more: Partial<SignInOptions> = {}): SignInOptions => {
    const { fake, log } = setup();
    return {
      apiUrl: fake.url,
      fetch,
      clock: { ...systemClock, now: () => NOW },
      logger: log,
      userAgent: 'test',
      path: path(),
      ...more,
    };
  };
  const tokens = {
    json: {
      accessToken: 'KGAT_first',
      refreshToken: 'refresh-1',
      tokenType: 'Bearer',
      expiresIn: 43200,
      username: 'ann',
      userId: 7,
      scope: 'resources.admin:*',
    },
  };
  /** A browser whose person agrees at once. */
  const browser = (query: (opened: URL) => Record<string, string>) => {
    const seen: { opened?: URL; status?: number; page?: string } = {};
    const openBrowser = async (entrance: string): Promise<void> => {
      const { headers } = await fetch(entrance, { redirect: 'manual' });
      seen.opened = new URL(headers.get('location') ?? '');
      const back = new URL(seen.opened.searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams(query(seen.opened)).toString();
      const answer = await fetch(back);
      seen.status = answer.status;
      seen.page = await answer.text();
    };
    return { seen, openBrowser };
  };
  const agreeing = () =>
    browser((opened) => ({ code: 'code-canary', state: opened.searchParams.get('state') ?? '' }));

  it('opens Kaggle’s page, takes the code that comes back, and keeps the tokens', async () => {
    const { fake, signal } = setup();
    fake.on('ExchangeOAuthToken', tokens);
    const { seen, openBrowser } = agreeing();
    assert.deepEqual(await signInWithBrowser(options(), { openBrowser, confirm }, signal), {
      username: 'ann',
      path: path(),
    });
    const { opened } = seen;
    assert.ok(opened);
    assert.equal(opened.origin + opened.pathname, `${fake.url}/api/v1/oauth2/authorize`);
    const {
      state = '',
      code_challenge: challenge = '',
      redirect_uri: back = '',
      ...rest
    } = Object.fromEntries(opened.searchParams);
    assert.deepEqual(rest, {
      response_type: 'code',
      client_id: 'kagglesdk',
      scope: 'resources.admin:*',
      code_challenge_method: 'S256',
      response_mode: 'query',
    });
    assert.match(state, /^[0-9a-f-]{36}$/);
    assert.match(back, /^http:\/\/localhost:(8\d{3}|9000)$/);
    const sent = fake.calls('ExchangeOAuthToken')[0];
    assert.equal(sent?.path, '/v1/security.OAuthService/ExchangeOAuthToken');
    assert.equal(sent.headers.authorization, undefined);
    const { codeVerifier, ...others } = sent.json as Record<string, string>;
    assert.deepEqual(others, { code: 'code-canary', grantType: 'authorization_code' });
    assert.match(codeVerifier ?? '', /^[A-Za-z0-9._~-]{43,128}$/);
    const hash = createHash('sha256').update(codeVerifier ?? '');
    assert.equal(`${hash.digest('base64url')}=`, challenge, 'as the official client pads it');
    assert.deepEqual(await read(), {
      refresh_token: 'refresh-1',
      access_token: 'KGAT_first',
      access_token_expiration: '2026-08-01T12:00:00+00:00',
      username: 'ann',
      scopes: ['resources.admin:*'],
    });
    assert.equal((await stat(path())).mode & 0o777, 0o600);
    assert.equal(seen.status, 200);
    assert.ok(!seen.page?.includes('canary'));
  });

  it('is not the same twice', async () => {
    const { fake, signal } = setup();
    fake.on('ExchangeOAuthToken', tokens);
    const visits = [agreeing(), agreeing()];
    for (const { openBrowser } of visits)
      await signInWithBrowser(options(), { openBrowser, confirm }, signal);
    const [one, other] = visits.map(({ seen }) => seen.opened?.searchParams);
    for (const name of ['state', 'code_challenge']) assert.notEqual(one?.get(name), other?.get(name));
  });

  it('asks for the name where the answer does not tell it', async () => {
    const { fake, signal } = setup();
    fake.on('ExchangeOAuthToken', { json: { ...tokens.json, username: '' } });
    fake.on('IntrospectToken', { json: { active: true, username: 'bob' } });
    const { openBrowser } = agreeing();
    assert.equal((await signInWithBrowser(options(), { openBrowser, confirm }, signal)).username, 'bob');
    assert.equal(fake.calls('IntrospectToken')[0]?.headers.authorization, 'Bearer KGAT_first');
  });

  it('goes to the site that is set', async () => {
    const { fake, signal } = setup();
    fake.on('ExchangeOAuthToken', tokens);
    const { seen, openBrowser } = agreeing();
    await signInWithBrowser(
      options({ siteUrl: 'http://localhost:1/site/' }),
      { openBrowser, confirm },
      signal,
    );
    assert.equal(seen.opened?.href.split('?')[0], 'http://localhost:1/site/api/v1/oauth2/authorize');
  });

  it('turns away who brings another state, and waits on', async () => {
    const { fake, signal } = setup();
    fake.on('ExchangeOAuthToken', tokens);
    const { openBrowser } = agreeing();
    let foreign = 0;
    const both = async (entrance: string, url: string): Promise<void> => {
      const back = new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code: 'stolen', state: 'guessed' }).toString();
      foreign = (await fetch(back)).status;
      await openBrowser(entrance);
    };
    await signInWithBrowser(options(), { openBrowser: both, confirm }, signal);
    assert.equal(foreign, 400);
    assert.equal((fake.calls('ExchangeOAuthToken')[0]?.json as { code: string }).code, 'code-canary');
  });

  it('that the person refuses is sign-in-failed, and keeps nothing', async () => {
    const { signal } = setup();
    const { openBrowser } = browser((opened) => ({
      error: 'access_denied',
      state: opened.searchParams.get('state') ?? '',
    }));
    const work = signInWithBrowser(options(), { openBrowser, confirm }, signal);
    const error = await userErrorOf(work, 'sign-in-failed');
    assert.match(error.title, /access_denied/);
    assert.equal(error.actions[0].command, 'login');
    await assert.rejects(stat(path()), /ENOENT/);
  });

  for (const status of [400, 401, 403, 404]) {
    it(`whose code Kaggle does not take (${status}) is sign-in-failed without the code`, async () => {
      const { fake, signal } = setup();
      fake.on('ExchangeOAuthToken', ({ body }) => ({
        status,
        json: { code: status, message: body.toString('utf8') },
      }));
      const { openBrowser } = agreeing();
      const error = await userErrorOf(
        signInWithBrowser(options(), { openBrowser, confirm }, signal),
        'sign-in-failed',
      );
      const { codeVerifier } = fake.calls('ExchangeOAuthToken')[0]?.json as { codeVerifier: string };
      const told = inspect(error, { depth: Infinity });
      assert.ok(!told.includes('code-canary') && !told.includes(codeVerifier), told);
      assert.equal(fake.calls('ExchangeOAuthToken').length, 1);
    });
  }

  it('exchanges the code once, even when the answer is lost', async () => {
    const { fake, signal } = setup();
    fake.on('ExchangeOAuthToken', { cutAfter: 0 });
    const { openBrowser } = agreeing();
    await userErrorOf(signInWithBrowser(options(), { openBrowser, confirm }, signal), 'kaggle-unreachable');
    assert.equal(fake.calls('ExchangeOAuthToken').length, 1);
  });

  it('without tokens in the answer is kaggle-answer', async () => {
    const { fake, signal } = setup();
    fake.on('ExchangeOAuthToken', { json: { accessToken: 'KGAT_x' } });
    const { openBrowser } = agreeing();
    await userErrorOf(signInWithBrowser(options(), { openBrowser, confirm }, signal), 'kaggle-answer');
  });

  it('takes the next port when one is in use', async () => {
    const { fake, signal } = setup();
    fake.on('ExchangeOAuthToken', tokens);
    const taken: Server = createServer();
    taken.listen(8500, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const { seen, openBrowser } = agreeing();
      const random = (): number => 500 / 1001;
      await signInWithBrowser(options({ random }), { openBrowser, confirm }, signal);
      assert.notEqual(seen.opened?.searchParams.get('redirect_uri'), 'http://localhost:8500');
    } finally {
      taken.close();
    }
  });

  it('can be cancelled while the person is in the browser, and frees its port', async () => {
    const controller = new AbortController();
    let back = '';
    const openBrowser = (_: string, url: string): Promise<void> => {
      back = new URL(url).searchParams.get('redirect_uri') ?? '';
      controller.abort();
      return Promise.resolve();
    };
    await assert.rejects(
      signInWithBrowser(options(), { openBrowser, confirm }, controller.signal),
      isCancelled,
    );
    await assert.rejects(fetch(back), /fetch failed/);
  });

  it('ends when nobody comes back', async () => {
    const { clock, signal } = setup();
    const openBrowser = (): Promise<void> => Promise.resolve();
    const work = signInWithBrowser(options({ clock }), { openBrowser, confirm }, signal);
    await userErrorOf(work, 'sign-in-failed');
    assert.deepEqual(clock.sleeps, [15 * 60_000]);
  });
});

describe('signing in with a code', () => {
  const { setup, path, read } = useSignIn();
  const options = (): SignInOptions => {
    const { fake, log } = setup();
    return { apiUrl: fake.url, fetch, clock: systemClock, logger: log, userAgent: 'test', path: path() };
  };

  it('shows the address and takes the code that the person brings', async () => {
    const { fake, signal } = setup();
    const answer = { accessToken: 'KGAT_a', refreshToken: 'r', expiresIn: '3600', username: 'ann' };
    fake.on('ExchangeOAuthToken', { json: answer });
    let shown = new URL('http://none');
    const prompt = (url: string): Promise<string> => {
      shown = new URL(url);
      return Promise.resolve(' code-1\n');
    };
    assert.equal((await signInWithCode(options(), { prompt, confirm }, signal)).username, 'ann');
    assert.equal(shown.searchParams.get('redirect_uri'), `${fake.url}/account/api/oauth/token`);
    assert.equal((fake.calls('ExchangeOAuthToken')[0]?.json as { code: string }).code, 'code-1');
    assert.equal((await read())['access_token'], 'KGAT_a');
  });

  it('is cancelled by giving none', async () => {
    for (const code of [undefined, '', ' \n']) {
      const prompt = (): Promise<string | undefined> => Promise.resolve(code);
      await assert.rejects(signInWithCode(options(), { prompt, confirm }, setup().signal), isCancelled);
    }
    assert.equal(setup().fake.requests.length, 0);
  });
});

describe('signing out', () => {
  const { setup, path, write } = useSignIn();
  const leave = () => {
    const { fake, log, clock, signal } = setup();
    const options = { apiUrl: fake.url, fetch, clock, logger: log, userAgent: 'test', path: path() };
    return signOut(options, signal);
  };
  const gone = () => assert.rejects(stat(path()), /ENOENT/);

  it('ends the tokens at Kaggle and forgets them here', async () => {
    const { fake } = setup();
    await write();
    fake.on('ExpireApiToken', { json: {} });
    assert.equal(await leave(), 'signed-out');
    const [sent] = fake.calls('ExpireApiToken');
    assert.equal(sent?.path, '/v1/users.AccountService/ExpireApiToken');
    assert.equal((sent.json as { token: string }).token, 'refresh-canary');
    assert.notEqual((sent.json as { reason: string }).reason, '');
    await gone();
  });

  it('is as good when the tokens are over already', async () => {
    const { fake } = setup();
    for (const status of [401, 404]) {
      await write();
      fake.on('ExpireApiToken', { status }).on('GenerateAccessToken', { status });
      assert.equal(await leave(), 'signed-out');
      await gone();
    }
  });

  it('forgets them here when Kaggle cannot be told, and says that', async () => {
    const { fake } = setup();
    for (const reply of [{ cutAfter: 0 }, { status: 500 }, { status: 400, json: { message: 'no' } }]) {
      await write();
      fake.on('ExpireApiToken', reply);
      assert.equal(await leave(), 'removed');
      await gone();
    }
  });

  it('removes a file that cannot be read', async () => {
    await write();
    await writeFile(path(), 'nonsense');
    assert.equal(await leave(), 'removed');
    await gone();
  });

  it('does nothing where nobody is signed in', async () => {
    assert.equal(await leave(), 'nobody');
    assert.equal(setup().fake.requests.length, 0);
  });
});
