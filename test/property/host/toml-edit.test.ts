import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { applied, type ConfigPath, editToml, isOnlyChange } from '../../../src/host/choose/toml-edit.ts';
import { parseToml } from '../../../src/julia/toml.ts';

const PATHS: readonly ConfigPath[] = [
  ['competition'],
  ['julia'],
  ['notebook', 'accelerator'],
  ['notebook', 'title'],
  ['image', 'name'],
];
const value = fc.stringMatching(/^[a-zA-Z0-9 ._-]{0,12}$/).map((text) => JSON.stringify(text));
const comment = fc.constantFrom('', '# a comment', '# competition = "not this"', '# [notebook]');

/** A file with some of the keys, comments and empty lines between them, and other sections around. */
const file = fc
  .record({
    top: fc.uniqueArray(fc.tuple(fc.constantFrom('competition', 'julia'), value, comment), {
      selector: ([k]) => k,
    }),
    sections: fc.uniqueArray(
      fc.tuple(
        fc.constantFrom('notebook', 'image', 'run'),
        fc.uniqueArray(fc.tuple(fc.constantFrom('accelerator', 'title', 'name'), value, comment), {
          selector: ([k]) => k,
        }),
        comment,
      ),
      { selector: ([name]) => name },
    ),
    head: comment,
    newline: fc.constantFrom('\n', '\r\n'),
    atEnd: fc.boolean(),
  })
  .map(({ top, sections, head, newline, atEnd }) => {
    const line = ([key, text, about]: readonly [string, string, string]): string =>
      `${key} = ${text} ${about}`.trim();
    const lines = [
      ...(head === '' ? [] : [head]),
      ...top.map(line),
      ...sections.flatMap(([name, entries, about]) => [
        '',
        `[${name}] ${about}`.trim(),
        ...entries.map(line),
      ]),
    ];
    return lines.join(newline) + (atEnd && lines.length > 0 ? newline : '');
  });

function withValue(table: object, path: ConfigPath, wanted: unknown): unknown {
  const [first, second] = path;
  const top = { ...table } as Record<string, unknown>;
  if (second === undefined) top[first] = wanted;
  else top[first] = { ...(top[first] as object | undefined), [second]: wanted };
  return JSON.parse(JSON.stringify(top));
}

describe('a change of JuliaKaggle.toml', () => {
  it('gives one key its value and leaves all others, the comments and the line ends', () => {
    fc.assert(
      fc.property(file, fc.constantFrom(...PATHS), value, (text, path, wanted) => {
        const after = applied(text, editToml(text, path, wanted));
        assert.deepEqual(
          JSON.parse(JSON.stringify(parseToml(after, 'x'))),
          withValue(parseToml(text, 'x'), path, JSON.parse(wanted)),
        );
        for (const line of text.split(/\r?\n/).filter((each) => each.startsWith('#')))
          assert.ok(after.includes(line));
        if (text.includes('\r\n')) assert.ok(!/[^\r]\n/.test(after));
      }),
    );
  });

  it('made twice changes nothing the second time', () => {
    fc.assert(
      fc.property(file, fc.constantFrom(...PATHS), value, (text, path, wanted) => {
        const after = applied(text, editToml(text, path, wanted));
        assert.equal(editToml(after, path, wanted), undefined);
      }),
    );
  });

  it('takes a key out, and no other', () => {
    fc.assert(
      fc.property(file, fc.constantFrom(...PATHS), (text, path) => {
        const after = applied(text, editToml(text, path, undefined));
        const before = parseToml(text, 'x');
        const expected =
          path.length === 1 || before[path[0]] !== undefined ? withValue(before, path, undefined) : before;
        assert.deepEqual(
          JSON.parse(JSON.stringify(parseToml(after, 'x'))),
          JSON.parse(JSON.stringify(expected)),
        );
      }),
    );
  });

  it('keeps the comment behind a value', () => {
    const text = 'competition = "a"   # the last part of the address\n';
    assert.equal(
      applied(text, editToml(text, ['competition'], '"b"')),
      'competition = "b"   # the last part of the address\n',
    );
  });

  it('is seen to be none where it would take another key with it', () => {
    const changes = (text: string, path: ConfigPath, wanted?: string): boolean => {
      const after = applied(text, editToml(text, path, wanted && JSON.stringify(wanted)));
      return isOnlyChange(parseToml(text, 'x'), parseToml(after, 'x'), path, wanted);
    };
    const inline = 'notebook = { title = "t", accelerator = "a" }\n';
    assert.equal(changes(inline, ['notebook', 'accelerator']), false);
    assert.equal(changes(inline, ['notebook', 'accelerator'], 'b'), true);
    assert.equal(changes('[notebook]\ntitle = "t"\naccelerator = "a"\n', ['notebook', 'accelerator']), true);
    assert.equal(changes('[notebook]\naccelerator = "a"\n', ['notebook', 'accelerator']), true);
    assert.equal(changes('julia = "1.10"\ncompetition = "c"\n', ['julia']), true);
    assert.equal(changes('competition = "c"\n', ['image', 'name'], 'i'), true);
  });
});
