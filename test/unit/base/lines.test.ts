import assert from 'node:assert/strict';
import { LineSplitter } from '../../../src/base/lines.ts';

/** The lines of a text that comes in these pieces. */
function linesOf(...pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const piece of pieces) splitter.push(Buffer.from(piece));
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  for (const [name, text, lines] of [
    ['has none of nothing', '', []],
    ['keeps empty lines', '\n\na\n', ['', '', 'a']],
    ['gives a last line without an end too', 'a\nb', ['a', 'b']],
    ['takes the line ends of Windows for what they are', 'ab\r\nc\r\n', ['ab', 'c']],
    ['leaves a progress bar that goes back as it is', '\r10 %\r20 %\nb\n', ['\r10 %\r20 %', 'b']],
  ] as const)
    it(name, () => {
      assert.deepEqual(linesOf(text), lines);
    });

  it('finds a line end that was cut', () => {
    assert.deepEqual(linesOf('a\r', '\nb', '\n'), ['a', 'b']);
  });

  it('marks a character that never came whole', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    splitter.push(Buffer.from('aé').subarray(0, 2));
    splitter.end();
    assert.deepEqual(lines, ['a\uFFFD']);
  });

  it('gives the last line once, however often the end is told', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    splitter.push(Buffer.from('a'));
    splitter.end();
    splitter.end();
    assert.deepEqual(lines, ['a']);
  });

  it('gives a text without line ends in pieces, as soon as one is a million letters long', () => {
    const half = 'x'.repeat(500_000);
    const lines: number[] = [];
    const splitter = new LineSplitter((line) => lines.push(line.length));
    splitter.push(Buffer.from(half));
    splitter.push(Buffer.from(half));
    assert.deepEqual(lines, []);
    splitter.push(Buffer.from('y'));
    assert.deepEqual(lines, [1_000_001]);
    splitter.push(Buffer.from('z\n'));
    assert.deepEqual(lines, [1_000_001, 1]);
  });
});
