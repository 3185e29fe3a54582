import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TransferMeter } from '../../../src/base/transfer-meter.ts';

describe('the transfer meter', () => {
  let now = 0;
  beforeEach(() => {
    now = 5_000;
  });
  const meterAfter = (...steps: readonly (readonly [ms: number, bytes: number])[]) => {
    const meter = new TransferMeter(() => now);
    for (const [ms, bytes] of steps) {
      now += ms;
      meter.note(bytes);
    }
    return meter;
  };

  it('tells rate and time left', () => {
    const meter = meterAfter([1_000, 2_000_000], [1_000, 4_000_000]);
    assert.equal(meter.rate, 2_000_000);
    assert.equal(meter.timeLeft(10_000_000), 5_000);
    assert.equal(meter.text(370_000_000), '2.00 MB/s, 3 min 05 s left');
  });

  it('says nothing before a second has passed', () => {
    const meter = meterAfter([900, 1_000_000]);
    assert.deepEqual([meter.rate, meter.timeLeft(1), meter.text(1)], [undefined, undefined, '']);
  });

  it('begins when it is made, and with a second has a rate', () => {
    assert.equal(meterAfter([1_000, 3_000]).rate, 3_000);
  });

  it('looks back 15 s, and on to the last it knows from before', () => {
    assert.equal(meterAfter([5_000, 1_000], [15_000, 16_000]).rate, 1_000);
    assert.equal(meterAfter([5_000, 1_000], [1_000, 3_000], [15_000, 63_000]).rate, 4_000);
    assert.equal(meterAfter([5_000, 1_000], [14_000, 57_000]).rate, 3_000);
    assert.equal(meterAfter([5_000, 1_000], [100_000, 201_000], [40_000, 281_000]).rate, 2_000);
  });

  it('has a rate again soon after the clock was set back', () => {
    const meter = meterAfter([5_000, 5_000]);
    assert.equal(meter.text(60_000), '1.00 kB/s, 1 min 00 s left');
    now -= 3_600_000;
    meter.note(10_000);
    now += 15_000;
    meter.note(40_000);
    assert.equal(meter.text(60_000), '2.00 kB/s, 30.0 s left');
  });

  it('forgets how fast it was long ago', () => {
    const slowThenFast = [
      ...Array.from({ length: 60 }, (_, index) => [1_000, (index + 1) * 1_000] as const),
      ...Array.from({ length: 20 }, (_, index) => [1_000, 60_000 + (index + 1) * 100_000] as const),
    ];
    assert.equal(meterAfter(...slowThenFast).rate, 100_000);
  });

  it('tells of a line on which nothing moves', () => {
    const meter = meterAfter([1_000, 0], [1_000, 0]);
    assert.equal(meter.text(10), 'stalled');
    assert.equal(meter.timeLeft(10), undefined);
  });

  it('changes its text once a second at most', () => {
    const meter = meterAfter([2_000, 2_000]);
    const first = meter.text(10_000);
    now += 999;
    meter.note(9_000);
    assert.equal(meter.text(1_000), first);
    now += 1;
    meter.note(9_500);
    assert.notEqual(meter.text(500), first);
  });

  it('never tells a rate below none, whatever the times', () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 60_000 }), fc.nat({ max: 1e9 })), { maxLength: 50 });
    fc.assert(
      fc.property(steps, (moves) => {
        let bytes = 0;
        const meter = meterAfter(...moves.map(([ms, more]) => [ms, (bytes += more)] as const));
        assert.ok((meter.rate ?? 0) >= 0 && (meter.timeLeft(1) ?? 0) >= 0);
      }),
    );
  });
});
