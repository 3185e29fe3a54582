import assert from 'node:assert/strict';
import { fillPlaceholders } from '../../../src/core/config-file.ts';
import { inputEnvironment, wantedFiles } from '../../../src/core/contract/image/other-inputs.ts';
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

  for (const [text, problem] of [
    ['datasets = ["glove"]', /inputs\.datasets\[0\] must be "owner\/slug"/],
    ['datasets = ["ada/glove/latest"]', /must be "owner\/slug"/],
    ['datasets = ["../ada/glove"]', /must be "owner\/slug"/],
    ['datasets = ["https://www.kaggle.com/datasets/ada/glove"]', /must be "owner\/slug"/],
    ['datasets = [{ source = "ada/glove", name = "a b" }]', /must be/],
    ['datasets = "ada/glove"', /must be a list/],
    ['datasets = ["ada/glove", "ada/glove/2"]', /names ada\/glove again/],
    ['datasets = ["ada/glove", "bob/glove"]', /has the name of ada\/glove/],
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
