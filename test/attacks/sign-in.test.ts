import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { isCancelled } from '../../src/base/errors.ts';
import { systemClock } from '../../src/base/abort.ts';
import { openBrowser as openWithProgram } from '../../src/cli/open-browser.ts';
import { runProgram } from '../../src/cli/program.ts';
import { createCore } from '../../src/core/core.ts';
import { listenForCode, type Loopback } from '../../src/kaggle/oauth/loopback.ts';
import { type SignInOptions, signInWithBrowser, signInWithCode } from '../../src/kaggle/oauth/sign-in.ts';
import { strangerAsks, strangerListens, type StrangerRequest } from '../support/other-user.ts';
import { tempFolder } from '../support/temp.ts';
import { useSetup, userErrorOf } from '../wire/kaggle/setup.ts';
import { attack } from './attack.ts';

const LOOPBACK = 'kaggle/oauth/loopback';
const SIGN_IN = 'kaggle/oauth/sign-in';
const FIRST_PORT = 8000;
const PORTS = 1001;

const portOf = ({ redirectUri }: Pick<Loopback, 'redirectUri'>): number => Number(new URL(redirectUri).port);

async function listeningOn(port: number, host: string): Promise<Server> {
  const server = createServer((_, response) => response.end('stolen'));
  server.listen({ port, host, ipv6Only: host === '::1' });
  await once(server, 'listening');
  return server;
}

/** A port that is free on both addresses just now, and what makes the sign-in try it first. */
async function freePort(): Promise<{ port: number; random: () => number }> {
  const loopback = await listenForCode('s', Math.random);
  const port = portOf(loopback);
  await loopback.close();
  return { port, random: () => (port - FIRST_PORT + 0.5) / PORTS };
}

describe('sign-in: another user of the machine, at its port', () => {
  let open: Loopback[] = [];
  afterEach(async () => {
    await Promise.all(open.map((loopback) => loopback.close()));
    open = [];
  });
  const listen = async (random: () => number = Math.random): Promise<Loopback> => {
    const loopback = await listenForCode('the-state', random);
    open.push(loopback);
    return loopback;
  };

  for (const host of ['::1', '127.0.0.1'] as const)
    attack('L2', `a program that has the port on ${host} before`, LOOPBACK, async () => {
      const { port, random } = await freePort();
      const stranger = await listeningOn(port, host);
      try {
        const loopback = await listen(random);
        assert.notEqual(portOf(loopback), port);
      } finally {
        stranger.close();
      }
    });

  for (const hosts of [['::1'], ['127.0.0.1'], ['0.0.0.0', '::']] as const)
    attack('L2', `a program that takes the port on ${hosts.join(' and ')} afterwards`, LOOPBACK, async () => {
      const loopback = await listen();
      const outcomes = await strangerListens(portOf(loopback), ...hosts);
      assert.deepEqual(
        outcomes,
        hosts.map(() => 'EADDRINUSE'),
      );
    });

  attack('L2', 'the browser that asks ::1 in place of 127.0.0.1', LOOPBACK, async () => {
    const loopback = await listen();
    for (const host of ['[::1]', '127.0.0.1', 'localhost']) {
      const response = await fetch(`http://${host}:${portOf(loopback)}/?state=wrong&code=x`);
      assert.equal(response.status, 400, host);
      assert.match(await response.text(), /not the sign-in that is waited for/);
    }
  });

  attack('sign-in', 'the port from another address than loopback', LOOPBACK, async () => {
    const loopback = await listen();
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, address }) => !internal && !address.startsWith('fe80'));
    for (const { address, family } of [...others, { address: '127.0.0.2', family: 'IPv4' }])
      await assert.rejects(
        fetch(`http://${family === 'IPv6' ? `[${address}]` : address}:${portOf(loopback)}/`),
        /fetch failed/,
        address,
      );
  });

  /** Asks for these; none is the sign-in that is waited for, and it is waited on. */
  const turnedAway = async (...requests: readonly StrangerRequest[]): Promise<void> => {
    const loopback = await listen();
    const entrance = loopback.entrance('https://www.kaggle.com/where?state=the-state');
    for (const answer of await strangerAsks(`http://127.0.0.1:${portOf(loopback)}`, ...requests)) {
      assert.deepEqual([answer.status, answer.location], [400, undefined]);
      assert.doesNotMatch(answer.body, /evil|the-state|kaggle\.com/);
      assert.ok(!Object.keys(answer.headers).some((name) => name.startsWith('access-control')));
    }
    assert.equal(loopback.openedTwice.aborted, false);
    assert.equal((await fetch(entrance, { redirect: 'manual' })).status, 303);
    await (await fetch(`${loopback.redirectUri}/?state=the-state&code=mine`)).text();
    assert.deepEqual(await loopback.returned, { code: 'mine' });
  };

  attack('sign-in', 'a code without a state', LOOPBACK, () =>
    turnedAway(
      { path: '/?code=evil' },
      { path: '/?code=evil&state=' },
      { path: '/?code=evil&State=the-state' },
    ),
  );
  attack('sign-in', 'a code with another state', LOOPBACK, () =>
    turnedAway(
      { path: '/?code=evil&state=guessed' },
      { path: '/?code=evil&state=the-stat' },
      { path: '/?code=evil&state=THE-STATE' },
      { path: '/?code=evil&state=x&state=the-state' },
      { path: '/?code=evil&state[]=the-state' },
    ),
  );
  attack('sign-in', 'a refusal with another state', LOOPBACK, () =>
    turnedAway({ path: '/?error=evil&state=x' }, { path: '/?error_description=evil' }),
  );
  attack('sign-in', 'a state without a code', LOOPBACK, () =>
    turnedAway({ path: '/?state=the-state' }, { path: '/?state=the-state&code=' }),
  );
  attack('sign-in', 'a code by POST, PUT, DELETE or OPTIONS', LOOPBACK, () =>
    turnedAway(
      ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].map((method) => ({
        method,
        path: '/?state=the-state&code=evil',
        headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
      })),
    ),
  );
  attack('sign-in', 'targets that are no addresses', LOOPBACK, () =>
    turnedAway(
      ...['//', 'http://[', '/\\', '*', '/%00', '/%', '/..//..', `/${'x'.repeat(4000)}`].map((path) => ({
        path,
      })),
    ),
  );
  attack('sign-in', 'a page that shows what came from outside', LOOPBACK, () =>
    turnedAway({ path: '/?state=%3Cscript%3Eevil&code=%3Cscript%3Eevil' }, { path: '/evil/<script>' }),
  );
  attack('L2', 'the entrance guessed', LOOPBACK, () =>
    turnedAway(
      ...['/', '/start', `/${'A'.repeat(32)}`, '/?entrance', '/../'].map((path) => ({ path })),
      ...Array.from({ length: 50 }, (_, index) => ({ path: `/${String(index).padStart(32, 'a')}` })),
    ),
  );

  attack('L2', 'the entrance asked for in other ways than a browser does', LOOPBACK, async () => {
    const loopback = await listen();
    const { pathname } = new URL(loopback.entrance('https://www.kaggle.com/secret'));
    const ways = ['POST', 'HEAD', 'OPTIONS', 'PUT'].map((method) => ({ method, path: pathname }));
    for (const answer of await strangerAsks(`http://127.0.0.1:${portOf(loopback)}`, ...ways))
      assert.deepEqual([answer.status, answer.location], [400, undefined]);
    assert.equal(loopback.openedTwice.aborted, false);
  });
});

describe('sign-in: a code that somebody else brings', () => {
  const setup = useSetup();
  const path = (): string => join(setup().folder, '.kaggle', 'credentials.json');
  const options = (): SignInOptions => {
    const { fake, log } = setup();
    return { apiUrl: fake.url, fetch, clock: systemClock, logger: log, userAgent: 'test', path: path() };
  };
  const nothingKept = (): Promise<void> => assert.rejects(stat(path()), /ENOENT/);
  const ended = (): readonly string[] =>
    setup()
      .fake.calls('ExpireApiToken')
      .map(({ json }) => (json as { token: string }).token);

  /** Kaggle gives the tokens of the account that the code is of. */
  beforeEach(() => {
    setup()
      .fake.on('ExchangeOAuthToken', ({ json }) => {
        const { code: username } = json as { code: string };
        return {
          json: {
            accessToken: `KGAT_${username}`,
            refreshToken: `r-${username}`,
            expiresIn: 43200,
            username,
          },
        };
      })
      .on('ExpireApiToken', { json: {} })
      .on('ListDatasets', { json: {} });
  });

  /** Opens the entrance as another user does, learns where it leads, and brings a code of an account of theirs. */
  const stranger = async (entrance: string): Promise<void> => {
    const { origin, pathname } = new URL(entrance);
    const [led] = await strangerAsks(origin.replace('localhost', '127.0.0.1'), { path: pathname });
    const state = new URL(led?.location ?? 'http://nowhere').searchParams.get('state') ?? '';
    await strangerAsks(origin.replace('localhost', '127.0.0.1'), { path: `/?state=${state}&code=mallory` });
  };
  /** The user's own browser: opens the entrance, and comes back where it leads to Kaggle. */
  const browser = async (entrance: string): Promise<number> => {
    const response = await fetch(entrance, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null) return response.status;
    const asked = new URL(location).searchParams;
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ state: asked.get('state') ?? '', code: 'ann' }).toString();
    return (await fetch(back)).status;
  };

  attack('L2', 'state and challenge out of what the browser is started with', SIGN_IN, async () => {
    const folder = await tempFolder();
    const noted = join(folder, 'noted');
    await writeFile(
      join(folder, 'xdg-open'),
      `#!/bin/sh\nprintf '%s\\n' "$@" > ${noted}.part\nmv ${noted}.part ${noted}\n`,
    );
    await chmod(join(folder, 'xdg-open'), 0o755);
    const before = process.env['PATH'];
    process.env['PATH'] = `${folder}:${before ?? ''}`;
    try {
      let told = '';
      const open = async (entrance: string, url: string): Promise<void> => {
        await openWithProgram(entrance, entrance, 'linux', process.env);
        while (told === '') told = await readFile(noted, 'utf8').catch(() => '');
        const { state, code_challenge: challenge } = Object.fromEntries(new URL(url).searchParams);
        assert.ok(state && challenge && !told.includes(state) && !told.includes(challenge), told);
        await browser(told.trim());
      };
      const kept = await signInWithBrowser(
        options(),
        { openBrowser: open, confirm: () => Promise.resolve(true) },
        setup().signal,
      );
      assert.equal(kept.username, 'ann');
      assert.match(told, /^http:\/\/localhost:\d+\/[\w-]{32}\n$/);
    } finally {
      process.env['PATH'] = before;
    }
  });

  attack('L2', 'the entrance used before the browser, which comes then', SIGN_IN, async () => {
    const asked: string[] = [];
    const statuses: number[] = [];
    const work = signInWithBrowser(
      options(),
      {
        openBrowser: async (entrance) => {
          await stranger(entrance);
          statuses.push(await browser(entrance));
        },
        confirm: (username) => {
          asked.push(username);
          return Promise.resolve(true);
        },
      },
      setup().signal,
    );
    await userErrorOf(work, 'sign-in-failed');
    assert.deepEqual([asked, statuses], [[], [410]]);
    await nothingKept();
  });

  attack(
    'L2',
    'the entrance used before the browser, which comes while the user is asked',
    SIGN_IN,
    async () => {
      let entrance = '';
      const work = signInWithBrowser(
        options(),
        {
          openBrowser: (address) => {
            entrance = address;
            return stranger(address);
          },
          confirm: async () => {
            assert.equal(await browser(entrance), 410);
            return true;
          },
        },
        setup().signal,
      );
      await userErrorOf(work, 'sign-in-failed');
      await nothingKept();
      assert.deepEqual(ended(), ['r-mallory']);
    },
  );

  attack('L2', 'the entrance used after the browser', SIGN_IN, async () => {
    const locations: (string | undefined)[] = [];
    const work = signInWithBrowser(
      options(),
      {
        openBrowser: async (entrance) => {
          await (await fetch(entrance, { redirect: 'manual' })).text();
          const { origin, pathname } = new URL(entrance);
          const answers = await strangerAsks(origin.replace('localhost', '127.0.0.1'), { path: pathname });
          locations.push(...answers.map(({ location }) => location));
        },
        confirm: () => assert.fail('nobody is asked'),
      },
      setup().signal,
    );
    const error = await userErrorOf(work, 'sign-in-failed');
    assert.deepEqual(locations, [undefined]);
    assert.equal(error.actions[0].command, 'login');
    await nothingKept();
  });

  attack('L2', 'an account of theirs in place of one’s own, by the browser', SIGN_IN, async () => {
    const asked: string[] = [];
    const work = signInWithBrowser(
      options(),
      {
        openBrowser: stranger,
        confirm: (username) => {
          asked.push(username);
          return Promise.resolve(false);
        },
      },
      setup().signal,
    );
    await assert.rejects(work, isCancelled);
    assert.deepEqual(asked, ['mallory']);
    await nothingKept();
    assert.deepEqual(ended(), ['r-mallory']);
  });

  attack('L2', 'an account of theirs in place of one’s own, by a code to paste', SIGN_IN, async () => {
    const asked: string[] = [];
    const confirm = (username: string): Promise<boolean> => {
      asked.push(username);
      return Promise.resolve(false);
    };
    const prompt = (): Promise<string> => Promise.resolve('mallory');
    await assert.rejects(signInWithCode(options(), { prompt, confirm }, setup().signal), isCancelled);
    assert.deepEqual(asked, ['mallory']);
    await nothingKept();
    assert.deepEqual(ended(), ['r-mallory']);
  });

  attack('L2', 'an account whose name Kaggle does not tell at once', SIGN_IN, async () => {
    setup()
      .fake.on('ExchangeOAuthToken', {
        json: { accessToken: 'KGAT_m', refreshToken: 'r', expiresIn: 43200, username: '' },
      })
      .on('IntrospectToken', { json: { active: true, username: 'mallory' } });
    const asked: string[] = [];
    const confirm = (username: string): Promise<boolean> => {
      asked.push(username);
      return Promise.resolve(false);
    };
    await assert.rejects(
      signInWithBrowser(options(), { openBrowser: stranger, confirm }, setup().signal),
      isCancelled,
    );
    assert.deepEqual(asked, ['mallory']);
    await nothingKept();
  });

  attack('sign-in', 'a second code after the browser’s own', SIGN_IN, async () => {
    await signInWithBrowser(
      options(),
      {
        openBrowser: async (entrance, url) => {
          await browser(entrance);
          const { state = '', redirect_uri: back = '' } = Object.fromEntries(new URL(url).searchParams);
          await (await fetch(`${back}/?state=${state}&code=mallory`)).text();
        },
        confirm: (username) => Promise.resolve(username === 'ann'),
      },
      setup().signal,
    );
    assert.deepEqual(
      setup()
        .fake.calls('ExchangeOAuthToken')
        .map(({ json }) => (json as { code: string }).code),
      ['ann'],
    );
    assert.match(await readFile(path(), 'utf8'), /"username": "ann"/);
  });

  attack(
    'sign-in',
    'a code exchanged without what only this sign-in knows',
    'kaggle/oauth/pkce',
    async () => {
      const challenges = new Set<string>();
      for (let round = 0; round < 2; round += 1)
        await signInWithBrowser(
          options(),
          {
            openBrowser: async (entrance, url) => {
              challenges.add(new URL(url).searchParams.get('code_challenge') ?? '');
              await browser(entrance);
            },
            confirm: () => Promise.resolve(true),
          },
          setup().signal,
        );
      const verifiers = setup()
        .fake.calls('ExchangeOAuthToken')
        .map(({ json }) => (json as { codeVerifier: string }).codeVerifier);
      assert.equal(new Set([...challenges, ...verifiers]).size, 4);
      for (const verifier of verifiers) assert.match(verifier, /^[\w-]{86}$/);
    },
  );

  const login = async (args: readonly string[], answer?: boolean) => {
    const asked: string[] = [];
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    const code = await runProgram(['login', '--no-browser', ...args], {
      coreWith: (logger) =>
        createCore({
          environment: { JULIA_KAGGLE_API_URL: setup().fake.url },
          homeFolder: setup().folder,
          platform: 'linux',
          logger,
        }),
      terminal: {
        stdout: sink,
        stderr: sink,
        interactive: false,
        columns: 80,
        ask:
          answer === undefined
            ? undefined
            : (question) => {
                asked.push(question);
                return Promise.resolve(answer);
              },
        prompt: () => Promise.resolve('mallory'),
      },
      signal: setup().signal,
      version: '0.0.0',
    });
    return { code, asked };
  };

  attack('L2', 'julia-kaggle login with a code of theirs', 'cli/account-command', async () => {
    const { code, asked } = await login([], false);
    assert.deepEqual([code, asked], [130, ['Signed in to Kaggle as mallory. Keep it?']]);
    await nothingKept();
  });

  attack(
    'L2',
    'julia-kaggle login with a code of theirs where nobody can be asked',
    'cli/account-command',
    async () => {
      assert.equal((await login([])).code, 2);
      assert.equal(setup().fake.requests.length, 0);
      await nothingKept();
    },
  );
});
