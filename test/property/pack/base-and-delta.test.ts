import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type DepotEntry, LARGEST_SHARE, planDepot, sumOf } from '../../../src/core/pack/base-and-delta.ts';

const entries = fc.uniqueArray(
  fc.record({
    path: fc.integer({ min: 0, max: 9 }).map((number) => `packages/P${number}`),
    identity: fc.constantFrom('1', '2', '3'),
    bytes: fc.integer({ min: 0, max: 1000 }),
  }),
  { selector: ({ path }) => path },
);

/** What lies there after the base was unpacked and then the delta over it. */
function unpacked(base: readonly DepotEntry[], delta: readonly DepotEntry[]): Map<string, string> {
  return new Map([...base, ...delta].map(({ path, identity }) => [path, identity]));
}

describe('base and delta', () => {
  it('together hold every needed entry in its present state', () => {
    fc.assert(
      fc.property(entries, entries, (needed, base) => {
        const plan = planDepot({ needed, base, mayHaveDelta: true });
        if (plan.base === 'new') return;
        const there = unpacked(base, plan.delta);
        for (const { path, identity } of needed) assert.equal(there.get(path), identity);
      }),
    );
  });

  it('the delta has nothing that the base has, and never outgrows its share of it', () => {
    fc.assert(
      fc.property(entries, entries, (needed, base) => {
        const plan = planDepot({ needed, base, mayHaveDelta: true });
        if (plan.base === 'new') return;
        const held = unpacked(base, []);
        for (const { path, identity } of plan.delta) assert.notEqual(held.get(path), identity);
        assert.ok(sumOf(plan.delta) <= LARGEST_SHARE * sumOf(base));
      }),
    );
  });

  it('has no delta when nothing, or nothing but what is not needed, differs', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 3 }), (base, dropped) => {
        const plan = planDepot({ needed: base, base, mayHaveDelta: true });
        assert.deepEqual(plan, { base: 'keep', delta: [] });
        const needed = base.slice(dropped);
        const fewer = planDepot({ needed, base, mayHaveDelta: false });
        if (sumOf(base.slice(0, dropped)) <= LARGEST_SHARE * sumOf(base))
          assert.deepEqual(fewer, { base: 'keep', delta: [] });
        else assert.equal(fewer.base, 'new');
      }),
    );
  });

  it('is a new base without an earlier one, and for anything new where a delta saves nothing', () => {
    fc.assert(
      fc.property(entries, entries, (needed, base) => {
        assert.equal(planDepot({ needed, base: undefined, mayHaveDelta: true }).base, 'new');
        const held = unpacked(base, []);
        const lacks = needed.some(({ path, identity }) => held.get(path) !== identity);
        const plan = planDepot({ needed, base, mayHaveDelta: false });
        if (lacks) assert.equal(plan.base, 'new');
      }),
    );
  });

  it('packs what was compiled anew under its old name', () => {
    const cache = { path: 'compiled/v1.10/A/x.ji', identity: 'old', bytes: 10 };
    const others = { path: 'packages/A/y', identity: '90', bytes: 90 };
    const anew = { ...cache, identity: 'new' };
    const plan = planDepot({ needed: [anew, others], base: [cache, others], mayHaveDelta: true });
    assert.deepEqual(plan, { base: 'keep', delta: [anew] });
  });
});
