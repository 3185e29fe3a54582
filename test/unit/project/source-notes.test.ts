import assert from 'node:assert/strict';
import { type Files, read } from './temp-project.ts';

const CONFIG = 'work/Inference/JuliaKaggle.toml';
const OWN = 'work/Inference/src/Inference.jl';
const script = (...lines: readonly string[]): Files => ({ [OWN]: lines.join('\n') });
const project = (...deps: readonly string[]): Files => ({
  'work/Inference/Project.toml': `name = "Inference"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n[deps]\n${deps
    .map((name, at) => `${name} = "0000000${at}-0000-4000-8000-000000000000"\n`)
    .join('')}`,
  'work/Inference/Manifest.toml': `julia_version = "1.10.5"\nmanifest_format = "2.0"\n${deps
    .map((name, at) => `[[deps.${name}]]\nuuid = "0000000${at}-0000-4000-8000-000000000000"\n`)
    .join('')}`,
});

/** Sources, and what is said of each; nothing: nothing. */
const SEEN: Readonly<Record<string, readonly [files: Files, ...said: RegExp[]]>> = {
  'packages that fetch': [
    { ...project('PyCall', 'CSV', 'CondaPkg'), ...script('using PyCall, CSV', 'println(1)') },
    /^PyCall and CondaPkg: /,
  ],
  'a package with a window': [
    { ...project('GLMakie'), ...script('using GLMakie', 'println(1)') },
    /^GLMakie needs a window/,
  ],
  'downloads in the program, and none in words': [
    script(
      'f() = HTTP.get("https://example.org")',
      'download("x")',
      '# download("y")',
      'println("download(1)")',
    ),
    /\(src\/Inference\.jl:1 and src\/Inference\.jl:2\)/,
  ],
  'the competition data beside the code, opened': [
    {
      ...script('println(1)', 'x = read("data/test.csv")'),
      'work/Inference/data/test.csv': 'id\n1\n',
    },
    /^data\/test\.csv goes along .* src\/Inference\.jl:2 names it/,
  ],
  'the competition data beside the code, not opened': [
    { ...script('println(1)'), 'work/Inference/gender_submission.csv': 'id\n1\n' },
    /^gender_submission\.csv goes along/,
  ],
  'the competition data where JuliaKaggle.toml says so': [
    {
      ...script('println(1)'),
      [CONFIG]: 'competition = "titanic"\n[data]\nfolder = "data"\n',
      'work/Inference/data/test.csv': 'id\n1\n',
    },
  ],
  'a submission that is written elsewhere': [
    script('println(1)', 'CSV.write("data/submission.csv", t)'),
    /^src\/Inference\.jl:2 writes data\/submission\.csv, .* submission\.csv of the folder/,
  ],
  'a submission that is written into a folder above': [
    script('open(io -> println(io), "../output/x.csv", "w")'),
    /writes \.\.\/output\/x\.csv/,
  ],
  'one that is written where it is looked for, and another file': [
    script('CSV.write("./submission.csv", t)', 'CSV.write("log.csv", t)'),
  ],
  'one that JuliaKaggle.toml names': [
    {
      ...script('CSV.write("out.csv", t)'),
      [CONFIG]: 'competition = "titanic"\n[output]\nfile = "out.csv"\n',
    },
  ],
  'a file that is read': [script('x = open("a.csv")', 'CSV.read("b.csv")', 'println(1)')],
};

describe('what is noted of the sources before the build', () => {
  for (const [name, [files, ...said]] of Object.entries(SEEN))
    it(name, async () => {
      const { notes = [] } = await read(files);
      assert.equal(notes.length, said.length, notes.join('\n'));
      for (const [at, pattern] of said.entries()) assert.match(notes[at] ?? '', pattern);
    });
});
