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
    assert.equal(await connect().whoAmI(signal), 'ann');
    assert.equal(fake.requests.length, 0);
  });

  it('is what Kaggle says about a token, asked once', async () => {
    const { fake, connect, signal } = setup();
    fake.on('IntrospectToken', { json: { active: true, username: 'bob', userId: 7 } });
    const client = connect({ credentials });
    assert.equal(await client.whoAmI(signal), 'bob');
    assert.equal(await client.whoAmI(signal), 'bob');
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
      const error = await userErrorOf(connect({ credentials }).whoAmI(signal), 'kaggle-unauthorized');
      assert.ok(error.title.includes('/home/ann/token'));
      assert.deepEqual(urlsOf(error), [`${fake.url}/settings/api`]);
    });
  }
});
