import assert from 'node:assert/strict';
import { namesOf, ofProject } from '../../../src/core/contract/diagnosis/rules.ts';
import { recompiledIn } from '../../../src/core/contract/diagnosis/julia-log.ts';
import { aProject } from '../../support/artefacts.ts';

const artifactsOf = (line: string) => namesOf('download', [line]);
const hostsOf = (line: string) => namesOf('host', [line]);
const missingOf = (line: string) => namesOf('package-missing', [line]);
const recompiledOf = (...lines: string[]) => recompiledIn(lines);
const isAltered = (...lines: string[]) => ofProject(aProject(), lines).isAltered;

const ARTIFACTS: readonly (readonly [line: string, name: string])[] = [
  [' Downloading artifact: weights', 'weights'],
  ['  Downloaded artifact: weights', 'weights'],
  ['     Failure  artifact: MKL', 'MKL'],
  ["ERROR: Unable to automatically install 'stations' from '/x/Artifacts.toml'", 'stations'],
  [
    "ERROR: Unable to automatically download/install artifact 'MKL' from sources listed in '/x/Artifacts.toml'.",
    'MKL',
  ],
  ['ERROR: Artifact "OpenSpecFun" was not found by looking in the paths:', 'OpenSpecFun'],
  ['Artifact "weights" is a lazy artifact; package developers must call `using LazyArtifacts`', 'weights'],
  ['This program has requested access to the data dependency MNIST.', 'MNIST'],
];
const NO_ARTIFACTS = [
  'Downloading artifacts',
  'Downloading the artifact: weights',
  'Downloadingartifact: weights',
  "Unable to automatically install '' from '/x/Artifacts.toml'",
  "Unable to automatically fetch 'MKL'",
  'Artifact "weights" was found',
  'Artifact "" was not found',
  'This program has requested access to the data dependency MNIST. It is large.',
];

const HOSTS: readonly (readonly [line: string, host: string])[] = [
  ['curl: (6) Could not resolve host: pkg.julialang.org', 'pkg.julialang.org'],
  ['curl: (6) Could not resolve host: my-mirror.example.org (temporary)', 'my-mirror.example.org'],
  ['wget: unable to resolve host address ‘github.com’', 'github.com'],
  ["wget: unable to resolve host address 'github.com'", 'github.com'],
  ['wget: unable to resolve host address "github.com"', 'github.com'],
  ['HTTP.ConnectError: DNSError: cdn-lfs.huggingface.co, unknown node', 'cdn-lfs.huggingface.co'],
  ['IOError(Base.DNSError("huggingface.co", -3008), "during request")', 'huggingface.co'],
  ['GitError(failed to resolve address for my-git.example.org: Name or service…)', 'my-git.example.org'],
  ["NameResolutionError: Failed to resolve 'example.org' ([Errno -2])", 'example.org'],
];
const NO_HOSTS = [
  'Could not resolve host: ',
  'DNSError: no host at all',
  'DNSError("")',
  "Failed to resolve ''",
  'failed to resolve address for ',
  'unable to resolve host address',
];

const MISSING: readonly (readonly [line: string, name: string])[] = [
  ['ArgumentError: Package CSV [336ed68f] is required but does not seem to be installed:', 'CSV'],
  ['ArgumentError: Package CSV is required but does not seem to be installed:', 'CSV'],
  ['ERROR: ArgumentError: Package CSV not found in current path.', 'CSV'],
];
const NONE_MISSING = [
  'Package CSV [] is required but does not seem to be installed',
  'Package CSV (old) is required but does not seem to be installed',
  'Package CSV is required',
  'Package CSV was not found in current path',
];

describe('a wording of Julia’s log', () => {
  for (const [what, read, wordings, others] of [
    ['an artifact that is not in the depot', artifactsOf, ARTIFACTS, NO_ARTIFACTS],
    ['a host that was looked up in vain', hostsOf, HOSTS, NO_HOSTS],
    ['a package that is not there', missingOf, MISSING, NONE_MISSING],
  ] as const)
    describe(`for ${what}`, () => {
      for (const [line, name] of wordings)
        it(`names ${name}: ${line}`, () => {
          assert.deepEqual(read(line), [name]);
        });
      it('is none of what only looks like it', () => {
        for (const line of others) assert.deepEqual(read(line), [], line);
      });
    });

  it('for a wrong checksum is that of Pkg', () => {
    assert.equal(isAltered('┌ Warning: Hash Mismatch!', 'all is well'), true);
    assert.equal(isAltered('Tree Hash Mismatch!'), true);
    assert.equal(isAltered('Hash Mismatch', ''), false);
  });
});

describe('packages that were compiled again', () => {
  it('are named one by one where Julia compiles one after the other', () => {
    for (const line of [
      '┌ Debug: Precompiling CSV [336ed68f-0bac-5ca0-87d4-7b16caf5d00b]',
      '┌ Debug: Precompiling CSV [336ed68f] (cache misses: wrong source (2))',
      '[ Info: Precompiling CSV [336ed68f]',
      '  Precompiling CSV',
    ])
      assert.deepEqual(recompiledOf(line), ['CSV'], line);
    for (const line of [
      'Now Precompiling CSV',
      'Precompiling CSV now',
      'Precompiling CSV.',
      '│ Precompiling CSV [336ed68f]',
    ])
      assert.deepEqual(recompiledOf(line), [], line);
  });

  const END = '  2 dependencies successfully precompiled in 6 seconds. 14 already precompiled.';

  it('are listed in a block where Julia 1.11 compiles them together', () => {
    for (const begins of ['Precompiling packages...', '  Precompiling project...', 'Precompiling CSV...'])
      assert.deepEqual(
        recompiledOf(
          begins,
          '   2153.1 ms  ✓ Parsers',
          '  512 ms ✓ WeakRefStrings',
          '  ✗ CSV',
          END,
          '  ✓ done',
        ),
        ['Parsers', 'WeakRefStrings', 'CSV'],
      );
  });

  it('are an extension by its own name, which stands behind that of its package', () => {
    assert.deepEqual(
      recompiledOf('Precompiling packages...', '   878.6 ms  ✓ NNlib → NNlibCUDAExt', '  ✗ A → AExt', END),
      ['NNlibCUDAExt', 'AExt'],
    );
  });

  it('are no more after the end of the block, however that is told', () => {
    for (const end of [
      END,
      '  1 dependency successfully precompiled in 2 seconds',
      '  3 dependencies errored.',
      '  1 dependency errored.',
      '  2 dependencies precompiled but different versions are currently loaded.',
    ])
      assert.deepEqual(recompiledOf('Precompiling packages...', end, '  ✓ model loaded'), [], end);
    const open = ['Precompiling packages...', 'dependencies are many', '  ✓ CSV'];
    assert.deepEqual(recompiledOf(...open), ['CSV']);
  });

  it('are not what a program marks in its own way', () => {
    for (const line of ['  ✓ model loaded', '   12.5 ms  ✓ features'])
      assert.deepEqual(recompiledOf(line), [], line);
    for (const begins of [
      'Precompiling...',
      'Precompiling a b...',
      'Now Precompiling CSV...',
      'Precompiling CSV... done',
    ])
      assert.deepEqual(recompiledOf(begins, '  ✓ CSV'), [], begins);
    for (const line of ['x ✓ CSV', '12 s ✓ CSV', '✓CSV', '✓ '])
      assert.deepEqual(recompiledOf('Precompiling packages...', line), [], line);
  });
});
