import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Faults } from '../../../src/sandbox/faults/faults.ts';

const METHODS = ['GetDataset', 'SaveKernel'];

/** Which of so many calls of a method are struck. */
function struckCalls(faults: Faults, method: string, calls: number): number[] {
  const numbers = Array.from({ length: calls }, (_, index) => index + 1);
  const isMeant = (fault: { readonly method: string }): number | undefined =>
    fault.method === '*' || fault.method === method ? 0 : undefined;
  return numbers.filter(() => faults.take('call', isMeant) !== undefined);
}

describe('sandbox: faults that are set', () => {
  it('strike on the occasions that they name', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), fc.nat(30), (skip, more, calls) => {
        const faults = new Faults(METHODS);
        const [first, last] = [skip + 1, skip + 1 + more];
        faults.add(`GetDataset#${first}-${last}=503`);
        const all = Array.from({ length: calls }, (_, index) => index + 1);
        const expected = all.filter((call) => call >= first && call <= last);
        assert.deepEqual(struckCalls(faults, 'GetDataset', calls), expected);
        assert.deepEqual(faults.list(), [
          {
            id: 1,
            fault: first === last ? `GetDataset#${first}=503` : `GetDataset#${first}-${last}=503`,
            seen: calls,
            struck: expected.length,
          },
        ]);
      }),
    );
  });

  it('count nothing that is not meant', () => {
    const faults = new Faults(METHODS);
    faults.add('SaveKernel#1=cut');
    assert.deepEqual(struckCalls(faults, 'GetDataset', 3), []);
    assert.deepEqual(struckCalls(faults, 'SaveKernel', 3), [1]);
  });

  it('let the one strike that comes first in place, whichever was set first', () => {
    const faults = new Faults(METHODS);
    faults.add('upload@200=503');
    faults.add('upload@100#2-=cut');
    const next = (): number | undefined => faults.take('upload', ({ byte }) => byte)?.byte;
    assert.deepEqual([next(), next(), next()], [200, 100, 100]);
    assert.deepEqual(
      faults.list().map(({ seen, struck }) => [seen, struck]),
      [
        [1, 1],
        [3, 2],
      ],
    );
  });

  it('are taken away one by one or all together, and their numbers are not given again', () => {
    const faults = new Faults(METHODS);
    const [first, second, third] = ['fresh=1s', 'ready=1s', 'ready=2s'].map((spec) => faults.add(spec).id);
    assert.equal(faults.clear(second), 1);
    assert.equal(faults.clear(second), 0);
    assert.deepEqual(
      faults.list().map(({ id }) => id),
      [first, third],
    );
    assert.equal(faults.clear(), 2);
    assert.deepEqual(faults.list(), []);
    assert.equal(faults.add('fresh=1s').id, (third ?? 0) + 1);
  });

  it('tell beforehand whether one will strike, without counting', () => {
    const faults = new Faults(METHODS);
    faults.add('allowance#2=full');
    const seen = [1, 2, 3].map(() => [faults.isDue('allowance'), faults.take('allowance') !== undefined]);
    assert.deepEqual(seen, [
      [false, false],
      [true, true],
      [false, false],
    ]);
  });
});
