import { strict as assert } from 'node:assert';
import { environmentOf } from '../../../src/host/core.ts';
import { parseStored, variablesOf } from '../../../src/host/stored-credentials.ts';

const NOTHING_SET = { apiUrl: undefined, juliaServer: undefined, image: undefined };

describe('the environment that the core is handed', () => {
  it('is that of the process where nothing is set', () => {
    const environment = { PATH: '/bin', JULIA_KAGGLE_API_URL: 'https://a' };
    assert.deepEqual(environmentOf({ settings: NOTHING_SET, credentials: {} }, environment), environment);
  });

  it('has settings and credentials over it', () => {
    const settings = { ...NOTHING_SET, apiUrl: 'http://127.0.0.1:1', juliaServer: 'http://127.0.0.1:2' };
    const credentials = variablesOf({ kind: 'key', username: 'ada', key: 'k' });
    assert.deepEqual(
      environmentOf({ settings, credentials }, { KAGGLE_API_TOKEN: 't', JULIA_KAGGLE_API_URL: 'x' }),
      {
        JULIA_KAGGLE_API_URL: 'http://127.0.0.1:1',
        JULIA_KAGGLE_JULIA_SERVER: 'http://127.0.0.1:2',
        KAGGLE_API_TOKEN: undefined,
        KAGGLE_USERNAME: 'ada',
        KAGGLE_KEY: 'k',
      },
    );
  });

  it('leaves the environment of the process alone', () => {
    const before = { ...process.env };
    environmentOf({ settings: NOTHING_SET, credentials: { KAGGLE_KEY: 'secret' } }, process.env);
    assert.deepEqual({ ...process.env }, before);
  });
});

describe('stored credentials', () => {
  it('come back as they were stored', () => {
    const token = { kind: 'token', token: 'KGAT_1' } as const;
    assert.deepEqual(parseStored(JSON.stringify(token)), token);
    assert.deepEqual(variablesOf(token), { KAGGLE_API_TOKEN: 'KGAT_1' });
  });

  it('that cannot be read count as none', () => {
    assert.equal(parseStored('{"kind":"key","username":"ada"}'), undefined);
    assert.equal(parseStored('KGAT_1'), undefined);
  });
});
