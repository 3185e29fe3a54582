import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { visibleRows } from '../../../webview-ui/src/visible-rows.ts';

describe('the rows that are drawn', () => {
  it('are those in sight with a few around them, whatever the numbers', () => {
    const view = fc.record({
      count: fc.nat(200_000),
      height: fc.nat(2_000),
      scrollTop: fc.integer({ min: -50, max: 5_000_000 }),
    });
    fc.assert(
      fc.property(view, ({ count, height, scrollTop }) => {
        const { start, end } = visibleRows({ count, height, scrollTop, rowPx: 18 });
        assert.ok(start >= 0 && start <= end && end <= count);
        assert.ok(end - start <= Math.ceil(Math.max(height, 220) / 18) + 20);
        if (count > 0) assert.ok(end > start);
        const first = Math.floor(scrollTop / 18);
        if (first >= 0 && first < count) assert.ok(start <= first && end > first);
      }),
    );
  });
});
