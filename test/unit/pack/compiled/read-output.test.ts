import assert from 'node:assert/strict';
import { readCompilerOutput, stepIn } from '../../../../src/core/pack/compiled/read-output.ts';

const NOTHING = {
  version: '',
  artifacts: [],
  bytes: 0,
  seconds: undefined,
  step: '',
  problem: undefined,
};

/** What is read of lines that carry our mark. */
function read(...lines: string[]): ReturnType<typeof readCompilerOutput> {
  return readCompilerOutput(lines.map((line) => `[julia-kaggle] ${line}`));
}

describe('what the compiling container says of itself', () => {
  it('is all that has our mark, among the lines of others', () => {
    const facts = readCompilerOutput([
      '[julia-kaggle] PackageCompiler: 1.4.1',
      '[julia-kaggle] step: compile the app',
      '[ Info: PackageCompiler: creating compiler .ji image',
      '[julia-kaggle] artifact: abc 12 unread',
      'artifact: def 12 read',
      '[julia-kaggle] compiled: 1000 2.5',
      'step: something of the user’s',
    ]);
    assert.deepEqual(facts, {
      version: '1.4.1',
      artifacts: [{ hash: 'abc', bytes: 12, use: 'unread' }],
      bytes: 1000,
      seconds: 2.5,
      step: 'compile the app',
      problem: undefined,
    });
  });

  it('is nothing where nothing was said', () => {
    assert.deepEqual(read(), NOTHING);
    assert.deepEqual(readCompilerOutput(['compiled: 1 1', 'PackageCompiler: 2', 'no C compiler']), NOTHING);
  });

  it('tells of each artifact how it was used', () => {
    const { artifacts } = read('artifact: aa 1 read', 'artifact: bb 20 unread', 'artifact: cc 3 unknown');
    assert.deepEqual(artifacts, [
      { hash: 'aa', bytes: 1, use: 'read' },
      { hash: 'bb', bytes: 20, use: 'unread' },
      { hash: 'cc', bytes: 3, use: 'unknown' },
    ]);
  });

  const almost = [
    'artifact: aa 1 lost',
    'artifact: aa many read',
    'artifact: aa 1 read again',
    'an artifact: aa 1 read',
    'not compiled: 1 1',
    'compiled: 1 1 s',
    'a PackageCompiler: 2',
    'PackageCompiler: 2 or so',
    'no step: x',
    'no C compiler here',
  ];
  for (const line of almost)
    it(`is not the line "${line}"`, () => {
      assert.deepEqual(read(line), NOTHING);
    });

  it('counts by its last word', () => {
    const { version, step } = read('PackageCompiler: 2.1', 'step: one', 'PackageCompiler: 2.2', 'step: two');
    assert.deepEqual([version, step], ['2.2', 'two']);
    assert.equal(read('step: one', 'artifact: aa 1 read').step, 'one');
  });

  it('names what is missing or failed', () => {
    assert.equal(read('no C compiler').problem, 'no-compiler');
    assert.equal(read('step: run', 'sample run failed').problem, 'sample-run');
  });
});

describe('a step in a line of the compiling container', () => {
  it('is told with our mark and without', () => {
    assert.equal(stepIn('[julia-kaggle] step: get PackageCompiler'), 'get PackageCompiler');
    assert.equal(stepIn('step: get PackageCompiler'), 'get PackageCompiler');
  });

  it('is not what only looks like one', () => {
    for (const line of ['', 'step:', 'first step: x', '[other] step: x'])
      assert.equal(stepIn(line), undefined);
  });
});
