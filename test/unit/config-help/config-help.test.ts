import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCELERATORS } from '../../../src/core/kaggle-machines.ts';
import { type Diagnosis, examineConfig } from '../../../src/host/config/diagnose.ts';
import { KNOWN_KEYS, knownKey, tomlOf } from '../../../src/host/config/known-keys.ts';
import { toldAt } from '../../../src/host/config/places.ts';
import { suggest, type Suggestion } from '../../../src/host/config/suggest.ts';
import { configProblems } from '../../../src/core/project/config.ts';
import { CONFIG_KEYS, SECTIONS } from '../../../src/core/project/config-schema.ts';

const EXAMPLE = readFileSync(
  join(import.meta.dirname, '../../../examples/Inference/JuliaKaggle.toml'),
  'utf8',
);

/** `|` marks the place. */
function place(marked: string): { text: string; offset: number } {
  return { text: marked.replace('|', ''), offset: marked.indexOf('|') };
}

const MODELS = [{ value: '"model.jld2"', about: '' }];

async function suggestionsAt(marked: string): Promise<Suggestion[]> {
  const { text, offset } = place(marked);
  return suggest(text, offset, {
    valuesFor: (key) => Promise.resolve(key === 'models.files' ? MODELS : []),
  });
}

async function labelsAt(marked: string): Promise<string[]> {
  return (await suggestionsAt(marked)).map(({ label }) => label);
}

/** The text after the suggestion with this label was taken, with `|` where the cursor stands. */
async function taken(marked: string, label: string): Promise<string> {
  const { text } = place(marked);
  const chosen = (await suggestionsAt(marked)).find((each) => each.label === label);
  assert.ok(chosen, `${label} is offered`);
  const { span, text: written, cursor = written.length } = chosen;
  return `${text.slice(0, span.start)}${written.slice(0, cursor)}|${written.slice(cursor)}${text.slice(span.end)}`;
}

describe('what the editor knows of the keys of JuliaKaggle.toml', () => {
  it('is what the program takes', () => {
    const keys = KNOWN_KEYS.filter(({ isSection }) => !isSection).map(({ path }) => path.join('.'));
    const sections = KNOWN_KEYS.filter(({ isSection }) => isSection).map(({ path }) => path.join('.'));
    assert.deepEqual(keys.sort(), [...CONFIG_KEYS].sort());
    assert.deepEqual(sections.sort(), [...SECTIONS].sort());
  });

  it('has the accelerators that can be chosen, all of which the file takes', () => {
    const shapes = ACCELERATORS.map(({ shape }) => shape);
    assert.deepEqual(knownKey(['notebook', 'accelerator'])?.values, ['none', ...shapes].map(tomlOf));
    for (const shape of shapes)
      assert.deepEqual(
        configProblems(`competition = "c"\n[notebook]\naccelerator = "${shape}"\n`, 'JuliaKaggle.toml'),
        [],
      );
  });

  it('has the usual value first', () => {
    assert.equal(knownKey(['notebook', 'accelerator'])?.values[0], '"none"');
    assert.equal(knownKey(['run', 'args', 2])?.path.join('.'), 'run.args');
  });
});

describe('completion in JuliaKaggle.toml', () => {
  it('offers the keys of the section that are not written yet, and new sections', async () => {
    const labels = await labelsAt('competition = "x"\n|\n[run]\nargs = []\n');
    assert.deepEqual(labels.slice(0, 3), ['julia', '[image]', '[data]']);
    assert.ok(!labels.includes('[run]'));
    assert.deepEqual((await labelsAt('[run]\nargs = []\nth|\n')).slice(0, 3), ['script', 'skip', 'entry']);
  });

  it('writes a key with what belongs around its value', async () => {
    assert.equal(await taken('com|', 'competition'), 'competition = "|"');
    assert.equal(await taken('[models]\n|', 'files'), '[models]\nfiles = [|]');
    assert.equal(
      await taken('[notebook]\ntime|', 'time_limit_minutes'),
      '[notebook]\ntime_limit_minutes = |',
    );
    assert.equal(await taken('[data]\n|', 'full_rows'), '[data]\nfull_rows = |');
    assert.equal(await taken('[test]\n|', 'network'), '[test]\nnetwork = |');
  });

  it('knows sections by their beginning', async () => {
    assert.equal(await taken('[not|', 'notebook'), '[notebook]\n|');
    assert.equal(await taken('[no|]', 'notebook'), '[notebook]\n|');
  });

  it('offers values, in place of what is written', async () => {
    assert.equal(
      await taken('[notebook]\naccelerator = "Nv|"  # fast', '"NvidiaTeslaT4"'),
      '[notebook]\naccelerator = "NvidiaTeslaT4"|  # fast',
    );
    assert.equal(await taken('julia = |', '"lts"'), 'julia = "lts"|');
    assert.deepEqual(await labelsAt('[test]\nnetwork = |'), ['true', 'false']);
    assert.equal(await taken('julia =|\n', '"lts"'), 'julia ="lts"|\n');
  });

  it('offers what the machine has: items in a list, a list where none is', async () => {
    assert.equal(await taken('[models]\nfiles = ["|"]', '"model.jld2"'), '[models]\nfiles = ["model.jld2"|]');
    assert.equal(await taken('[models]\nfiles = [|]', '"model.jld2"'), '[models]\nfiles = ["model.jld2"|]');
    assert.equal(await taken('[models]\nfiles = |', '["model.jld2"]'), '[models]\nfiles = ["model.jld2"]|');
  });

  it('offers the placeholders among the arguments', async () => {
    assert.deepEqual(await labelsAt('[run]\nargs = ["--input", "{c|"]'), [
      '"{competition}"',
      '"{models}"',
      '"{working}"',
    ]);
  });

  it('offers the inputs that the file names among the arguments', async () => {
    const labels = await labelsAt(
      '[run]\nargs = ["|"]\n[inputs]\ndatasets = ["ada/glove/3", { source = "bob/a", name = "cities" }]\ncompetitions = ["titanic"]\n',
    );
    assert.deepEqual(labels.slice(3), ['"{inputs.glove}"', '"{inputs.cities}"', '"{inputs.titanic}"']);
  });

  it('is silent in comments and behind values', async () => {
    assert.deepEqual(await labelsAt('# com|'), []);
    assert.deepEqual(await labelsAt('julia = "lts" # or |'), []);
  });
});

describe('a hover in JuliaKaggle.toml', () => {
  it('tells of keys, sections and values', () => {
    const at = (marked: string): string | undefined => {
      const { text, offset } = place(marked);
      return toldAt(text, offset)?.key.path.join('.');
    };
    assert.equal(at('compe|tition = "x"'), 'competition');
    assert.equal(at('[ru|n]\nargs = []'), 'run');
    assert.equal(at('[run]\nargs = ["{mod|els}"]'), 'run.args');
    assert.equal(at('[run]\nargz| = []'), undefined);
  });
});

describe('diagnoses of a JuliaKaggle.toml', () => {
  const examined = (text: string) => examineConfig(text, '/w/JuliaKaggle.toml');
  const underlined = (text: string): string[] =>
    examined(text).diagnoses.map(({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`);

  it('finds nothing wrong with the example, and what it names', () => {
    const { diagnoses, files, competition } = examined(EXAMPLE);
    assert.deepEqual(diagnoses, []);
    assert.deepEqual(
      files.map(({ kind, path, span }) => [kind, path, EXAMPLE.slice(span.start, span.end)]),
      [['model', '../models/model.csv', '"../models/model.csv"']],
    );
    assert.equal(competition?.slug, 'harbour-tides');
  });

  it('shows every mistake at its place', () => {
    assert.deepEqual(underlined('competition = "x"\n[run]\nargz = []\nthreads = "many"\n[notebok]\n'), [
      'argz: run.argz is not a known key; the nearest is run.args.',
      'notebok: [notebok] is not a known section; the nearest is [notebook].',
      '"many": run.threads must be "auto", a number from 1 to 9999, or both pools such as "4,1".',
    ]);
    assert.deepEqual(underlined('# only this\n'), [
      '# only this: JuliaKaggle.toml does not name the competition.',
    ]);
    assert.deepEqual(underlined('competition = "x"\n[models]\nfiles = ["a", "/b"]\n'), [
      '"/b": models.files[1] must be relative to JuliaKaggle.toml: "/b" would hold on one machine only.',
    ]);
  });

  it('shows where the text is no TOML', () => {
    const { diagnoses } = examined('competition = "x"\njulia = = 3\n');
    assert.equal(diagnoses.length, 1);
    assert.ok(Number(diagnoses[0]?.span.start) >= 18);
    assert.ok(!diagnoses[0]?.message.includes('line'));
  });

  it('mends a misspelt key or section by its nearest', () => {
    const mended = (text: string): string => {
      const mend = examined(text).diagnoses.map((each: Diagnosis) => each.mend)[0];
      return mend === undefined
        ? text
        : text.slice(0, mend.replace.start) + mend.text + text.slice(mend.replace.end);
    };
    assert.equal(mended('competiton = "x"'), 'competition = "x"');
    assert.equal(mended('competition = "x"\n[notebok]\n'), 'competition = "x"\n[notebook]\n');
    assert.equal(mended('competition = "x"\n[run]\nargz = []'), 'competition = "x"\n[run]\nargs = []');
    // It belongs to another section, where no other word brings it.
    assert.equal(
      mended('competition = "x"\n[run]\nmode = "depot"'),
      'competition = "x"\n[run]\nmode = "depot"',
    );
  });
});
