import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Precompiling } from '../../../src/core/build/precompiling.ts';

const FIXTURES = resolve(import.meta.dirname, '..', '..', 'fixtures', 'logs', 'precompiling');

/** What is said in the course of a log, of which the build's script expects so many packages. */
function said(log: string, expected: number | undefined): string[] {
  const precompiling = new Precompiling();
  if (expected !== undefined) precompiling.expect(expected);
  const lines = readFileSync(resolve(FIXTURES, `${log}.log`), 'utf8').split('\n');
  return lines.flatMap((line) => precompiling.after(line) ?? []);
}

/** The packages that the versions of Julia name, each in its own words. */
const LOGS: Readonly<Record<string, readonly string[]>> = {
  'julia-1.6': ['DataAPI', 'Tables', 'Requires', 'Broken', 'CSV'],
  'julia-1.8': ['DataAPI', 'Tables', 'CSV', 'Inference'],
  'julia-1.10': ['DataAPI', 'SparseArraysExt', 'CSV', 'Inference'],
  'julia-1.11': ['DataAPI', 'SparseArraysExt', 'Broken', 'CSV', 'Inference'],
  'julia-1.12': ['DataAPI', 'SparseArraysExt', 'Parsers', 'CSV', 'Inference'],
};

describe('the progress of precompiling', () => {
  for (const [log, names] of Object.entries(LOGS))
    it(`is told package by package in the words of ${log}, as each is done`, () => {
      const told = names.map((name, index) => `Precompiled ${index + 1} of 7: ${name}`);
      assert.deepEqual(said(log, 7), told);
    });

  it('is told of Julia 1.5 as each begins', () => {
    assert.deepEqual(said('julia-1.5', 2), [
      'Precompiling 1 of 2: Inference',
      'Precompiling 2 of 2: TideFeatures',
    ]);
  });

  it('never says more than there are, where fewer were expected or none', () => {
    for (const expected of [undefined, 2])
      assert.equal(said('julia-1.8', expected).at(-1), 'Precompiled 4 of 4: Inference');
  });
});
