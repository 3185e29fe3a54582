import assert from 'node:assert/strict';
import { Secret } from '../../../src/kaggle/secret.ts';
import { urlsOf, userErrorOf, useSetup } from './setup.ts';

describe('who am I', () => {
  const setup = useSetup();
  const credentials = {
    kind: 'token',
    token: Secret.of('KGAT_t0ken', 'test'),
    source: '/home/ann/token',
  } as const;

  it('is the user name that comes with a key, without asking', async () => {
    const { fake, connect, signal } = setup();
    assert.equal(await connect().account.whoAmI(signal), 'ann');
    assert.equal(fake.requests.length, 0);
  });

  it('is what Kaggle says about a token, asked once', async () => {
    const { fake, connect, signal } = setup();
    fake.on('IntrospectToken', { json: { active: true, username: 'bob', userId: 7 } });
    const client = connect({ credentials });
    assert.equal(await client.account.whoAmI(signal), 'bob');
    assert.equal(await client.account.whoAmI(signal), 'bob');
    assert.equal(fake.requests.length, 1);
    assert.equal(fake.requests[0]?.path, '/v1/security.OAuthService/IntrospectToken');
    assert.deepEqual(fake.requests[0].json, { token: 'KGAT_t0ken' });
    assert.equal(fake.requests[0].headers.authorization, 'Bearer KGAT_t0ken');
  });

  const dead = [
    { json: { active: false, username: 'bob' } },
    { json: { active: true } },
    { status: 400, json: { code: 400, message: 'bad' } },
    { status: 401, json: { code: 401, message: 'bad' } },
    { status: 403, json: { code: 403, message: 'bad' } },
    { status: 404, json: { code: 404, message: 'bad' } },
  ];
  for (const reply of dead) {
    it(`is kaggle-unauthorized for a dead token (${JSON.stringify(reply)}), naming where it is`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('IntrospectToken', reply);
      const error = await userErrorOf(connect({ credentials }).account.whoAmI(signal), 'kaggle-unauthorized');
      assert.ok(error.title.includes('/home/ann/token'));
      assert.deepEqual(urlsOf(error), [`${fake.url}/settings/api`]);
    });

    it(`names the key that a dead token hides (${JSON.stringify(reply)})`, async () => {
      const { fake, connect, signal } = setup();
      fake.on('IntrospectToken', reply);
      const client = connect({ credentials, shadowed: ['/home/ann/.kaggle/kaggle.json'] });
      const error = await userErrorOf(client.account.whoAmI(signal), 'kaggle-unauthorized');
      assert.match(error.detail ?? '', /\/home\/ann\/\.kaggle\/kaggle\.json.*\/home\/ann\/token/);
      assert.match(error.actions[0].title, /Remove.*\/home\/ann\/token.*kaggle\.json/);
    });
  }

  it('hides nothing when any call answers 401', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { status: 401, json: { code: 401, message: 'Unauthenticated' } });
    const client = connect({ credentials, shadowed: ['/home/ann/.kaggle/kaggle.json'] });
    const error = await userErrorOf(client.competitions.get('demo', signal), 'kaggle-unauthorized');
    assert.match(error.detail ?? '', /^Unauthenticated\n.*kaggle\.json/);
  });
});

describe('the account', () => {
  const setup = useSetup();

  it('is told with its source after Kaggle has accepted the key', async () => {
    const { fake, connect, signal } = setup();
    fake.on('ListDatasets', { json: { datasets: [] } });
    assert.deepEqual(await connect().account.get(signal), { username: 'ann', source: 'the test' });
    assert.equal(fake.calls('ListDatasets').length, 1);
    fake.on('ListDatasets', { status: 401 });
    const error = await userErrorOf(connect().account.get(signal), 'kaggle-unauthorized');
    assert.match(error.title, /the test/);
  });

  it('of a token is what Kaggle says, in one call', async () => {
    const { fake, connect, signal } = setup();
    fake.on('IntrospectToken', { json: { active: true, username: 'bob' } });
    const credentials = { kind: 'token', token: Secret.of('KGAT_t', 'test'), source: 'a file' } as const;
    assert.deepEqual(await connect({ credentials }).account.get(signal), {
      username: 'bob',
      source: 'a file',
    });
    assert.equal(fake.requests.length, 1);
  });
});
