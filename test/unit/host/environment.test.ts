import { strict as assert } from 'node:assert';
import { environmentOf } from '../../../src/host/core.ts';
import type { Settings } from '../../../src/host/settings.ts';
import { accountName, parseStored, readKeyFile } from '../../../src/host/stored-credentials.ts';

const NOTHING_SET: Settings = {
  apiUrl: undefined,
  juliaServer: undefined,
  image: undefined,
  dockerContext: undefined,
};

describe('the environment that the core is handed', () => {
  it('is that of the process where nothing is set', () => {
    const environment = { PATH: '/bin', JULIA_KAGGLE_API_URL: 'https://a', DOCKER_HOST: 'tcp://b' };
    assert.deepEqual(environmentOf(NOTHING_SET, environment), environment);
  });

  it('has the settings over it', () => {
    const settings = { ...NOTHING_SET, apiUrl: 'http://127.0.0.1:1', juliaServer: 'http://127.0.0.1:2' };
    assert.deepEqual(environmentOf(settings, { JULIA_KAGGLE_API_URL: 'x', PATH: '/bin' }), {
      JULIA_KAGGLE_API_URL: 'http://127.0.0.1:1',
      JULIA_KAGGLE_JULIA_SERVER: 'http://127.0.0.1:2',
      PATH: '/bin',
    });
  });

  it('lets the chosen engine win over DOCKER_HOST', () => {
    const { DOCKER_HOST, DOCKER_CONTEXT } = environmentOf(
      { ...NOTHING_SET, dockerContext: 'gpu-box' },
      { DOCKER_HOST: 'tcp://b', DOCKER_CONTEXT: 'other' },
    );
    assert.deepEqual({ DOCKER_HOST, DOCKER_CONTEXT }, { DOCKER_HOST: undefined, DOCKER_CONTEXT: 'gpu-box' });
  });
});

describe('stored credentials', () => {
  it('come back as they were stored', () => {
    const token = { kind: 'token', token: 'KGAT_1', account: 'ada' } as const;
    assert.deepEqual(parseStored(JSON.stringify(token)), token);
    const signIn = { kind: 'sign-in', text: '{}' } as const;
    assert.deepEqual(parseStored(JSON.stringify(signIn)), signIn);
  });

  it('that cannot be read count as none', () => {
    assert.equal(parseStored('{"kind":"key","username":"ada"}'), undefined);
    assert.equal(parseStored('KGAT_1'), undefined);
  });

  it('have the name that Kaggle gave, or the one that comes with a key', () => {
    assert.equal(accountName({ kind: 'token', token: 't', account: 'ada' }), 'ada');
    assert.equal(accountName({ kind: 'token', token: 't' }), undefined);
    assert.equal(accountName({ kind: 'key', username: 'bob', key: 'k' }), 'bob');
  });
});

describe('a kaggle.json that the person chooses', () => {
  it('gives its user name and key', () => {
    assert.deepEqual(readKeyFile('{"username":"ada","key":"k"}'), { kind: 'key', username: 'ada', key: 'k' });
  });

  it('of another form is none', () => {
    for (const text of ['', '{"username":"ada"}', '[]', 'KGAT_1', '{"username":1,"key":"k"}'])
      assert.equal(readKeyFile(text), undefined);
  });
});
