import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compareJuliaVersions,
  formatJuliaVersion,
  isAtLeastMinor,
  type JuliaVersion,
  parseJuliaVersion,
  sameMinor,
} from '../../../src/julia/julia-version.ts';

const number = fc.integer({ min: 0, max: 30 });
const identifier = fc.oneof(fc.constantFrom('rc1', 'rc2', 'beta', 'DEV', 'alpha-1'), number.map(String));
const version: fc.Arbitrary<JuliaVersion> = fc.record(
  {
    major: fc.integer({ min: 0, max: 2 }),
    minor: number,
    patch: number,
    prerelease: fc.array(identifier, { maxLength: 3 }),
  },
  { noNullPrototype: true },
);

describe('JuliaVersion', () => {
  it('is read back from its text, with or without a build part', () => {
    fc.assert(
      fc.property(version, (v) => {
        assert.deepEqual(parseJuliaVersion(formatJuliaVersion(v)), v);
        assert.deepEqual(parseJuliaVersion(`${formatJuliaVersion(v)}+0.x64`), v);
      }),
    );
  });

  it('has a total order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const sign = (x: JuliaVersion, y: JuliaVersion): number => Math.sign(compareJuliaVersions(x, y));
        assert.equal(sign(a, b) + sign(b, a), 0);
        assert.equal(sign(a, b) === 0, formatJuliaVersion(a) === formatJuliaVersion(b));
        if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0);
      }),
    );
  });

  it('comes before its release when it is a prerelease', () => {
    fc.assert(
      fc.property(version, (v) => {
        const release = { ...v, prerelease: [] };
        assert.equal(Math.sign(compareJuliaVersions(v, release)), v.prerelease.length === 0 ? 0 : -1);
      }),
    );
    const order = [
      '1.13.0-DEV.9',
      '1.13.0-DEV.10',
      '1.13.0-alpha',
      '1.13.0-rc1',
      '1.13.0',
      '1.13.1-rc1',
      '1.100.0',
    ];
    const parsed = order.flatMap((text) => parseJuliaVersion(text) ?? []);
    assert.deepEqual(parsed.toSorted(compareJuliaVersions).map(formatJuliaVersion), order);
  });

  it('agrees with itself on minors', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const both = isAtLeastMinor(a, b.major, b.minor) && isAtLeastMinor(b, a.major, a.minor);
        assert.equal(sameMinor(a, b), both);
      }),
    );
  });

  for (const text of [
    '',
    '1',
    '1.10',
    'v1.10.0',
    '1.10.5 ',
    'lts',
    '1.10.-5',
    '1.10.5-',
    '1.10.5-rc..1',
    '1.10.5.1',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(parseJuliaVersion(text), undefined);
    });
  }
});
