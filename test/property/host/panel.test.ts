import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { STAGE_NAMES } from '../../../src/core/stages.ts';
import { depotPicture } from '../../../src/host/panel/pictures.ts';
import { agreement } from '../../../src/host/panel/plan.ts';

describe('the plan', () => {
  it('is agreed to only for the very thing that is sent first', () => {
    const state = fc.constantFrom('fresh' as const, 'would-run' as const, 'later' as const);
    fc.assert(
      fc.property(fc.tuple(...STAGE_NAMES.map(() => state)), (states) => {
        const previews = STAGE_NAMES.map((stage, index) => {
          const now = states[index] ?? 'later';
          return { stage, state: now, text: '', ...(now === 'would-run' && { fingerprint: `of ${stage}` }) };
        });
        const agreed = agreement(previews);
        const sending = previews.slice(STAGE_NAMES.indexOf('upload'));
        const first = sending.find((each) => each.state !== 'fresh');
        assert.equal(agreed, first?.state === 'would-run' ? `of ${first.stage}` : undefined);
      }),
    );
  });
});

describe('the pictures', () => {
  it('show the depot by package, all of its bytes, the largest first', () => {
    const items = fc.array(
      fc.record({
        kind: fc.constantFrom('package' as const, 'artifact' as const),
        name: fc.stringMatching(/^[a-c]{1,4}$/),
        bytes: fc.nat(1e9),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(items, fc.nat(2), (all, rest) => {
        const inventory = all.map(({ kind, name, bytes }, index) => ({
          kind,
          name: `${kind}s/${name}/${index}`,
          bytes,
        }));
        const bytes = all.reduce((sum, item) => sum + item.bytes, rest);
        const picture = depotPicture({ inventory, bytes });
        assert.ok(picture !== undefined);
        const shares = picture.bars.map(({ share }) => share);
        assert.ok(picture.bars.length <= 13 && shares.every((share) => share >= 0 && share <= 1));
        const named = new Set(all.map(({ kind, name }) => `${kind} ${name}`));
        // What is in the depot besides is a part of its own.
        assert.equal(picture.rows.length, named.size + (rest > 0 ? 1 : 0));
        const main = shares.slice(0, 12);
        assert.deepEqual(
          main,
          main.toSorted((a, b) => b - a),
        );
      }),
    );
  });
});
