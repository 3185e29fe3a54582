import assert from 'node:assert/strict';
import { fillPlaceholders } from '../../../src/core/config-file.ts';
import {
  inputEnvironment,
  inputSources,
  wantedFiles,
} from '../../../src/core/contract/image/other-inputs.ts';
import { configProblems, parseConfig } from '../../../src/core/project/config.ts';
import { namedInputs } from '../../../src/core/project/inputs.ts';

const FILE = '/p/JuliaKaggle.toml';
const of = (text: string) => namedInputs(parseConfig(`competition = "titanic"\n${text}`, FILE));
const refusal = (text: string): string => {
  try {
    of(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`took ${text}`);
};

describe('[inputs] of JuliaKaggle.toml', () => {
  it('names datasets by owner and slug, with a version, a short name and patterns where wanted', () => {
    assert.deepEqual(
      of(
        '[inputs]\ndatasets = ["ada/glove", "bob/city-names/3", { source = "eve/vectors", name = "vec", only = ["*.bin"] }]',
      ),
      [
        { name: 'glove', kind: 'dataset', ref: 'ada/glove' },
        { name: 'city-names', kind: 'dataset', ref: 'bob/city-names', version: 3 },
        { name: 'vec', kind: 'dataset', ref: 'eve/vectors', only: ['*.bin'] },
      ],
    );
  });

  it('names models, outputs of notebooks and data of other competitions', () => {
    assert.deepEqual(
      of(
        '[inputs]\nmodels = ["bob/tides/pyTorch/small/2", { source = "eve/x.y/other/v-1/10", name = "deep" }]\nnotebooks = ["eve/train-it"]\ncompetitions = ["GiveMeSomeCredit"]',
      ),
      [
        { name: 'tides', kind: 'model', ref: 'bob/tides/pyTorch/small', version: 2 },
        { name: 'deep', kind: 'model', ref: 'eve/x.y/other/v-1', version: 10 },
        { name: 'train-it', kind: 'notebook', ref: 'eve/train-it' },
        { name: 'GiveMeSomeCredit', kind: 'competition', ref: 'GiveMeSomeCredit' },
      ],
    );
  });

  it('attaches each kind as Kaggle names it', () => {
    const inputs = [
      { name: 'a', kind: 'dataset', ref: 'ada/glove', version: 3 },
      { name: 'b', kind: 'model', ref: 'bob/tides/pyTorch/small', version: 2 },
      { name: 'c', kind: 'notebook', ref: 'eve/train', version: 5 },
      { name: 'd', kind: 'competition', ref: 'titanic' },
    ] as const;
    assert.deepEqual(inputSources({ inputs: [...inputs] }), {
      datasets: ['ada/glove/3'],
      models: ['bob/tides/pyTorch/small/2'],
      notebooks: ['eve/train'],
      competitions: ['titanic'],
    });
    assert.throws(() => inputSources({ inputs: [{ name: 'a', kind: 'dataset', ref: 'ada/glove' }] }));
  });

  for (const [text, problem] of [
    ['datasets = ["glove"]', /inputs\.datasets\[0\] must be "owner\/slug"/],
    ['datasets = ["ada/glove/latest"]', /must be "owner\/slug"/],
    ['datasets = ["../ada/glove"]', /must be "owner\/slug"/],
    ['datasets = ["https://www.kaggle.com/datasets/ada/glove"]', /must be "owner\/slug"/],
    ['datasets = [{ source = "ada/glove", name = "a b" }]', /must be/],
    ['datasets = "ada/glove"', /must be a list/],
    ['datasets = ["ada/glove", "ada/glove/2"]', /names ada\/glove again/],
    ['datasets = ["ada/glove", "bob/glove"]', /has the name of ada\/glove/],
    ['models = ["bob/tides/pyTorch/small"]', /inputs\.models\[0\] must be "owner\/model\/framework/],
    ['models = ["bob/tides/pyTorch/small/latest"]', /must be "owner\/model/],
    ['models = ["bob/../x/y/1"]', /must be "owner\/model/],
    ['notebooks = ["eve/train/3"]', /inputs\.notebooks\[0\] must be "owner\/slug"/],
    ['competitions = ["titanic"]', /inputs\.competitions\[0\] names titanic again/],
    ['datasets = ["ada/tides"]\nmodels = ["bob/tides/other/a/1"]', /models\[0\] has the name of ada\/tides/],
    // Both would be JULIA_KAGGLE_INPUT_A_B.
    ['datasets = ["ada/a-b", { source = "bob/x", name = "A_b" }]', /has the name of ada\/a-b/],
  ] as const)
    it(`refuses ${text}`, () => {
      assert.match(refusal(`[inputs]\n${text}`), problem);
    });

  it('refuses an argument that names what is not there', () => {
    const run = (name: string): string => `[run]\nargs = ["--file={inputs.${name}}/x"]`;
    assert.match(refusal(run('glove')), /run\.args\[0\] names the input "glove"/);
    assert.match(refusal(`${run('glvoe')}\n[inputs]\ndatasets = ["ada/glove"]`), /"glvoe"/);
    assert.equal(of(`${run('glove')}\n[inputs]\ndatasets = ["ada/glove"]`).length, 1);
    assert.deepEqual(configProblems(`competition = "titanic"\n${run('glove')}`, FILE), []);
  });

  it('is filled in by name, once, and nothing else is', () => {
    const folders = { competition: '/c', models: '/m', working: '/w', inputs: { glove: '/in/{working}' } };
    assert.equal(
      fillPlaceholders('{inputs.glove}/a {inputs.other} {inputs.} {working} {inputs}', folders),
      '/in/{working}/a {inputs.other} {inputs.} /w {inputs}',
    );
    assert.equal(fillPlaceholders('{inputs.__proto__}', folders), '{inputs.__proto__}');
    assert.deepEqual(inputEnvironment({ 'city-names': '/in' }), { JULIA_KAGGLE_INPUT_CITY_NAMES: '/in' });
  });

  it('fetches what the patterns name, as in a .gitignore', () => {
    const files = ['a.bin', 'deep/b.bin', 'deep/c.txt', 'vectors/d'].map((name) => ({ name }));
    const names = (only?: string[]): string[] => wantedFiles(files, only).map(({ name }) => name);
    assert.deepEqual(names(), ['a.bin', 'deep/b.bin', 'deep/c.txt', 'vectors/d']);
    assert.deepEqual(names(['*.bin']), ['a.bin', 'deep/b.bin']);
    assert.deepEqual(names(['/vectors/', '/a.*']), ['a.bin', 'vectors/d']);
    assert.deepEqual(names([]), []);
  });
});
