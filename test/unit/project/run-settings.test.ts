import assert from 'node:assert/strict';
import { defined } from '../../../src/base/defined.ts';
import type { KaggleConfig } from '../../../src/core/project/config-schema.ts';
import { runSettings, type RunContext } from '../../../src/core/project/run-settings.ts';
import { refusalOf } from './temp-project.ts';

/** The project beside its path dependency Features, with these files staged; CSV is a registered package. */
function context(...places: readonly string[]): RunContext {
  return {
    project: {
      name: 'Inference',
      folder: '/p/Inference',
      deps: { CSV: 'uuid-1', Features: 'uuid-2' },
      isPackage: true,
    },
    packMode: 'depot',
    place: 'Inference',
    packages: [
      { name: 'Inference', place: 'Inference' },
      { name: 'Features', place: 'lib/Features' },
    ],
    files: places.map((place) => ({ place })),
    juliaVersion: '1.10.5',
    source: 'module Inference\nend\n',
  };
}

const USUAL = { args: [], threads: 'auto' };

const run = (wish: Partial<KaggleConfig['run']>, ...places: readonly string[]) =>
  runSettings({ ...USUAL, args: ['a'], threads: 2, ...wish }, context(...places));

/** The same as an environment, with the files at their places in it. */
function environment(...paths: readonly string[]): RunContext {
  const all = context(...paths.map((path) => `Inference/${path}`));
  return { ...all, project: { ...all.project, name: 'tide tables', isPackage: false }, source: undefined };
}

describe('a function that the host calls', () => {
  it('is kept with those that belong to it, each of a package that is there', async () => {
    const file = 'Inference/src/Inference.jl';
    const wish = { predict: 'Inference.predict', warmup: 'Inference.load', stateful: true };
    assert.deepEqual(run(wish, file), {
      form: 'predict',
      target: 'Inference.predict',
      hooks: { warmup: 'Inference.load' },
      stateful: true,
      args: ['a'],
      threads: '2',
    });
    const error = await refusalOf(() => run({ ...wish, warmup: 'Other.load' }, file), 'entry-missing');
    assert.match(error.title, /^\[run\] warmup = "Other\.load": Other is neither the project nor/);
  });
});

describe('what is run of an environment', () => {
  const run = (around: RunContext, wish: { readonly script?: string; readonly entry?: string } = {}) =>
    runSettings({ ...USUAL, ...wish }, around);

  it('is the only script that it has, tests and documentation aside', () => {
    const only = environment('Project.toml', 'notebooks/predict.jl', 'test/runtests.jl', 'docs/make.jl');
    assert.deepEqual(run(only), {
      form: 'script',
      target: 'notebooks/predict.jl',
      args: [],
      threads: 'auto',
    });
  });

  it('is asked for where there are several, those at the top first', async () => {
    const several = environment('src/train.jl', 'z.jl', 'a "b".jl');
    const error = await refusalOf(() => run(several), 'entry-missing');
    assert.match(error.title, /3 scripts/);
    assert.deepEqual(
      error.actions.map(({ title }) => /\[run\] script = (".*")/.exec(title)?.[1]),
      ['"a \\"b\\".jl"', '"z.jl"', '"src/train.jl"'],
    );
    assert.equal(run(several, { script: 'z.jl' }).target, 'z.jl');
  });

  it('is nothing where there is no script', async () => {
    const error = await refusalOf(() => run(environment('Project.toml')), 'entry-missing');
    assert.match(error.actions[0].title, /\[run\] script = "predict\.jl"/);
  });

  it('is no function of its own, but may be one of a dependency', async () => {
    const error = await refusalOf(() => run(environment('a.jl'), { entry: 'Tides.main' }), 'entry-missing');
    assert.match(error.title, /"Tides\.main" needs a package/);
    assert.equal(run(environment('a.jl'), { entry: 'CSV.main' }).form, 'entry');
  });

  it('cannot be compiled', async () => {
    for (const packMode of ['app', 'sysimage'] as const) {
      const error = await refusalOf(() => run({ ...environment('a.jl'), packMode }), 'entry-missing');
      assert.equal(error.actions[0].command, 'mode depot');
    }
  });
});

describe('what is run', () => {
  it('is the package’s own file as a script, with arguments and threads', () => {
    assert.deepEqual(run({}, 'Inference/src/Inference.jl'), {
      form: 'script',
      target: 'src/Inference.jl',
      args: ['a'],
      threads: '2',
    });
  });

  it('is the function that the package declares with @main, for a Julia that knows it', () => {
    const file = context('Inference/src/Inference.jl', 'Inference/run.jl');
    const target = (source: string, juliaVersion = '1.11.0', script?: string): string =>
      runSettings({ ...USUAL, ...defined({ script }) }, { ...file, source, juliaVersion }).target;
    const module = (line: string): string => `module Inference\n${line}\nend\n`;
    for (const line of [
      'function (@main)(args)\n  0\nend',
      '(@main)(args) = 0',
      'main(args) = 0\n@main # begins here',
    ]) {
      assert.equal(target(module(line)), 'Inference.main', line);
      assert.equal(target(module(line), '1.10.5'), 'src/Inference.jl', line);
      assert.equal(target(module(line), '1.12.1', 'run.jl'), 'run.jl', line);
    }
    for (const line of ['# @main', 'x = 1 # @main', 'Base.@main', '@mainly', '"ada@main.org"'])
      assert.equal(target(module(line)), 'src/Inference.jl', line);
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
