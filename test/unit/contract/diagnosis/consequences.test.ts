import assert from 'node:assert/strict';
import { diagnose } from '../../../../src/core/contract/diagnosis/diagnose.ts';
import type { FindingKind } from '../../../../src/core/contract/diagnosis/finding.ts';

/** A line that tells of each. */
const LINES = {
  'dataset-missing': "RuntimeError: The dataset 'tides' is not attached",
  'dataset-stale': "RuntimeError: The dataset 'tides' attached here holds bundle 1",
  'competition-missing': "RuntimeError: The competition 'tides' is not attached",
  'disk-full': 'tar: x: Cannot write: No space left on device',
  unpack: 'tar: This does not look like a tar archive',
  'out-of-memory': 'Killed',
  download: ' Downloading artifact: weights',
  'package-missing': 'Package CSV not found in current path',
  registry: 'Installing known registries into `~/.julia`',
  host: 'curl: (6) Could not resolve host: example.org',
  cuda: 'CUDA.jl could not find an appropriate CUDA runtime',
  'file-missing': 'SystemError: opening file "/a.csv": No such file or directory',
  crash: 'signal (11): Segmentation fault',
  exception: 'ERROR: boom',
  recompilation: '[ Info: Precompiling CSV [336ed68f]',
} as const satisfies Partial<Record<FindingKind, string>>;
type Told = keyof typeof LINES;
const KINDS = Object.keys(LINES) as Told[];

const kindsOf = (kinds: readonly Told[], failed = true, appeared: readonly string[] = []): FindingKind[] =>
  diagnose({ lines: kinds.map((kind) => LINES[kind]), failed, appeared }).map(({ kind }) => kind);

describe('of several things that a log tells', () => {
  it('each alone is told', () => {
    for (const kind of KINDS) assert.deepEqual(kindsOf([kind]), [kind]);
    assert.deepEqual(kindsOf([], true, ['artifacts/44b6']), ['depot-changed']);
  });

  /** What is not told when it is a consequence, and of what. */
  const CONSEQUENCES: readonly (readonly [of: Told, causes: readonly Told[]])[] = [
    ['exception', KINDS.filter((kind) => !['exception', 'recompilation', 'cuda'].includes(kind))],
    ['host', ['download', 'registry']],
    ['unpack', ['disk-full']],
    ['file-missing', ['dataset-missing', 'dataset-stale', 'competition-missing']],
  ];
  for (const [consequence, causes] of CONSEQUENCES)
    it(`${consequence} is left out as a consequence of ${causes.join(', ')}, and of nothing else`, () => {
      for (const other of KINDS.filter((kind) => kind !== consequence)) {
        const told = kindsOf([consequence, other]);
        assert.equal(told.includes(consequence), !causes.includes(other), other);
      }
    });

  it('what appeared in the depot is left out where a download tells it', () => {
    for (const kind of KINDS)
      assert.equal(kindsOf([kind], true, ['artifacts/44b6']).includes('depot-changed'), kind !== 'download');
  });

  it('a tarball without a name is left out where one has a name', () => {
    const named = 'tar: /kaggle/input/dotjulia: Cannot open: No such file or directory';
    const subjects = (...lines: string[]) => diagnose({ lines, failed: true }).map(({ subject }) => subject);
    assert.deepEqual(subjects(LINES.unpack, named), ['/kaggle/input/dotjulia']);
    assert.deepEqual(subjects(LINES.unpack, LINES['file-missing']), ['', '/a.csv']);
  });

  it('that which explains the rest comes first, wherever it stands in the log', () => {
    const kinds = ['competition-missing', 'out-of-memory', 'download', 'package-missing', 'cuda'] as const;
    assert.deepEqual(kindsOf(kinds), kinds);
    assert.deepEqual(kindsOf(kinds.toReversed()), kinds);
    assert.deepEqual(kindsOf(['recompilation', 'exception']), ['exception', 'recompilation']);
  });

  it('those that Kaggle would not let pass are told also of a run that ended well', () => {
    const offline: readonly FindingKind[] = ['download', 'registry', 'host', 'recompilation'];
    for (const kind of KINDS) assert.deepEqual(kindsOf([kind], false), offline.includes(kind) ? [kind] : []);
    assert.deepEqual(kindsOf([], false, ['artifacts/44b6']), ['depot-changed']);
  });
});
