import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineSplitter } from '../../../src/base/lines.ts';

describe('LineSplitter', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n]/g, '')));
    const cuts = fc.array(fc.nat(200));
    fc.assert(
      fc.property(text, cuts, (lines, at) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const found: string[] = [];
        const splitter = new LineSplitter((line) => found.push(line));
        let from = 0;
        for (const cut of [
          ...at.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b),
          bytes.length,
        ]) {
          splitter.push(bytes.subarray(from, Math.max(from, cut)));
          from = Math.max(from, cut);
        }
        splitter.end();
        assert.deepEqual(found, lines);
      }),
    );
  });
});
