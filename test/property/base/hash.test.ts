import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalJson, fingerprint } from '../../../src/base/hash.ts';

describe('canonicalJson', () => {
  it('does not depend on the order of members, and loses nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        assert.equal(canonicalJson(reversed), canonicalJson(value));
        assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('fingerprint', () => {
  it('differs for different values', () => {
    assert.notEqual(fingerprint({ a: 1 }), fingerprint({ a: 2 }));
    assert.equal(fingerprint({ a: 1, b: undefined }), fingerprint({ a: 1 }));
  });
});
