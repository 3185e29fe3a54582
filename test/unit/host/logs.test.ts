import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { LogStore } from '../../../src/host/panel/logs.ts';
import { LineBuffer } from '../../../src/protocol/line-buffer.ts';
import { visibleRows } from '../../../webview-ui/src/visible-rows.ts';

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

describe('the logs of a run', () => {
  it('are read in parts, each from where the last one ended', () => {
    const logs = new LogStore();
    logs.begin();
    for (let index = 0; index < 25; index += 1) logs.add('build', `line ${index}`);
    const first = logs.read('build', 0, 10);
    assert.deepEqual([first.first, first.lines.length], [0, 10]);
    const next = logs.read('build', 10, 100);
    assert.deepEqual([next.first, next.lines.length, next.lines.at(-1)], [10, 15, 'line 24']);
    assert.deepEqual(logs.read('build', 25, 10).lines, []);
    assert.deepEqual(logs.read('test', 0, 10).lines, []);
  });

  it('are shown from the first line that is kept when the reader is behind', () => {
    const logs = new LogStore();
    for (let index = 0; index < 100_000; index += 1) logs.add('build', `line ${index}`);
    const { first, lines } = logs.read('build', 5, 1);
    assert.ok(first >= 89_000, String(first));
    assert.deepEqual(lines, [`line ${first}`]);
  });

  it('are others in another run', () => {
    const logs = new LogStore();
    logs.begin();
    logs.add('build', 'old');
    const { run } = logs.read('build', 0, 1);
    logs.begin();
    const now = logs.read('build', 0, 1);
    assert.notEqual(now.run, run);
    assert.deepEqual(now.lines, []);
  });

  it('begin with those of an earlier run, until this one says something', () => {
    const logs = new LogStore();
    logs.seed('build', ['earlier']);
    logs.seed('build', ['again']);
    assert.deepEqual(logs.read('build', 0, 9).lines, ['earlier']);
    logs.add('test', 'now');
    logs.seed('test', ['earlier']);
    assert.deepEqual(logs.read('test', 0, 9).lines, ['now']);
  });
});

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
