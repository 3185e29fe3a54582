import assert from 'node:assert/strict';
import { kept, Tally } from '../../../torture/case.ts';
import { mergeRows, reliabilityPage, type Row, rowsOf } from '../../../torture/table.ts';

const row = (name: string, tried: number): Row => ({
  group: 'hostile input',
  name,
  outcome: {
    tried,
    survived: tried,
    lost: 0,
    leaked: 0,
    executed: 0,
    notes: ['Slowest: 3 ms.', 'With a | in it.'],
  },
  seconds: 12,
  seed: 42,
});

describe('the table of reliability', () => {
  it('is read again as it was written', () => {
    const rows = [row('zip archives', 100_000), { ...row('kill at a border', 200), group: 'kill' }];
    assert.deepEqual(rowsOf(reliabilityPage(rows)), rows);
  });

  it('keeps the rows of cases that were not run now, and forgets cases that are gone', () => {
    const earlier = [row('a', 1), row('b', 2), row('gone', 3)];
    assert.deepEqual(mergeRows(['a', 'b', 'c'], earlier, [row('b', 20), row('c', 30)]), [
      row('a', 1),
      row('b', 20),
      row('c', 30),
    ]);
  });
});

describe('the count of faults', () => {
  it('is kept when everything was survived and nothing lost, leaked or executed', () => {
    const tally = new Tally();
    tally.survived(3);
    assert.equal(kept(tally.outcome()), true);
  });

  for (const break_ of ['failed', 'lost', 'leaked', 'executed'] as const)
    it(`is broken by one that ${break_}`, () => {
      const tally = new Tally();
      tally.survived(3);
      tally[break_]('this');
      assert.equal(kept(tally.outcome()), false);
    });

  it('is broken when nothing was tried', () => {
    assert.equal(kept(new Tally().outcome()), false);
  });

  it('names the first failures and how many more there are', () => {
    const tally = new Tally();
    for (let at = 0; at < 12; at += 1) tally.failed(`input ${at}`);
    assert.deepEqual(tally.outcome().failures.slice(-2), ['input 9', 'and 2 more']);
  });
});
