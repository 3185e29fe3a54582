import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { UserError } from '../../../src/base/errors.ts';
import { checkShape, parseToml, tomlText } from '../../../src/julia/toml.ts';

/** The parser's tables have no prototype; equality asks for one. */
const plain = (table: object): object => structuredClone(table);

function refusal(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'It was taken.' });
}

describe('TOML', () => {
  it('may begin with a byte order mark, and with no other', () => {
    assert.deepEqual(plain(parseToml('\uFEFFa = 1\n', 'f.toml')), { a: 1 });
    assert.equal(refusal(() => parseToml('a = 1\n\uFEFFb = 2\n', 'f.toml')).code, 'toml-syntax');
  });

  it('has integers of any size', () => {
    assert.deepEqual(plain(parseToml('small = 7\nlarge = 9223372036854775807\n', 'f.toml')), {
      small: 7,
      large: 9223372036854775807n,
    });
  });

  it('is read back as it is written', () => {
    const table = { name: 'Tides', deps: { A: 'x', B: ['y', 'z'] }, n: 3 };
    assert.deepEqual(plain(parseToml(tomlText(table), 'f.toml')), table);
  });

  it('that does not parse is told with file, line, column, the reason and the piece', () => {
    const error = refusal(() => parseToml('a = 1\nb = oops\n', 'Project.toml'));
    assert.equal(error.code, 'toml-syntax');
    assert.match(error.title, /^Project\.toml, line 2, column 5: [a-z][^\n]*[^.]\.$/);
    assert.doesNotMatch(error.title, /Invalid TOML document/);
    assert.match(error.detail ?? '', /b = oops/);
    assert.equal(error.detail, error.detail?.trimEnd());
    assert.deepEqual(error.actions, [{ title: 'Correct that line and run again.' }]);
  });

  it('in the middle of a merge says so, and only then', () => {
    const remedy = (text: string): string => refusal(() => parseToml(text, 'f.toml')).actions[0].title;
    assert.match(remedy('a = 1\n<<<<<<< HEAD\nb = 1\n=======\n>>>>>>> other\n'), /merge conflict/);
    assert.match(remedy('a = "<<<<<<< HEAD\n'), /Correct that line/);
    assert.match(remedy('a = 1\n< HEAD\n'), /Correct that line/);
  });

  it('of another form is told with the file and the key', () => {
    const schema = z.object({ deps: z.object({ A: z.string() }) });
    assert.deepEqual(checkShape(schema, { deps: { A: 'x' } }, 'f.toml'), { deps: { A: 'x' } });
    const error = refusal(() => checkShape(schema, { deps: { A: 7 } }, 'Manifest.toml'));
    assert.equal(error.code, 'toml-syntax');
    assert.match(error.title, /^Manifest\.toml: "deps\.A" does not have the form/);
    assert.match(error.actions[0].title, /^Correct "deps\.A" in the file, or .*Pkg\.resolve\(\)/);
  });
});
