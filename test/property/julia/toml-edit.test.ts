import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { withBlock, withItem, withoutKey, withValue } from '../../../src/julia/toml-edit.ts';
import { parseToml } from '../../../src/julia/toml.ts';

type Path = readonly [string] | readonly [string, string];

const PATHS: readonly Path[] = [
  ['competition'],
  ['julia'],
  ['notebook', 'accelerator'],
  ['notebook', 'title'],
  ['image', 'name'],
];
const value = fc.oneof(fc.stringMatching(/^[a-zA-Z0-9 ._-]{0,12}$/), fc.string({ unit: 'grapheme' }));
const comment = fc.constantFrom('', '# a comment', '# competition = "not this"', '# [notebook]');
const quoted = (text: string): string => stringify({ x: text }).trim().slice('x = '.length);

/** The forms in which a section can be written. */
const SECTIONS = {
  header: (name: string, entries: readonly Entry[], about: string) => [
    '',
    `[${name}] ${about}`.trim(),
    ...entries.map(line),
  ],
  dotted: (name: string, entries: readonly Entry[]) =>
    entries.map(([key, ...rest]) => line([`${name}.${key}`, ...rest])),
  inline: (name: string, entries: readonly Entry[], about: string) => [
    `${name} = {${entries.map(([key, text]) => ` ${key} = ${quoted(text)}`).join(',')} } ${about}`.trim(),
  ],
} as const;

type Entry = readonly [key: string, text: string, about: string];
const line = ([key, text, about]: Entry): string => `${key} = ${quoted(text)} ${about}`.trim();
const entries = (...keys: string[]): fc.Arbitrary<Entry[]> =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), value, comment), { selector: ([key]) => key });

/** A file with some of the keys, comments and empty lines between them, and other sections around. */
const file = fc
  .record({
    top: entries('competition', 'julia'),
    sections: fc.uniqueArray(
      fc.record({
        form: fc.constantFrom('header', 'dotted', 'inline'),
        name: fc.constantFrom('notebook', 'image', 'run'),
        inner: entries('accelerator', 'title', 'name'),
        about: comment,
      }),
      { selector: ({ name }) => name },
    ),
    head: comment,
    newline: fc.constantFrom('\n', '\r\n'),
    atEnd: fc.boolean(),
  })
  .map(({ top, sections, head, newline, atEnd }) => {
    // What comes after a header would be below it.
    const ordered = sections.toSorted((a, b) => Number(a.form === 'header') - Number(b.form === 'header'));
    const lines = [
      ...(head === '' ? [] : [head]),
      ...top.map(line),
      ...ordered.flatMap(({ form, name, inner, about }) => SECTIONS[form](name, inner, about)),
    ];
    return lines.join(newline) + (atEnd && lines.length > 0 ? newline : '');
  });

const plain = (table: object): unknown => JSON.parse(JSON.stringify(table));

function expected(text: string, [first, second]: Path, wanted: string | undefined): unknown {
  const top: Record<string, unknown> = { ...parseToml(text, 'x') };
  if (second === undefined) top[first] = wanted;
  else if (wanted !== undefined || top[first] !== undefined)
    top[first] = { ...(top[first] as object | undefined), [second]: wanted };
  return plain(top);
}

/** A table that only dotted keys name is gone with the last of them. */
function withoutEmpty(table: unknown): unknown {
  return Object.fromEntries(
    Object.entries(table as object).filter(([, inner]) => JSON.stringify(inner) !== '{}'),
  );
}

/** How much of the shorter text the two have in common at both ends. */
function isOneStretch(longer: string, shorter: string): boolean {
  let start = 0;
  while (start < shorter.length && longer[start] === shorter[start]) start += 1;
  return longer.endsWith(shorter.slice(start));
}

describe('a value in a TOML file', () => {
  it('is what the file says afterwards, and nothing else is', () => {
    fc.assert(
      fc.property(file, fc.constantFrom(...PATHS), value, (text, path, wanted) => {
        const after = withValue(text, path, wanted);
        assert.ok(after !== undefined, text);
        assert.deepEqual(plain(parseToml(after, 'x')), expected(text, path, wanted), text);
        assert.equal(withValue(after, path, wanted), after, 'made twice it changes nothing');
      }),
      { numRuns: 400 },
    );
  });

  it('takes numbers too, whatever was there', () => {
    fc.assert(
      fc.property(file, fc.array(fc.nat()), fc.array(fc.nat()), (text, first, second) => {
        const before = withValue(text, ['run', 'skip'], first) ?? '';
        const after = withValue(before, ['run', 'skip'], second) ?? '';
        const { run } = parseToml(after, 'x') as { run: { skip: unknown } };
        assert.deepEqual(run.skip, second, text);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves every other byte', () => {
    fc.assert(
      fc.property(file, fc.constantFrom(...PATHS), value, (text, path, wanted) => {
        const after = withValue(text, path, wanted) ?? '';
        const [first, second] = path;
        const top = parseToml(text, 'x');
        const old =
          second === undefined ? top[first] : (top[first] as Record<string, unknown> | undefined)?.[second];
        if (typeof old === 'string') {
          const marked = withValue(text, path, 'MARKED') ?? '';
          assert.equal(
            marked.replace('"MARKED"', () => quoted(old)),
            text,
          );
          assert.equal(
            marked.replace('"MARKED"', () => quoted(wanted)),
            after,
          );
        } else {
          assert.ok(isOneStretch(after, text), `${text}\n---\n${after}`);
          assert.equal(/[^\r]\n/.test(after), /[^\r]\n/.test(text) || !text.includes('\r'));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('comes back out, with its line, and nothing else goes', () => {
    fc.assert(
      fc.property(file, fc.constantFrom(...PATHS), (text, path) => {
        const after = withoutKey(text, path);
        assert.ok(after !== undefined, text);
        assert.deepEqual(
          withoutEmpty(plain(parseToml(after, 'x'))),
          withoutEmpty(expected(text, path, undefined)),
        );
        assert.ok(isOneStretch(text, after), `${text}\n---\n${after}`);
      }),
      { numRuns: 400 },
    );
  });

  it('leaves no trace where it came and went in a section that is there', () => {
    fc.assert(
      fc.property(file, value, (text, wanted) => {
        const path = ['notebook', 'new key'];
        fc.pre(/^\[notebook\].*\n/m.test(text));
        assert.equal(withoutKey(withValue(text, path, wanted) ?? '', path), text);
      }),
    );
  });

  it('may stand below any names', () => {
    const name = fc.oneof(fc.stringMatching(/^[a-z_-]{1,6}$/), fc.string({ unit: 'grapheme', minLength: 1 }));
    const names = fc.array(name, { minLength: 1, maxLength: 3 });
    const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
      tree: fc.dictionary(name, fc.oneof({ maxDepth: 2 }, fc.string(), fc.array(fc.nat(9)), tie('tree')), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
    }));
    fc.assert(
      fc.property(tree, names, value, (table, path, wanted) => {
        const text = stringify(table);
        const after = withValue(text, path, wanted);
        // Below what is no table there is no place.
        fc.pre(after !== undefined);
        const found = path.reduce<unknown>(
          (inner, each) => (inner as Record<string, unknown>)[each],
          parseToml(after, 'x'),
        );
        assert.equal(found, wanted);
        assert.equal(withValue(text, path, wanted), after);
        const without = withoutKey(after, path);
        assert.ok(without !== undefined);
      }),
      { numRuns: 400 },
    );
  });

  for (const [name, text, path, after] of [
    ['keeps the comment behind it', 'a = "x"   # why\n', ['a'], 'a = "v"   # why\n'],
    ['comes before the first header', 'a = 1\n[b]\nc = 1\n', ['n'], 'a = 1\nn = "v"\n[b]\nc = 1\n'],
    ['begins a file without keys', '# c\n[b]\n', ['n'], 'n = "v"\n# c\n[b]\n'],
    ['comes after a byte order mark', '\uFEFF[b]\n', ['n'], '\uFEFFn = "v"\n[b]\n'],
    ['comes into an empty inline table', 'b = {}\n', ['b', 'n'], 'b = { n = "v" }\n'],
    [
      'comes into an inline table behind a comma',
      'b = { c = 1, }\n',
      ['b', 'n'],
      'b = { c = 1, n = "v", }\n',
    ],
    ['comes after a list of several lines', 'a = [\n 1,\n]\n[b]\n', ['n'], 'a = [\n 1,\n]\nn = "v"\n[b]\n'],
    [
      'takes no header in a text for its own',
      "a = '''\n[b]\n'''",
      ['b', 'n'],
      "a = '''\n[b]\n'''\n\n[b]\nn = \"v\"\n",
    ],
    ['needs a place', 'b = 1\n', ['b', 'n'], undefined],
    ['is not set in a list', '[[b]]\n', ['b', 'n'], undefined],
    ['is not set in what is no TOML', 'b =\n', ['n'], undefined],
  ] as const)
    it(name, () => {
      assert.equal(withValue(text, path, 'v'), after);
    });

  for (const [name, text, path, after] of [
    ['goes with its comment', 'a = 1 # why\nb = 2', ['a'], 'b = 2'],
    ['goes with all its lines', 'a = [\n 1,\n] # c\nb = 2\n', ['a'], 'b = 2\n'],
    ['goes with the comma before it', 't = { a = 1, b = 2 }', ['t', 'b'], 't = { a = 1 }'],
    ['goes with the comma after it', 't = { a = 1, b = 2 }', ['t', 'a'], 't = { b = 2 }'],
    ['goes alone', 't = { a = 1 }', ['t', 'a'], 't = {  }'],
    ['goes out of the right item', '[[t]]\na = 1\n[[t]]\na = 1\n', ['t', 1, 'a'], '[[t]]\na = 1\n[[t]]\n'],
    ['may not be there', 'a = 1\n', ['b'], 'a = 1\n'],
    ['stays where its line has another', 't = { a = 1\n, b = 2 }', ['t', 'a'], undefined],
    ['stays in what is no TOML', 'a = 1\nb =\n', ['a'], undefined],
  ] as const)
    it(name, () => {
      assert.equal(withoutKey(text, path), after);
    });
});

describe('a block at the end of a text', () => {
  for (const [name, text, all] of [
    ['stands alone where there was nothing', '', '[a]\nb = 1\n'],
    ['comes after an empty line', 'x = 1\n', 'x = 1\n\n[a]\nb = 1\n'],
    ['ends the last line first', 'x = 1', 'x = 1\n\n[a]\nb = 1\n'],
    ['has the line ends of Windows where the text has', 'x = 1\r\n', 'x = 1\r\n\r\n[a]\r\nb = 1\r\n'],
    ['has them too where the last line has none', 'x = 1\r\ny = 2', 'x = 1\r\ny = 2\r\n\r\n[a]\r\nb = 1\r\n'],
    [
      'has those of the first line where they are mixed',
      'a = 1\nb = 2\r\n',
      'a = 1\nb = 2\r\n\n[a]\nb = 1\n',
    ],
  ] as const)
    it(name, () => {
      assert.equal(withBlock(text, '[a]\nb = 1\n'), all);
    });

  it('is read after what was there', () => {
    fc.assert(
      fc.property(file, value, (text, wanted) => {
        const after = withBlock(text, stringify({ added: { key: wanted } }));
        assert.ok(after.startsWith(text));
        assert.deepEqual(plain(parseToml(after, 'x')), expected(text, ['added', 'key'], wanted));
      }),
    );
  });
});

describe('an item of a list in a TOML file', () => {
  const LISTS = {
    'on one line': ['d = ["a"] # why\n', 'd = ["a", "v"] # why\n'],
    'with a comma behind it': ['d = ["a", ]\n', 'd = ["a", "v", ]\n'],
    'that is empty': ['d = [] # none yet\n', 'd = ["v"] # none yet\n'],
    'that is not there': ['# only this\n', 'd = [ "v" ]\n# only this\n'],
    'of several lines': ['d = [\n  "a", # the first\n]\n', 'd = [\n  "a", # the first\n  "v",\n]\n'],
    'without a last comma': [
      'd = [\n\t"a" # first, and last\n]\n',
      'd = [\n\t"a", # first, and last\n\t"v"\n]\n',
    ],
    'with a table': ['d = [{ source = "a", only = ["x"] }]\n', 'd = [{ source = "a", only = ["x"] }, "v"]\n'],
    'that begins on the line of its key': [
      'd = ["a",\r\n     "b"]\r\n',
      'd = ["a",\r\n     "b",\r\n     "v"]\r\n',
    ],
  };
  for (const [name, [before = '', after = '']] of Object.entries(LISTS))
    it(`${name} is written, and all else stays`, () => {
      assert.equal(withItem(before, ['d'], 'v'), after);
    });

  it('comes into the list of a section, and makes the section', () => {
    assert.equal(withItem('[i]\nd = ["a"]\n', ['i', 'd'], 'v'), '[i]\nd = ["a", "v"]\n');
    const made = withItem('a = 1\n', ['i', 'd'], 'v') ?? '';
    assert.deepEqual(plain(parseToml(made, 'x')), { a: 1, i: { d: ['v'] } });
    assert.equal(withItem('d = "no list"\n', ['d'], 'v'), undefined);
  });

  it('leaves the others as they were, whatever they are', () => {
    const items = fc.array(
      fc.oneof(fc.string(), fc.record({ source: fc.string(), name: fc.string() }, { noNullPrototype: true })),
    );
    const separators = fc.constantFrom(', ', ',\n  ', ', # "a", b\n  ');
    fc.assert(
      fc.property(items, separators, fc.constantFrom('', ',', ', # end'), value, (all, gap, end, item) => {
        const inner = all.map((each) => (typeof each === 'string' ? quoted(each) : tableOf(each))).join(gap);
        const tail = inner === '' ? '' : end.includes('#') ? `${end}\n` : end;
        const text = `d = [${inner}${tail}]\nz = 1\n`;
        const after = withItem(text, ['d'], item);
        assert.ok(after !== undefined, text);
        assert.deepEqual(plain(parseToml(after, 'x')), { d: [...all, item], z: 1 });
      }),
      { numRuns: 300 },
    );
  });

  it('may be a list of numbers as a whole', () => {
    assert.equal(withValue('[run]\nskip = [1]\n', ['run', 'skip'], [2, 3]), '[run]\nskip = [ 2, 3 ]\n');
  });
});

function tableOf({ source, name }: { readonly source: string; readonly name: string }): string {
  return `{ source = ${quoted(source)}, name = ${quoted(name)} }`;
}
