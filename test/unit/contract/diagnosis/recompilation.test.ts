import assert from 'node:assert/strict';
import { explainRecompilation } from '../../../../src/core/contract/diagnosis/recompilation.ts';

const BUILD_AGAIN = {
  title: 'Make the caches anew: julia-kaggle run --fresh build.',
  command: 'run --fresh build',
};
const rejecting = (why: string): string =>
  `┌ Debug: Rejecting cache file /root/.julia/compiled/v1.10/CSV/x.ji because ${why}`;

describe('packages that Julia compiled again', () => {
  it('are nothing to tell when there are none', () => {
    assert.equal(explainRecompilation([], [rejecting('flags are mismatched')]), undefined);
  });

  for (const [line, because, remedy] of [
    [
      'Rejecting cache file /d/CSV/x.ji for CSV because it is for file /a/CSV.jl not file /b/CSV.jl',
      'the cache was made for /a/CSV.jl and the source lies in /b/CSV.jl',
      'Keep the source at the path of the build',
    ],
    [
      'Rejecting cache file /d/CSV/x.ji: wrong source',
      'its source lies at another path',
      'Keep the package inside',
    ],
    [
      'Rejecting stale cache file /d/CSV/x.ji because file /a/CSV.jl (mtime 1.7e9) has changed',
      '/a/CSV.jl has another time or content than at the build',
      'Write to no source file during the run (touch',
    ],
    [
      'Rejecting cache file /d/CSV/x.ji: include_dependency fhash change',
      'a file that it includes has changed since the build, or is gone',
      'Write to no source file during the run (touch',
    ],
    [
      'Rejecting cache file /d/CSV/x.ji: target mismatch',
      'its machine code is for another processor than this one',
      'Set neither JULIA_CPU_TARGET nor -C in the package',
    ],
    [
      'Rejecting cache file /d/CSV/x.ji for CSV since the flags are mismatched',
      'Julia ran with other flags than at the build (-O, ',
      'Start no second Julia with such flags',
    ],
    [
      'Rejecting cache file /d/CSV/x.ji because preferences hash does not match',
      'its preferences (LocalPreferences.toml) are others',
      'Commit LocalPreferences.toml beside Project.toml',
    ],
    [
      'Rejecting cache file /d/CSV/x.ji due to it containing an incompatible cache header',
      'the cache was made by another build of Julia',
      'Let julia in JuliaKaggle.toml and the Manifest name the same version.',
    ],
    [
      'Rejecting cache file /d/CSV/x.ji: missing ocachefile',
      'the machine code beside the cache (.so) is missing or damaged',
      'Leave compiled/ out of [pack] exclude.',
    ],
    [
      'Rejecting cache file /d/CSV/x.ji because it does not provide desired build_id',
      'a package that it uses was compiled again, or loaded in another version',
      'Look at the first package that was compiled again; the others follow it.',
    ],
  ] as const)
    it(`because ${because}: told with its remedy`, () => {
      const found = explainRecompilation(['CSV'], ['Some line', line, 'another']);
      assert.equal(found?.kind, 'recompilation');
      assert.equal(found.subject, 'CSV');
      assert.ok(found.title.startsWith(`Julia compiled CSV again, because ${because}`), found.title);
      assert.ok(found.title.endsWith('.'));
      assert.ok(found.remedies[0].title.startsWith(remedy), found.remedies[0].title);
      assert.deepEqual(found.remedies.slice(1), [BUILD_AGAIN]);
    });

  it('are several in one sentence, with the cause that is none of another’s', () => {
    const follows = 'Rejecting cache file /d/B/x.ji because it does not provide desired build_id';
    const cause = 'Rejecting cache file /d/A/x.ji: target mismatch';
    for (const lines of [
      [follows, cause],
      [cause, follows],
    ])
      assert.match(
        explainRecompilation(['A', 'B'], lines)?.title ?? '',
        /^Julia compiled A, B again, because its machine code/,
      );
  });

  it('go by what is said of them, in any of Julia’s ways to name them, and of no other', () => {
    const why = 'flags are mismatched';
    for (const line of [
      `Rejecting cache file /d/CSV/x.ji since the ${why}`,
      `Ignoring cache file /elsewhere/x.ji for CSV [336ed68f] since the ${why}`,
      `Rejecting cache file for CSV: ${why}`,
      `Unable to find compatible target in cached code image for CSV : ${why}`,
      `Precompiling CSV (cache misses: ${why} (1))`,
    ])
      assert.match(explainRecompilation(['DataFrames', 'CSV'], [line])?.title ?? '', /again, because/, line);
    for (const line of [
      `Rejecting cache file /d/CSVFiles/x.ji for CSVFiles since the ${why}`,
      `Loading /d/CSV/x.ji for CSV : ${why}`,
      `Precompiling CSVFiles (cache misses: ${why} (1))`,
    ])
      assert.equal(explainRecompilation(['CSV'], [line])?.title, 'Julia compiled CSV again.', line);
  });

  it('are found in a message that the logger broke into lines', () => {
    const lines = [
      '┌ Debug: Rejecting cache file',
      '│   /d/CSV/x.ji since',
      '└ the flags are mismatched',
      'x │ y',
    ];
    assert.match(explainRecompilation(['CSV'], lines)?.title ?? '', /because Julia ran with other flags/);
    assert.equal(explainRecompilation(['CSV'], ['└ flags'])?.title, 'Julia compiled CSV again.');
    const apart = ['Rejecting cache file /d/CSV/x.ji', 'x │ flags are mismatched'];
    assert.equal(explainRecompilation(['CSV'], apart)?.title, 'Julia compiled CSV again.');
  });

  it('are those of CUDA where nothing is said, which a pin mends', () => {
    for (const name of ['CUDA', 'CUDA_Runtime_jll', 'cuDNN', 'CUDNN_jll', 'CUTENSOR_jll'])
      assert.deepEqual(explainRecompilation(['CSV', name], []), {
        kind: 'recompilation',
        subject: `CSV, ${name}`,
        title: `Julia compiled CSV, ${name} again, because the build of CUDA hangs on the driver, or its preference is missing.`,
        remedies: [{ title: 'Pin the toolkit: julia-kaggle pin-cuda --write.' }, BUILD_AGAIN],
      });
    assert.equal(explainRecompilation(['NoCUDA'], [])?.title, 'Julia compiled NoCUDA again.');
  });

  it('are Julia’s own libraries where all of them are, which the depot’s path mends', () => {
    const found = explainRecompilation(['Dates', 'Pkg'], []);
    assert.match(found?.title ?? '', /because Julia's own caches were not found: JULIA_DEPOT_PATH/);
    assert.match(found?.remedies[0].title ?? '', /^Leave JULIA_DEPOT_PATH alone/);
    for (const names of [['Dates', 'CSV'], ['MyDates'], ['DatesMore']])
      assert.deepEqual(explainRecompilation(names, []), {
        kind: 'recompilation',
        subject: names.join(', '),
        title: `Julia compiled ${names.join(', ')} again.`,
        remedies: [BUILD_AGAIN],
      });
  });
});
