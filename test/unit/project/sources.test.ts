import assert from 'node:assert/strict';
import { stagedEdits } from '../../../src/core/scaffold/staged-edits.ts';
import { type Files, read, refusalOf } from './temp-project.ts';

const OWN = 'work/Inference/src/Inference.jl';
const CONFIG = 'work/Inference/JuliaKaggle.toml';
const configured = (run: string): Files => ({ [CONFIG]: `competition = "titanic"\n[run]\n${run}\n` });
const own = (...lines: readonly string[]): Files => ({
  [OWN]: ['module Inference', ...lines, 'end', ''].join('\n'),
});

/** A notebook as Pluto writes it, with a cell or an environment. */
const pluto = (more: string): string =>
  `### A Pluto.jl notebook ###\n# v0.19.40\n\nusing Markdown\n\n# ╔═╡ 7b3f9a52-0001-11ee-0000-000000000001\nprintln(1)\n\n# ╔═╡ 7b3f9a52-0001-11ee-0000-000000000002\n${more}\n`;
const OWN_PACKAGES =
  'PLUTO_PROJECT_TOML_CONTENTS = """\n[deps]\n"""\nPLUTO_MANIFEST_TOML_CONTENTS = """\njulia_version = "1.10.5"\nmanifest_format = "2.0"\n\n[deps]\n"""';
/** A notebook of Julia with these cells, as what is run. */
const notebook = (...cells: readonly string[]): Files => ({
  ...configured('script = "nb/a b.ipynb"'),
  'work/Inference/nb/a b.ipynb': JSON.stringify({
    cells: cells.map((source) => ({ cell_type: 'code', metadata: {}, outputs: [], source })),
    metadata: { kernelspec: { language: 'julia', name: 'julia-1.10' } },
    nbformat: 4,
    nbformat_minor: 5,
  }),
});

/** What is run, or the sentence and the remedies. */
interface Case {
  readonly files: Files;
  readonly runs?: string;
  readonly refused?: RegExp;
  readonly remedies?: readonly string[];
}

const ENTRIES: Readonly<Record<string, Case>> = {
  'a module that only defines main': {
    files: own('main(args) = 0'),
    refused: /^src\/Inference\.jl only defines functions: run as a script, it calls none of them\.$/,
    remedies: ['[run] entry = "Inference.main"'],
  },
  'a package made for PackageCompiler': {
    files: own('function julia_main()::Cint', 'return 0', 'end', 'main() = 1'),
    refused: /only defines functions/,
    remedies: ['[run] entry = "Inference.julia_main"', '[run] entry = "Inference.main"'],
  },
  'a module with helpers in included files': {
    files: {
      ...own('include("a.jl")', 'export helper', 'struct S end'),
      'work/Inference/src/a.jl': '"It helps."\nhelper(x::Int)::Int where {T} = x\n',
    },
    refused: /only defines functions/,
    remedies: ['Write a function main'],
  },
  'a script that only defines functions': {
    files: { ...configured('script = "p.jl"'), 'work/Inference/p.jl': 'f(x) = 1\n' },
    refused: /^p\.jl only defines functions/,
    remedies: ['Call one of its functions at its end'],
  },
  'a Jupyter notebook': {
    files: notebook('s = 0', 'for i in 1:3\n  s += i\nend\nprintln(s)'),
    runs: 'nb/a b.ipynb.jl',
  },
  'a Jupyter notebook with cells that Jupyter alone runs': {
    files: notebook(';ls', 'x = [\n1\n]', ']add CSV', '%%shell\nset -e', '?sum'),
    refused: /^nb\/a b\.ipynb: the cells 1, 3, 4 and 5 are not Julia\.$/,
    remedies: ['[run] skip = [1, 3, 4, 5]'],
  },
  'a Jupyter notebook whose cells are left out': {
    files: {
      ...notebook(';ls', 'println(1)'),
      ...configured('script = "nb/a b.ipynb"\nskip = [1]'),
    },
    runs: 'nb/a b.ipynb.jl',
  },
  'a Jupyter notebook of Python': {
    files: {
      ...configured('script = "p.ipynb"'),
      'work/Inference/p.ipynb': JSON.stringify({
        cells: [{ cell_type: 'code', source: 'import os' }],
        metadata: { kernelspec: { language: 'python' } },
        nbformat: 4,
      }),
    },
    refused: /^p\.ipynb is a notebook in another language, by its kernel: python\.$/,
    remedies: ['Name another script'],
  },
  'a Jupyter notebook without code': {
    files: notebook('  '),
    refused: /^nb\/a b\.ipynb has no code to run\.$/,
    remedies: ['Name another script'],
  },
  'what is called a Jupyter notebook': {
    files: { ...configured('script = "p.ipynb"'), 'work/Inference/p.ipynb': 'println(1)\n' },
    refused: /^p\.ipynb is not a Jupyter notebook of nbformat 3 or 4\.$/,
    remedies: ['Name another script'],
  },
  'a Pluto notebook with packages of its own': {
    files: { ...configured('script = "p.jl"'), 'work/Inference/p.jl': pluto(OWN_PACKAGES) },
    runs: 'p.jl',
  },
  'a Pluto notebook that uses the project': {
    files: {
      ...configured('script = "p.jl"'),
      'work/Inference/p.jl': pluto('import Pkg; Pkg.activate(Base.current_project(@__DIR__))'),
    },
    runs: 'p.jl',
  },
  'a module that calls its function': { files: own('main() = 0', 'main()'), runs: 'src/Inference.jl' },
  'a module that does so where it is the program': {
    files: own('main() = 0', 'if abspath(PROGRAM_FILE) == @__FILE__', 'main()', 'end'),
    runs: 'src/Inference.jl',
  },
  'a module whose included file acts': {
    files: { ...own('f() = 1', 'include("go.jl")'), 'work/Inference/src/go.jl': 'f()\n' },
    runs: 'src/Inference.jl',
  },
  'a module that includes what is named at run time': {
    files: own('f() = 1', 'include(joinpath(@__DIR__, "go.jl"))'),
    runs: 'src/Inference.jl',
  },
  'a module that acts when it is loaded': {
    files: own('function __init__()', 'end'),
    runs: 'src/Inference.jl',
  },
  'a function that is named': {
    files: { ...own('main(args) = 0'), ...configured('entry = "Inference.main"') },
    runs: 'Inference.main',
  },
};

const PACKAGES: Readonly<Record<string, Case>> = {
  'several that Project.toml does not name': {
    files: own('using CSV, DataFrames', 'import Flux: Chain', 'using CSV', 'println(1)'),
    refused: /^CSV, DataFrames and Flux are used, but Project\.toml does not name them\.$/,
    remedies: ['julia-kaggle resolve --add CSV DataFrames Flux --write'],
  },
  'one in an included file': {
    files: { ...own('include("a.jl")', 'println(1)'), 'work/Inference/src/a.jl': 'using CSV\n' },
    refused: /^CSV is used, but Project\.toml does not name it\.$/,
    remedies: ['resolve --add CSV --write'],
  },
  'one with a name that no shell should see': {
    files: own('using Übung', 'println(1)'),
    refused: /^Übung is used/,
    remedies: ['Pkg.add, in Julia, with Übung'],
  },
  'the standard library in a package that is loaded': {
    files: { ...own('using Random', 'main() = 0'), ...configured('entry = "Inference.main"') },
    refused: /^Random is used/,
    remedies: ['resolve --add Random --write'],
  },
  'the standard library in a script': { files: own('using Random', 'println(1)'), runs: 'src/Inference.jl' },
  'what is declared, the package itself, its modules, and Base': {
    files: own(
      'using Dates, Features',
      'module Sub end',
      'using .Sub',
      'using Base.Threads',
      'import Inference',
      'println(1)',
    ),
    runs: 'src/Inference.jl',
  },
  'what a program may do without': {
    files: own('try', 'using CUDA', 'catch', 'end', 'println("using CSV") # using CSV'),
    runs: 'src/Inference.jl',
  },
  'what comes by another load path': {
    files: own('push!(LOAD_PATH, "/kaggle/input")', 'using Elsewhere'),
    runs: 'src/Inference.jl',
  },
  'a file that is not loaded': {
    files: { ...own('println(1)'), 'work/Inference/src/train.jl': 'using Flux\n' },
    runs: 'src/Inference.jl',
  },
};

describe('what the sources of a project say', () => {
  for (const [title, cases] of Object.entries({ 'of what is run': ENTRIES, 'of its packages': PACKAGES }))
    describe(title, () => {
      for (const [name, { files, runs, refused, remedies = [] }] of Object.entries(cases))
        it(name, async () => {
          if (refused === undefined) {
            assert.equal((await read(files)).run.target, runs);
            return;
          }
          const code = title === 'of what is run' ? 'entry-missing' : 'package-missing';
          const error = await refusalOf(() => read(files), code);
          assert.match(error.title, refused);
          assert.equal(error.actions.length, remedies.length);
          // By the button that names another entry, or writes one.
          if (error.title.includes('only defines'))
            assert.ok(error.actions.every(({ command }) => command === 'choose-entry'));
          for (const [index, remedy] of remedies.entries())
            assert.ok(error.actions[index]?.title.includes(remedy), error.actions[index]?.title);
        });
    });

  it('is mended by what the refusal of a module says', async () => {
    const files = own('main(args) = 0');
    const { actions } = await refusalOf(() => read(files), 'entry-missing');
    const [, line = ''] = /\[run\] (entry = ".*")/.exec(actions[0].title) ?? [];
    assert.equal((await read({ ...files, ...configured(line) })).run.target, 'Inference.main');
  });

  it('is mended by what the refusal of packages says, once Pkg has added them', async () => {
    const files = own('using CSV', 'println(1)');
    const uuid = '336ed68f-0bac-5ca0-87d4-7b16caf5d00b';
    await refusalOf(() => read(files), 'package-missing');
    const added = await read({
      ...files,
      'work/Inference/Project.toml': `name = "Inference"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n[deps]\nCSV = "${uuid}"\n`,
      'work/Inference/Manifest.toml': `julia_version = "1.10.5"\nmanifest_format = "2.0"\n[[deps.CSV]]\nuuid = "${uuid}"\n`,
    });
    assert.equal(added.run.target, 'src/Inference.jl');
  });
});

describe('a notebook that is run', () => {
  const { files, runs } = ENTRIES['a Jupyter notebook'] ?? {};

  it('is staged as the script that it becomes, and not as what it shows', async () => {
    const project = await read(files);
    const places = project.files.map(({ place }) => place).filter((place) => place.includes('ipynb'));
    assert.deepEqual(places, [`Inference/${runs ?? ''}`]);
    assert.match(project.files.find(({ place }) => place === places[0])?.text ?? '', /softscope/);
  });

  it('is none of the files that are changed on request', async () => {
    assert.deepEqual(await stagedEdits(await read(files)), []);
  });

  it('names the packages that its cells load', async () => {
    const error = await refusalOf(() => read(notebook('using CSV', 'CSV.File("x")')), 'package-missing');
    assert.match(error.title, /^CSV is used/);
  });

  it('says which cells lose their Pkg calls, and that a cell is none', async () => {
    const { notes = [] } = await read(notebook('using Pkg\nPkg.activate("..")', 'println(1)'));
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? '', /cell 1 .* Project\.toml/);
    const beyond = { ...notebook('println(1)'), ...configured('script = "nb/a b.ipynb"\nskip = [2]') };
    assert.match(
      (await refusalOf(() => read(beyond), 'config-invalid')).title,
      /names cell 2, .* has 1 code/,
    );
  });

  it('brings its packages along, in place of those of the folder', async () => {
    const project = await read(ENTRIES['a Pluto notebook with packages of its own']?.files);
    const texts = project.files.filter(({ text }) => text !== undefined).map(({ place }) => place);
    assert.deepEqual(
      [texts, project.packages, project.manifest],
      [['Inference/Manifest.toml', 'Inference/Project.toml'], [], undefined],
    );
    assert.deepEqual(await stagedEdits(project), []);
  });

  it('needs no Project.toml beside it then', async () => {
    const project = await read({
      ...ENTRIES['a Pluto notebook with packages of its own']?.files,
      'work/Inference/Project.toml': undefined,
      'work/Inference/Manifest.toml': undefined,
    });
    assert.equal(project.juliaVersion, '1.10.5');
    assert.ok(project.files.some(({ place }) => place === 'Inference/Project.toml'));
  });
});
