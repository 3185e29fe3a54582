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

/** Two or three that differ in their prerelease alone, which by chance they hardly ever do. */
const alike = fc
  .tuple(version, fc.array(fc.array(identifier, { maxLength: 3 }), { minLength: 3, maxLength: 3 }))
  .map(([v, prereleases]) => prereleases.map((prerelease) => ({ ...v, prerelease })));
const three = fc.oneof(fc.array(version, { minLength: 3, maxLength: 3 }), alike);

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
      fc.property(three, ([a, b, c]) => {
        assert.ok(a !== undefined && b !== undefined && c !== undefined);
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
      '0.99.99',
      '1.13.0-2',
      '1.13.0-10',
      // A word, though its first letter comes before the digits.
      '1.13.0--1',
      '1.13.0-2a',
      '1.13.0-DEV',
      '1.13.0-DEV.9',
      '1.13.0-DEV.10',
      '1.13.0-DEV.10.1',
      '1.13.0-DEV.x',
      '1.13.0-a2',
      '1.13.0-alpha',
      '1.13.0-rc1',
      '1.13.0',
      '1.13.1-rc1',
      '1.100.0',
    ];
    const parsed = order.flatMap((text) => parseJuliaVersion(text) ?? []);
    assert.equal(parsed.length, order.length);
    assert.deepEqual(parsed.toReversed().toSorted(compareJuliaVersions).map(formatJuliaVersion), order);
    for (const [i, a] of parsed.entries())
      for (const [j, b] of parsed.entries())
        assert.equal(
          Math.sign(compareJuliaVersions(a, b)),
          Math.sign(i - j),
          `${order[i] ?? ''} and ${order[j] ?? ''}`,
        );
  });

  it('agrees with itself on minors', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const both = isAtLeastMinor(a, b.major, b.minor) && isAtLeastMinor(b, a.major, a.minor);
        assert.equal(sameMinor(a, b), both);
      }),
    );
    const of = (major: number, minor: number): JuliaVersion => ({ major, minor, patch: 0, prerelease: [] });
    assert.ok(isAtLeastMinor(of(2, 0), 1, 10));
    assert.ok(isAtLeastMinor(of(1, 10), 1, 10));
    assert.ok(!isAtLeastMinor(of(1, 9), 1, 10));
    assert.ok(!isAtLeastMinor(of(0, 12), 1, 10));
  });

  it('may have numbers of several digits', () => {
    const text = '123456.123456.123456';
    assert.deepEqual(parseJuliaVersion(text), {
      major: 123456,
      minor: 123456,
      patch: 123456,
      prerelease: [],
    });
  });

  for (const text of [
    '',
    '1234567.0.0',
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
