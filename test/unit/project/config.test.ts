import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'smol-toml';
import { CONFIG_KEYS, configSchema } from '../../../src/core/project/config-schema.ts';
import { parseConfig, readConfig } from '../../../src/core/project/config.ts';
import { refusalOf, withFiles } from './temp-project.ts';

const FILE = '/project/JuliaKaggle.toml';

const EVERYTHING = `
competition = "titanic"
julia = "1.10.5"
[image]
name = "gcr.io/kaggle-gpu-images/python@sha256:${'a'.repeat(64)}"
[run]
entry = "Inference.Sub.main!"
args = ["--model", "{models}/model.jld2", "--data={competition}", "{working}", '{"a": 1}', ""]
threads = "4,1"
[data]
folder = "../data"
only = ["*.csv"]
hidden = "../hidden"
full_rows = 600000
full_bytes = 1000000
[models]
files = ["../models/model.jld2", "b.bson"]
on = "model"
license = "Apache 2.0"
[inputs]
datasets = ["ada/glove", { source = "bob/city-names/3", name = "cities", only = ["*.csv"] }]
models = ["bob/tides/other/small/2"]
notebooks = ["eve/train"]
competitions = ["house-prices"]
[datasets]
julia = "my-julia"
dotjulia = "packedjulia"
dotjulia-delta = "packedjulia-delta"
inferenceapp = "packedjulia"
models = "models-1"
app = "my-compiled-app"
sysimage = "my-sysimage"
[notebook]
title = "Baseline, in Julia"
accelerator = "NvidiaTeslaT4"
time_limit_minutes = 540
before = "cells/before.py"
after = "cells/after.py"
[output]
file = "out/submission.csv"
sample = "sample_submission.csv"
rows = "any"
[manifest]
resolve = "when missing"
[test]
network = false
[submit]
as = "file"

[score]
better = "lower"
[pack]
mode = "depot"
codec = "zstd"
exclude = ["scratchspaces/x", "artifacts/..hidden"]
keep = ["clones"]
[secrets]
allow = ["test/key.pem#0123456789abcdef"]
`;

/** Text of the file after a first line that names the competition, and what the title must say. */
const INVALID: readonly (readonly [toml: string, title: RegExp])[] = [
  ['[run]\nargz = []', /run\.argz is not a known key; the nearest is run\.args/],
  ['[notebok]\ntitle = "x"', /\[notebok\] is not a known section; the nearest is \[notebook\]/],
  ['script = "src/a.jl"', /: script is not a known key; the nearest is run\.script/],
  ['julia = 1.10', /: julia must be text in quotes/],
  ['julia = "nightly"', /: julia must be a version such as "1\.10\.5", a series such as "1\.10", or one of/],
  ['julia = "LTS"', /: julia must be/],
  ['julia = "v1.10"', /: julia must be/],
  ['run = "src/a.jl"', /: run must be a section/],
  ['[run]\nentry = "main"', /run\.entry must be a package and a function/],
  ['[run]\nentry = "Inference.main(); rm"', /run\.entry must be/],
  ['[run]\nscript = "../a.jl"', /run\.script must name something below the folder: "\.\.\/a\.jl"/],
  ['[run]\nscript = "a.jl"\nentry = "A.b"', /run has both script and entry/],
  ['[run]\npredict = "A.c"\nentry = "A.b"', /run has both entry and predict/],
  ['[run]\nwarmup = "A.c"\nreset = "A.b"', /run has warmup and reset without predict/],
  ['[run]\nargs = "x"', /run\.args must be a list/],
  ['[run]\nargs = ["a", "{model}"]', /run\.args\[1\] has the unknown placeholder \{model\}/],
  ['[run]\nthreads = 0', /run\.threads must be "auto", a number/],
  ['[run]\nthreads = "many"', /run\.threads must be "auto", a number/],
  ['[run]\nthreads = 1.5', /run\.threads must be "auto", a number/],
  ['[image]\nname = "no spaces please"', /image\.name must be the name of a container image/],
  [
    '[data]\nfolder = "/home/me/data"',
    /data\.folder must be relative to JuliaKaggle\.toml: "\/home\/me\/data"/,
  ],
  ['[data]\nfolder = "C:/data"', /data\.folder must be relative/],
  ['[data]\nfolder = "~/data"', /data\.folder must be relative/],
  ["[data]\nfolder = 'a\\b'", /data\.folder must be written with "\/"/],
  ['[data]\nfolder = ""', /data\.folder must not be empty/],
  ['[data]\nfull_rows = 1.5', /data\.full_rows must be a whole number/],
  ['[data]\nfull_bytes = 0', /data\.full_bytes must be at least 1/],
  ['[notebook]\nbefore = "../cells.py"', /notebook\.before must name something below/],
  ['[run]\nargs = ["a\\u0000"]', /run\.args\[0\] must not hold a NUL/],
  ['[models]\nfiles = ["/m.jld2"]', /models\.files\[0\] must be relative/],
  ['[models]\non = "here"', /models\.on must be "dataset" or "model"/],
  ['[models]\nlicense = " "', /models\.license must be a license as Kaggle names it/],
  ['[models]\nfiles = [1]', /models\.files\[0\] must be text/],
  ['[datasets]\njulia = "me/julia-dataset"', /datasets\.julia must be the name of a dataset of yours/],
  ['[datasets]\nmodels = "short"', /datasets\.models must be/],
  ['[datasets]\nmodels = "With_Capitals"', /datasets\.models must be/],
  ['[notebook]\ntitle = "abcd"', /notebook\.title must have 5 to 50 characters/],
  ['[notebook]\ntitle = "- - - - - a"', /notebook\.title must have/],
  ['[notebook]\naccelerator = "gpu"', /notebook\.accelerator must be "none" or a GPU/],
  [
    '[notebook]\naccelerator = "NvidiaTeslaP100"',
    /notebook\.accelerator is "NvidiaTeslaP100", which Kaggle has retired/,
  ],
  ['[notebook]\ntime_limit_minutes = 721', /notebook\.time_limit_minutes must be 720 at most/],
  ['[notebook]\ntime_limit_minutes = 1.5', /notebook\.time_limit_minutes must be a whole number/],
  ['[notebook]\ntime_limit_minutes = 0', /notebook\.time_limit_minutes must be at least 1/],
  ['[output]\nfile = ".."', /output\.file must name something below/],
  ['[output]\nsample = "/kaggle/input/x.csv"', /output\.sample must be relative/],
  ['[test]\nnetwork = "false"', /test\.network must be true or false, without quotes/],
  ['[test]\nnetwork = 0', /test\.network must be true or false/],
  ['[score]\nbetter = "smaller"', /score\.better must be "lower" or "higher"/],
  ['[pack]\nmode = "zip"', /pack\.mode must be "depot", "app" or "sysimage"/],
  ['[pack]\ncodec = "xz"', /pack\.codec must be "auto", "zstd" or "gzip"/],
  [
    '[secrets]\nallow = ["test/key.pem"]',
    /secrets\.allow\[0\] must be a path with "\/", then "#" and 16 digits/,
  ],
  ['[pack]\nexclude = ["artifacts/*"]', /pack\.exclude\[0\] must be a name or a plain path/],
];

/** The keys of what is run in place of an entry. */
const OTHER_PROGRAMS = [
  'script',
  'skip',
  'predict',
  'endpoints',
  'warmup',
  'reset',
  'fallback',
  'stateful',
].map((key) => `run.${key}`);

const COMPETITIONS = [
  '',
  'https://www.kaggle.com/competitions/titanic',
  'me/titanic',
  'tit anic',
  '-titanic',
];

describe('JuliaKaggle.toml', () => {
  it('needs a competition only and fills in what hangs on nothing', () => {
    assert.deepEqual(parseConfig('competition = "GiveMeSomeCredit"', FILE), {
      competition: 'GiveMeSomeCredit',
      image: {},
      manifest: {},
      run: { args: [], threads: 'auto' },
      data: {},
      models: { files: [], on: 'dataset' },
      inputs: { datasets: [], models: [], notebooks: [], competitions: [] },
      test: {},
      datasets: {},
      notebook: { accelerator: 'none' },
      output: {},
      submit: { as: 'auto' },
      score: {},
      pack: { mode: 'depot', exclude: [], keep: [], codec: 'auto' },
      secrets: { allow: [] },
    });
  });

  it('takes every key', () => {
    const config = parseConfig(EVERYTHING, FILE);
    assert.deepEqual(keysOf(config), [...CONFIG_KEYS].filter((key) => !OTHER_PROGRAMS.includes(key)).sort());
    assert.deepEqual(config, JSON.parse(JSON.stringify(parse(EVERYTHING))));
  });

  for (const [toml, title] of INVALID) {
    it(`refuses ${toml.replaceAll('\n', ' ')}`, async () => {
      const error = await refusalOf(
        () => parseConfig(`competition = "titanic"\n${toml}`, FILE),
        'config-invalid',
      );
      assert.match(error.title, title);
      assert.match(error.title, /^JuliaKaggle\.toml: /);
      assert.equal(error.detail, FILE);
    });
  }

  for (const slug of COMPETITIONS) {
    it(`refuses the competition "${slug}"`, async () => {
      const error = await refusalOf(() => parseConfig(`competition = "${slug}"`, FILE), 'config-invalid');
      assert.match(error.title, /competition must be the last part of the competition's address/);
    });
  }

  it('names the key that a misspelt competition is nearest to', async () => {
    const error = await refusalOf(() => parseConfig('competion = "titanic"', FILE), 'config-invalid');
    assert.match(error.title, /competion is not a known key; the nearest is competition/);
  });

  it('shows the two lines to write when it is missing or names no competition', async () => {
    const errors = await withFiles({ 'work/Inference/JuliaKaggle.toml': undefined }, async (folder) => [
      await refusalOf(() => readConfig(folder), 'config-invalid'),
      await refusalOf(() => parseConfig('julia = "1.10.5"', FILE), 'config-invalid'),
    ]);
    for (const error of errors) {
      const [intro = '', ...lines] = error.actions[0].title.split('\n');
      assert.match(intro, /two lines/);
      assert.equal(lines.length, 2);
      assert.equal(parseConfig(lines.join('\n'), FILE).competition, 'titanic');
    }
  });

  it('says line and column of a syntax error', async () => {
    const error = await refusalOf(() => parseConfig('competition = "titanic"\n[run\n', FILE), 'toml-syntax');
    assert.match(error.title, /^\/project\/JuliaKaggle\.toml, line 2, column \d+: /);
  });
});

describe('media/julia-kaggle.schema.json', () => {
  interface JsonSchema {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly description?: string;
  }
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../media/julia-kaggle.schema.json'), 'utf8'),
  ) as JsonSchema & Record<string, unknown>;
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
  const accepts = (toml: string): boolean => validate(JSON.parse(JSON.stringify(parse(toml))));

  it('has the keys that the reader has', () => {
    const keys = Object.entries(schema.properties ?? {}).flatMap(([name, { properties }]) =>
      properties === undefined ? [name] : Object.keys(properties).map((inner) => `${name}.${inner}`),
    );
    assert.deepEqual(keys.sort(), [...CONFIG_KEYS].sort());
  });

  it('describes every key', () => {
    const undescribed = Object.entries(schema.properties ?? {}).flatMap(([name, value]) =>
      Object.entries({ '': value, ...value.properties })
        .filter(([, { description = '' }]) => description.length < 10)
        .map(([inner]) => `${name}.${inner}`),
    );
    assert.deepEqual(undescribed, []);
  });

  it('has the defaults that the reader has', () => {
    const defaults = configSchema.parse({ competition: 'titanic' });
    const run = schema.properties?.['run']?.properties as Record<string, { default?: unknown }>;
    const output = schema.properties?.['output']?.properties as Record<string, { default?: unknown }>;
    assert.equal(run['threads']?.default, defaults.run.threads);
    assert.equal(output['file']?.default, defaults.output.file);
  });

  it('accepts what the reader accepts', () => {
    assert.ok(accepts(EVERYTHING), JSON.stringify(validate.errors));
    assert.ok(accepts('competition = "titanic"\n[run]\nscript = "./src/a.jl"\nthreads = 8'));
    assert.ok(accepts('competition = "titanic"\n[notebook]\naccelerator = "none"'));
    for (const julia of ['lts', 'release', '1', '1.10', '1.13.0-rc3']) {
      const text = `competition = "titanic"\njulia = "${julia}"`;
      assert.equal(parseConfig(text, FILE).julia, julia);
      assert.ok(accepts(text), julia);
    }
  });

  it('refuses what the reader refuses', () => {
    const all = [
      ...INVALID.map(([toml]) => `competition = "titanic"\n${toml}`),
      ...COMPETITIONS.map((slug) => `competition = "${slug}"`),
      'julia = "1.10.5"',
    ];
    assert.deepEqual(all.filter(accepts), []);
  });
});

function keysOf(config: object): string[] {
  return Object.entries(config)
    .flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? Object.keys(value).map((inner) => `${name}.${inner}`)
        : [name],
    )
    .sort();
}
