import { strict as assert } from 'node:assert';
import { accountName, parseStored, readKeyFile } from '../../../src/host/account/credentials.ts';

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
