import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../../src/base/logger.ts';
import { createPorts } from '../../../src/core/pipeline/ports.ts';
import type { CredentialKeeper, GivenCredentials } from '../../../src/kaggle/given-credentials.ts';
import { signInPlace } from '../../../src/kaggle/given-credentials.ts';
import { parseSignIn } from '../../../src/kaggle/oauth/stored-sign-in.ts';

function keeperOf(
  first: GivenCredentials | undefined,
): CredentialKeeper & { kept: GivenCredentials | undefined } {
  const keeper = {
    kept: first,
    name: 'the drawer',
    read: () => Promise.resolve(keeper.kept),
    keep: (given: GivenCredentials) => {
      keeper.kept = given;
      return Promise.resolve();
    },
    forget: () => {
      keeper.kept = undefined;
      return Promise.resolve();
    },
  };
  return keeper;
}

describe('credentials that a program keeps itself', () => {
  let homeFolder = '';
  let server: Server;
  let apiUrl = '';
  let seen: IncomingMessage[] = [];

  before(async () => {
    homeFolder = await mkdtemp(join(tmpdir(), 'kaggle-home-'));
    await mkdir(join(homeFolder, '.kaggle'));
    await writeFile(join(homeFolder, '.kaggle', 'access_token'), 'KGAT_of-the-machine', { mode: 0o600 });
    server = createServer((request, response) => {
      seen.push(request);
      request.resume();
      response.setHeader('Content-Type', 'application/json');
      const introspecting = request.url?.endsWith('IntrospectToken') === true;
      response.end(
        JSON.stringify(introspecting ? { active: true, username: 'the-machine' } : { datasets: [] }),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen = [];
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(homeFolder, { recursive: true });
  });

  const account = async (keeper: CredentialKeeper) => {
    const environment = { JULIA_KAGGLE_API_URL: apiUrl };
    const ports = createPorts({ environment, homeFolder, platform: 'linux', logger: silentLogger, keeper });
    return (await ports.kaggle()).account.get(new AbortController().signal);
  };

  it('come before a token that lies on the machine', async () => {
    const keeper = keeperOf({ kind: 'key', username: 'ada', key: 'key-canary' });
    assert.deepEqual(await account(keeper), { username: 'ada', source: 'the drawer' });
    const basic = Buffer.from('ada:key-canary').toString('base64');
    assert.deepEqual([...new Set(seen.map(({ headers }) => headers.authorization))], [`Basic ${basic}`]);
  });

  it('leave what is on the machine to be used when there are none', async () => {
    const { username, source } = await account(keeperOf(undefined));
    assert.equal(username, 'the-machine');
    assert.match(source, /access_token$/);
  });

  it('may be a sign-in by the browser, whose new tokens are kept in the same place', async () => {
    const text = JSON.stringify({
      refresh_token: 'refresh-canary',
      access_token: 'KGAT_old',
      access_token_expiration: '2099-08-01T06:00:00+00:00',
      username: 'ann',
    });
    const keeper = keeperOf({ kind: 'sign-in', text });
    assert.deepEqual(await account(keeper), { username: 'ann', source: 'the drawer' });
    const place = signInPlace(keeper);
    const signIn = await place.read();
    assert.ok(signIn);
    await place.write({ ...signIn, username: 'ann b' });
    assert.ok(keeper.kept?.kind === 'sign-in');
    const { username, refreshToken, expiresAt } = parseSignIn(keeper.kept.text, 'x');
    assert.deepEqual(
      [username, refreshToken.reveal(), expiresAt],
      ['ann b', 'refresh-canary', signIn.expiresAt],
    );
    await place.remove();
    assert.equal(await place.read(), undefined);
  });

  it('do not show the secret when they cannot be read', async () => {
    await assert.rejects(account(keeperOf({ kind: 'sign-in', text: 'canary' })), (error: Error) => {
      assert.match(error.message, /the drawer does not hold a sign-in/);
      assert.ok(!error.message.includes('canary'));
      return true;
    });
  });
});
