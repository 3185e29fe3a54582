import assert from 'node:assert/strict';
import { runSettings, type RunContext } from '../../../src/core/project/run-settings.ts';
import { refusalOf } from './temp-project.ts';

/** The project beside its path dependency Features, with these files staged; CSV is a registered package. */
function context(...places: readonly string[]): RunContext {
  return {
    project: { name: 'Inference', folder: '/p/Inference', deps: { CSV: 'uuid-1', Features: 'uuid-2' } },
    place: 'Inference',
    packages: [
      { name: 'Inference', place: 'Inference' },
      { name: 'Features', place: 'lib/Features' },
    ],
    files: places.map((place) => ({ place })),
  };
}

const run = (wish: { readonly script?: string; readonly entry?: string }, ...places: readonly string[]) =>
  runSettings({ args: ['a'], threads: 2, ...wish }, context(...places));

describe('what is run', () => {
  it('is the package’s own file as a script, with arguments and threads', () => {
    assert.deepEqual(run({}, 'Inference/src/Inference.jl'), {
      form: 'script',
      target: 'src/Inference.jl',
      args: ['a'],
      threads: '2',
    });
  });

  it('is the script that is named, by the shortest path', () => {
    assert.equal(run({ script: './bin/../run.jl' }, 'Inference/run.jl').target, 'run.jl');
  });

  it('is a function of the project, of a path dependency, or of a registered package, which is believed', () => {
    for (const [entry, place] of [
      ['Inference.main', 'Inference/src/Inference.jl'],
      ['Features.Cli.main', 'lib/Features/src/Features.jl'],
      ['CSV.main', 'Inference/src/Inference.jl'],
    ] as const) {
      const { form, target } = run({ entry }, place);
      assert.deepEqual([form, target], ['entry', entry]);
    }
  });

  for (const [name, wish, title, detail] of [
    [
      'a script that is not staged',
      { script: 'src/Main.jl' },
      'The script src/Main.jl is not among the files of Inference.',
      '/p/Inference',
    ],
    [
      'a function of a stranger',
      { entry: 'Infrence.main' },
      '[run] entry = "Infrence.main": Infrence is neither the project nor one of its dependencies.',
      'Inference, CSV, Features',
    ],
    [
      'a function of the project without its file',
      { entry: 'Inference.main' },
      '[run] entry = "Inference.main": the package Inference has no src/Inference.jl.',
      undefined,
    ],
    [
      'a function of a path dependency without its file',
      { entry: 'Features.main' },
      '[run] entry = "Features.main": the package Features has no src/Features.jl.',
      undefined,
    ],
  ] as const)
    it(`is not ${name}`, async () => {
      const error = await refusalOf(() => run(wish, 'Inference/src/Other.jl'), 'entry-missing');
      assert.deepEqual([error.title, error.detail], [title, detail]);
      assert.match(error.actions[0].title, /^Name what to run in JuliaKaggle\.toml: \[run\] entry = /);
    });
});
