import assert from 'node:assert/strict';
import { type Fact, factReader, factsOf } from '../../../src/core/contract/script-facts.ts';

const read = factReader('item', 'depot');
const line = (value: unknown): string => `[julia-kaggle] ${JSON.stringify(value)}`;
const ITEM = { kind: 'item', path: 'packages/CSV/abc', bytes: 12 };

describe('what a script tells', () => {
  it('is read by its kind, without what that kind does not have', () => {
    assert.deepEqual(read(line(ITEM)), ITEM);
    assert.deepEqual(read(line({ ...ITEM, label: 'x', lazy: true, more: 1 })), {
      ...ITEM,
      label: 'x',
      lazy: true,
    });
    assert.deepEqual(read(line({ kind: 'depot', bytes: 1, id: 'a' })), { kind: 'depot', bytes: 1, id: 'a' });
  });

  it('is nothing that a stranger’s program prints in another form, or of a kind that is not asked for', () => {
    for (const other of [
      '',
      '[julia-kaggle]',
      '[julia-kaggle] hello',
      '[julia-kaggle] null',
      '[julia-kaggle] 7',
      '[julia-kaggle] []',
      JSON.stringify(ITEM),
      ` ${line(ITEM)}`,
      `x${line(ITEM)}`,
      `${line(ITEM)} x`,
      line([ITEM]),
      line({ ...ITEM, bytes: '12' }),
      line({ ...ITEM, kind: 'ITEM' }),
      line({ kind: 'item' }),
      line({ kind: 'toString' }),
      line({ kind: 'measured', seconds: 1, exitCode: 0, peakMemoryBytes: 1 }),
      line({ step: 'run', seconds: 1 }),
      '[julia-kaggle] {"__proto__":{"kind":"item","path":"a","bytes":1}}',
    ])
      assert.equal(read(other), undefined, other);
  });

  it('is sorted by kind', () => {
    const facts: Fact[] = [
      { kind: 'rejected', path: 'a' },
      { kind: 'depot', bytes: 1 },
      { kind: 'rejected', path: 'b' },
    ];
    assert.deepEqual(
      factsOf(facts, 'rejected').map(({ path }) => path),
      ['a', 'b'],
    );
    assert.deepEqual(factsOf(facts, 'item'), []);
  });
});
