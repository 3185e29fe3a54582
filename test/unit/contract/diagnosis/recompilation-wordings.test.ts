import assert from 'node:assert/strict';
import { explainRecompilation } from '../../../../src/core/contract/diagnosis/recompilation.ts';

/** Why Julia did not take a cache, in the words of its versions, and what is told of it. */
const WORDINGS: Readonly<Record<string, readonly string[]>> = {
  'because its source lies at another path than at the build, outside of the depot.': [
    'wrong source',
    'nonresolveable depot',
    'because its depot could not be resolved',
    'Unable to resolve @depot tag in cache file',
  ],
  'because a file that it includes has changed since the build, or is gone.': [
    'include_dependency mtime change',
    'include_dependency fsize change',
    'include_dependency fhash change',
    'file content changed',
    'missing sourcefile',
  ],
  'because its machine code is for another processor than this one.': [
    'target mismatch',
    "since pkgimage can't be loaded on this target",
    'Unable to find compatible target in cached code image',
    'different system or CPU target',
  ],
  'because Julia ran with other flags than at the build (-O, -g, --check-bounds, --inline, --pkgimages).': [
    'since the flags are mismatched',
    'mismatched flags',
    'different compilation options',
  ],
  'because its preferences (LocalPreferences.toml) are others than at the build.': [
    'because preferences hash does not match',
    'preferences hash mismatch',
    'package preferences changed',
  ],
  'because the cache was made by another build of Julia.': [
    'due to it containing an incompatible/invalid cache header',
    'incompatible header',
    'incompatible cache header',
    'wrong julia version',
    'because it was made with a different julia version',
  ],
  'because the machine code beside the cache (.so) is missing or damaged.': [
    'missing ocachefile',
    'since pkgimage /d/CSV/x_hBdlk.so was not found',
  ],
  'because the cache is damaged.': ['because it has an invalid checksum'],
  'because a package that it uses has another uuid than at the build.': [
    'because uuid mapping for A [1] => B [2] has changed',
  ],
  'because a package that it uses was compiled again, or loaded in another version.': [
    'does not provide desired build_id',
    'wrong dep version loaded',
    'dep missing source',
    'is already loaded and incompatible',
    'because it provides the wrong build_id (got 1) for B [2] (want 3)',
    'because required dependency B [2] with build ID 3 is missing from the cache',
    'because dependency B [2] not found',
  ],
};

const titleOf = (line: string): string | undefined => explainRecompilation(['CSV'], [line])?.title;

describe('why Julia compiled a package again', () => {
  for (const [because, wordings] of Object.entries(WORDINGS))
    for (const wording of wordings)
      it(`is read from "${wording}"`, () => {
        const told = `Julia compiled CSV again, ${because}`;
        assert.equal(titleOf(`┌ Debug: Rejecting cache file /d/CSV/x.ji for CSV: ${wording}`), told);
        assert.equal(
          titleOf(`┌ Debug: Precompiling CSV [336ed68f] (cache misses: ${wording} (2), other (1))`),
          told,
        );
      });

  it('names the files, as far as they are told', () => {
    const rejected = '┌ Debug: Rejecting stale cache file /d/CSV/x.ji (mtime 1.7e9) because';
    assert.equal(
      titleOf(`${rejected} file /root/a.jl (mtime 1.73e+09) has changed`),
      'Julia compiled CSV again, because /root/a.jl has another time or content than at the build.',
    );
    for (const words of [
      'file size of /root/a.jl has changed (file size 15796, before 15792)',
      'hash of /root/a.jl has changed (hash 1, before 2)',
      'mtime of include_dependency /root/a.jl has changed (mtime 1.73e+09, before 1.72e+09)',
    ])
      assert.equal(
        titleOf(`${rejected} ${words}`),
        'Julia compiled CSV again, because /root/a.jl has another time or content than at the build.',
      );
    assert.equal(
      titleOf(`${rejected} file /root/a.csv does not exist`),
      'Julia compiled CSV again, because /root/a.csv, which it includes, does not exist any more.',
    );
    assert.equal(
      titleOf(`${rejected} it is for file /kaggle/a.jl not file /tmp/a.jl`),
      'Julia compiled CSV again, because the cache was made for /kaggle/a.jl and the source lies in /tmp/a.jl.',
    );
  });

  it('is not read from what says something else', () => {
    for (const words of [
      'because file /a b.jl (mtime 1.7e9) has changed',
      'because file /a.jl (mtime then) has changed',
      'because file /a.jl (mtime ) has changed',
      'because it is for file not file /b.jl',
      'incompatible with header',
      'include_dependency change',
      'for a reason that nobody knows',
    ])
      assert.equal(
        titleOf(`┌ Debug: Rejecting cache file /d/CSV/x.ji ${words}`),
        'Julia compiled CSV again.',
        words,
      );
  });
});
