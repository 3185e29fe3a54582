import assert from 'node:assert/strict';
import { factReader } from '../../../../src/core/contract/script-facts.ts';
import { compilerFactsOf } from '../../../../src/core/pack/compiled/compiler-facts.ts';

const NOTHING = {
  version: '',
  artifacts: [],
  bytes: 0,
  seconds: undefined,
  step: '',
  problem: undefined,
};

/** What is read of lines that carry our mark. */
function read(...values: unknown[]): ReturnType<typeof compilerFactsOf> {
  const reader = factReader('compiler', 'compiling', 'bundled', 'compiled', 'problem');
  return compilerFactsOf(values.flatMap((value) => reader(`[julia-kaggle] ${JSON.stringify(value)}`) ?? []));
}

describe('what the compiling container says of itself', () => {
  it('is its version, its step, each artifact and the result', () => {
    const facts = read(
      { kind: 'compiler', version: '1.4.1' },
      { kind: 'compiling', step: 'compile' },
      { kind: 'bundled', hash: 'abc', bytes: 12, use: 'unread' },
      { kind: 'compiled', bytes: 1000, seconds: 2.5 },
    );
    assert.deepEqual(facts, {
      version: '1.4.1',
      artifacts: [{ hash: 'abc', bytes: 12, use: 'unread' }],
      bytes: 1000,
      seconds: 2.5,
      step: 'compile',
      problem: undefined,
    });
  });

  const almost = [
    { kind: 'bundled', hash: 'aa', bytes: 1, use: 'lost' },
    { kind: 'bundled', hash: 'aa', bytes: 'many', use: 'read' },
    { kind: 'compiled', bytes: 1 },
    { kind: 'compiled', bytes: 1, seconds: '1 s' },
    { kind: 'compiler' },
    { kind: 'problem', what: 'another' },
    { kind: 'measured', seconds: 1, exitCode: 0, peakMemoryBytes: 1 },
    { compiling: { step: 'x' } },
    'compiling',
  ];
  for (const value of almost)
    it(`is not ${JSON.stringify(value)}`, () => {
      assert.deepEqual(read(value), NOTHING);
    });

  it('counts by its last word', () => {
    const { version, step } = read(
      { kind: 'compiler', version: '2.1' },
      { kind: 'compiling', step: 'one' },
      { kind: 'compiler', version: '2.2' },
      { kind: 'compiling', step: 'two' },
    );
    assert.deepEqual([version, step], ['2.2', 'two']);
  });

  it('names what is missing or failed', () => {
    assert.equal(read({ kind: 'problem', what: 'no-compiler' }).problem, 'no-compiler');
    assert.equal(read({ kind: 'problem', what: 'sample-run' }).problem, 'sample-run');
  });
});
