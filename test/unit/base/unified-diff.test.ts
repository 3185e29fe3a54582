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

  /** Lines numbered from 1, of which some are changed. */
  const numbered = (length: number, changed: readonly number[] = []): string =>
    Array.from({ length }, (_, at) => `${changed.includes(at + 1) ? '*' : ''}${at + 1}\n`).join('');
  const hunks = (before: string, after: string): string[] =>
    unifiedDiff('x.toml', before, after).filter((line) => line.startsWith('@@'));

  it('shows three lines before and behind a change', () => {
    const lines = [' 3', ' 4', ' 5', '-6', '+*6', ' 7', ' 8', ' 9'];
    assert.deepEqual(unifiedDiff('x.toml', numbered(20), numbered(20, [6])).slice(2), [
      '@@ -3,7 +3,7 @@',
      ...lines,
    ]);
  });

  it('shows changes together when no line between them would be left out', () => {
    assert.deepEqual(hunks(numbered(20), numbered(20, [5, 12])), ['@@ -2,14 +2,14 @@']);
    assert.deepEqual(hunks(numbered(20), numbered(20, [5, 13])), ['@@ -2,7 +2,7 @@', '@@ -10,7 +10,7 @@']);
  });

  it('is soon done with a small change of a large file, wherever it is', () => {
    const length = 10_000;
    for (const place of [1, length / 2, length])
      assert.equal(hunks(numbered(length), numbered(length, [place])).length, 1);
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

  const line = fc.constantFrom('a\n', 'b\n', 'c\n', '\n');
  /** Lines, each with what becomes of it: kept, taken out, or a line added before it. */
  const edits = fc.array(fc.tuple(line, fc.constantFrom('keep', 'keep', 'keep', 'drop', 'add'), line), {
    maxLength: 14,
  });

  it('describes any change so that it can be made, and takes no more lines than were touched', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const before = all.map(([old]) => old).join('');
        const after = all
          .map(([old, edit, made]) => (edit === 'add' ? made + old : edit === 'drop' ? '' : old))
          .join('');
        const diff = unifiedDiff('x', before, after);
        assert.equal(patched(before, diff), after);
        const touched = all.filter(([, edit]) => edit !== 'keep');
        assert.ok(diff.slice(2).filter((each) => /^[+-]/.test(each)).length <= touched.length);
      }),
      { numRuns: 200 },
    );
  });
});
