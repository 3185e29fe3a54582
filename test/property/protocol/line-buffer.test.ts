import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { LineBuffer } from '../../../src/protocol/line-buffer.ts';

describe('a line buffer', () => {
  it('has the last lines, numbered, and no more than it may', () => {
    const batches = fc.array(fc.array(fc.string({ maxLength: 40 }), { maxLength: 30 }), { maxLength: 30 });
    fc.assert(
      fc.property(
        batches,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 40, max: 400 }),
        (all, lines, characters) => {
          const buffer = new LineBuffer({ lines, characters });
          for (const batch of all) buffer.add(batch);
          const expected = all.flat();
          assert.equal(buffer.next, expected.length);
          assert.deepEqual(buffer.lines, expected.slice(buffer.first));
          assert.ok(buffer.lines.length <= lines * 1.1);
          assert.ok(buffer.lines.join('').length <= characters * 1.1);
        },
      ),
    );
  });
});
