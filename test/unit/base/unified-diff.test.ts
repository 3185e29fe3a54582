import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unifiedDiff } from '../../../src/base/unified-diff.ts';

/** Makes the change that a diff describes, as `patch` would. Both texts end with a newline, or are empty. */
function patched(before: string, diff: readonly string[]): string {
  const lines = before.split('\n').slice(0, -1);
  const result: string[] = [];
  let at = 0;
  for (const line of diff.slice(2)) {
    const [, first = '', length = ''] = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(line) ?? [];
    if (first !== '') {
      const begin = Number(first) - (length === '0' ? 0 : 1);
      result.push(...lines.slice(at, begin));
      at = begin;
      continue;
    }
    if (!line.startsWith('+')) assert.equal(lines[at++], line.slice(1));
    if (!line.startsWith('-')) result.push(line.slice(1));
  }
  return [...result, ...lines.slice(at)].map((line) => `${line}\n`).join('');
}

describe('unifiedDiff', () => {
  it('shows what is taken out and what is added, with the lines around', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', ''].join('\n');
    assert.deepEqual(unifiedDiff('x.toml', before, before.replace('b\n', '').concat('l\n')), [
      '--- x.toml',
      '+++ x.toml',
      '@@ -1,5 +1,4 @@',
      ' a',
      '-b',
      ' c',
      ' d',
      ' e',
      '@@ -9,3 +8,4 @@',
      ' i',
      ' j',
      ' k',
      '+l',
    ]);
  });

  it('shows a file that is made', () => {
    assert.deepEqual(unifiedDiff('x.toml', undefined, 'a\n'), [
      '--- /dev/null',
      '+++ x.toml',
      '@@ -0,0 +1,1 @@',
      '+a',
    ]);
  });

  it('is empty when nothing changed', () => {
    assert.deepEqual(unifiedDiff('x.toml', 'a\nb', 'a\nb'), []);
  });

  it('tells of a newline that the end of the file lacked', () => {
    assert.deepEqual(unifiedDiff('x.toml', 'a\nb', 'a\nb\nc\n').slice(2), [
      '@@ -1,2 +1,3 @@',
      ' a',
      '-b',
      '\\ No newline at end of file',
      '+b',
      '+c',
    ]);
  });

  it('describes any change so that it can be made', () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n'), { maxLength: 14 })
      .map((lines) => lines.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        assert.equal(patched(before, unifiedDiff('x', before, after)), after);
      }),
    );
  });
});
