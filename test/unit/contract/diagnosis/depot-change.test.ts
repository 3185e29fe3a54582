import assert from 'node:assert/strict';
import { explainAppeared, scratchWarning } from '../../../../src/core/contract/diagnosis/depot-change.ts';

const UUID = '0b6f4b0a-0000-4000-8000-000000000000';

describe('what a run added to the depot', () => {
  for (const [path, noun, remedy] of [
    ['packages/CSV/aoJqo', 'the package CSV', /^Take Pkg\.add, .* out of the program: the build installs/],
    ['artifacts/44b6f0', 'the artifact 44b6f0', /^Let the run on this machine .* \(\[models\] files\)\.$/],
    ['datadeps/MNIST', 'the data dependency MNIST', /^Make the data a model .*so that it is packed\.$/],
    ['registries/General', 'the registry General', /^Take Pkg\.Registry and Pkg\.add out of the program\.$/],
  ] as const)
    it(`names ${noun}, with a remedy and the build that has to follow`, () => {
      const [finding, ...others] = explainAppeared([path, `logs/${path}`]);
      assert.deepEqual(others, []);
      assert.equal(finding?.kind, 'depot-changed');
      assert.equal(finding.subject, path.split('/')[1]);
      assert.equal(finding.title, `The run added ${noun} to the depot, which the bundle should have had.`);
      const [first, then] = finding.remedies;
      assert.match(first.title, remedy);
      assert.deepEqual(then, {
        title: 'Then build again: julia-kaggle run --fresh build.',
        command: 'run --fresh build',
      });
    });

  it('is one finding for each kind, which counts and names the first three', () => {
    const paths = ['A', 'B', 'C', 'D'].map((name) => `packages/${name}/x`);
    const found = explainAppeared([...paths, 'registries/General', 'registries/Own', 'artifacts/1']);
    assert.deepEqual(
      found.map(({ subject, title }) => [subject, title.slice(0, title.indexOf(' to the depot'))]),
      [
        ['A, B, C, D', 'The run added 4 packages (A, B, C and 1 more)'],
        ['1', 'The run added the artifact 1'],
        ['General, Own', 'The run added 2 registries (General, Own)'],
      ],
    );
    assert.match(explainAppeared(paths.slice(0, 3))[0]?.title ?? '', /3 packages \(A, B, C\) to/);
  });

  it('is nothing where nothing came, and where a scratch space or a log did', () => {
    assert.deepEqual(explainAppeared([]), []);
    assert.deepEqual(
      explainAppeared([`scratchspaces/${UUID}/cache`, 'logs/artifacts/', 'my-packages/x']),
      [],
    );
  });

  it('is a warning where it is a scratch space', () => {
    assert.equal(scratchWarning([]), undefined);
    assert.equal(scratchWarning(['packages/CSV/aoJqo', 'logs/scratchspaces/']), undefined);
    assert.equal(
      scratchWarning(['packages/CSV/aoJqo', `scratchspaces/${UUID}/cache`]),
      'The run made the scratch space cache. On Kaggle it is made anew in each run; a run on this machine that comes by the same place (julia-kaggle run --fresh test) has it packed.',
    );
    assert.match(
      scratchWarning([`scratchspaces/${UUID}/a`, `scratchspaces/${UUID}/b`]) ?? '',
      /^The run made 2 scratch spaces \(a, b\)\./,
    );
  });
});
