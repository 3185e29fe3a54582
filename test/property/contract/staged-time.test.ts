import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sha256 } from '../../../src/base/hash.ts';
import { stagedMtimeSeconds } from '../../../src/core/contract/depot/staged-files.ts';

describe('stagedMtimeSeconds', () => {
  it('is a whole second of the years 2001 to 2017, the same for the same content', () => {
    fc.assert(
      fc.property(fc.string(), (content) => {
        const seconds = stagedMtimeSeconds(sha256(content));
        const year = new Date(seconds * 1000).getUTCFullYear();
        assert.ok(Number.isInteger(seconds) && year >= 2001 && year <= 2017);
        assert.equal(stagedMtimeSeconds(sha256(content)), seconds);
      }),
    );
  });

  it('differs where the content differs', () => {
    const contents = Array.from({ length: 2000 }, (_, i) => `x = ${i}`);
    const times = new Set(contents.map((content) => stagedMtimeSeconds(sha256(content))));
    // By chance two of 2000 may share one of half a billion seconds; more would be a fault.
    assert.ok(times.size >= contents.length - 1);
  });

  it('covers the whole range, borders included', () => {
    assert.equal(stagedMtimeSeconds('0'.repeat(64)), Date.UTC(2001, 0, 1) / 1000);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), (years) => {
        const start = Date.UTC(2001 + years, 0, 1) / 1000 - Date.UTC(2001, 0, 1) / 1000;
        const hash = start.toString(16).padStart(12, '0').padEnd(64, 'f');
        assert.equal(stagedMtimeSeconds(hash), Date.UTC(2001 + years, 0, 1) / 1000);
      }),
    );
  });

  it('takes nothing but a sha256', () => {
    for (const text of ['', 'abc', 'G'.repeat(64), 'a'.repeat(63), 'a'.repeat(65), `x${'a'.repeat(64)}`])
      assert.throws(() => stagedMtimeSeconds(text), new RangeError(`not a sha256: ${text}`));
  });
});
