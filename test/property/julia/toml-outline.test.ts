import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { entryAt, type KeyPath, outlineToml, sectionAt } from '../../../src/julia/toml-outline.ts';

type Value = string | number | boolean | Value[] | { [key: string]: Value };

const key = fc.oneof(fc.stringMatching(/^[A-Za-z_-]{1,8}$/), fc.string({ minLength: 1, maxLength: 6 }));
const { table } = fc.letrec<{ table: Record<string, Value>; value: Value }>((tie) => ({
  table: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.integer({ min: -1000, max: 1000 }),
    fc.boolean(),
    fc.array(fc.oneof(fc.string(), fc.integer({ min: 0, max: 9 })), { maxLength: 3 }),
    fc.array(tie('table'), { maxLength: 2 }),
    tie('table'),
  ),
}));

/** Every value that is neither table nor list of tables, with its path. */
function leaves(value: Value, path: KeyPath = []): { path: KeyPath; value: Value }[] {
  if (Array.isArray(value)) {
    const items = value.flatMap((item, i) => leaves(item, [...path, i]));
    return value.some((item) => typeof item === 'object') ? items : [{ path, value }, ...items];
  }
  if (typeof value === 'object') return Object.entries(value).flatMap(([k, v]) => leaves(v, [...path, k]));
  return [{ path, value }];
}

describe('the outline of a TOML file', () => {
  it('has each value where a parser of TOML finds it, whatever comments stand between', () => {
    fc.assert(
      fc.property(table, fc.stringMatching(/^[ -~]{0,12}$/), (document, comment) => {
        const text = stringify(document)
          .split('\n')
          .map((line) => (line === '' ? `# ${comment} = [\n` : `${line}  # ${comment}`))
          .join('\n');
        const outline = outlineToml(text);
        for (const { path, value } of leaves(document)) {
          const entry = entryAt(outline, path);
          assert.deepEqual(entry?.path, path, `${JSON.stringify(path)} in\n${text}`);
          const written = text.slice(entry.value.start, entry.value.end);
          assert.deepEqual(parse(`x = ${written}`)['x'], value);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('comes to an end, with places inside of the text, whatever the text is', () => {
    const snippets = fc.constantFrom(
      '[',
      ']',
      '[[',
      '{',
      '}',
      '"',
      "'",
      '"""',
      '=',
      ',',
      '.',
      '\n',
      '#',
      'a',
      ' ',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(snippets, fc.string()), { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const { entries, sections } = outlineToml(text);
        const spans = [
          ...entries.flatMap(({ key: k, value }) => [k, value]),
          ...sections.flatMap(({ header, body }) => [header, body]),
        ];
        for (const { start, end } of spans) assert.ok(0 <= start && start <= end && end <= text.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('comes to an end for what would keep a parser busy', () => {
    for (const text of [
      `a = ${'['.repeat(50_000)}`,
      `a = ${'{a='.repeat(30_000)}`,
      `a = [${','.repeat(90_000)}`,
      `a = "${'x'.repeat(1_000_000)}"`,
      'a = ["x"\n'.repeat(10_000),
    ])
      assert.equal(outlineToml(text).entries[0]?.path[0], 'a');
  });

  it('is the same for the rest of a file while one line is half typed', () => {
    fc.assert(
      fc.property(fc.nat(STATEMENTS.length), fc.constantFrom(...HALF_TYPED), (place, typed) => {
        const text = STATEMENTS.toSpliced(place, 0, typed).join('\n');
        const rest = written(text).filter(({ path }) => !path.includes('odd'));
        assert.deepEqual(rest, written(STATEMENTS.join('\n')), text);
      }),
      { numRuns: 400 },
    );
  });

  it('finds what follows a list that is not closed', () => {
    const text = '[models]\nfiles = ["a.csv",\n\n[run]\nentry = "A.main"\n';
    const outline = outlineToml(text);
    assert.equal(text.slice(...places(entryAt(outline, ['run', 'entry'])?.value)), '"A.main"');
    assert.deepEqual(sectionAt(outline, text.indexOf('entry'))?.path, ['run']);
  });

  it('takes a key that has no value yet', () => {
    const outline = outlineToml('competition = "x"\njul\n[run]\nargs =');
    assert.deepEqual(
      outline.entries.map(({ path }) => path),
      [['competition'], ['jul'], ['run', 'args']],
    );
  });
});

const STATEMENTS = [
  '\uFEFF# What is submitted',
  'competition = "tides" # the last part',
  'image.name = "python"',
  '',
  '[run] # how',
  'args = [ "--in", # where\n  "{competition}",\n] # all',
  'threads = 4',
  "[ 'note book' ]",
  'title = "A \\"title\\""',
  'inner = { a = [1, 2], b.c = true }',
  '[[more]]',
  "text = '''\nx = 1\n'''",
  '[[more]]',
  'day = 2026-01-02',
];

const HALF_TYPED = [
  'odd',
  'odd =',
  'odd = "x',
  "odd = '",
  'odd = = 3',
  'odd = word',
  'odd = { a = "',
  '= 3',
  '@',
];

/** What stands where, as text. */
function written(text: string) {
  return outlineToml(text).entries.map(({ path, key: k, value }) => ({
    path,
    key: text.slice(k.start, k.end),
    value: text.slice(value.start, value.end),
  }));
}

function places(span: { start: number; end: number } | undefined): [number, number] {
  assert.ok(span);
  return [span.start, span.end];
}
