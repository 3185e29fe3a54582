import assert from 'node:assert/strict';
import { kept } from '../../torture/case.ts';
import { cases as all } from '../../torture/cases/all.ts';
import { seedFor } from '../../torture/random.ts';

// The same each time, so that a change is judged by itself; `npm run torture` begins with another seed each time.
const seed = Number(process.env['TORTURE_SEED'] ?? 1);
const cases = all.filter(({ fullOnly = false }) => !fullOnly);

for (const group of new Set(cases.map((each) => each.group)))
  describe(`torture, ${group}`, () => {
    for (const { name, run } of cases.filter((each) => each.group === group))
      it(name, async () => {
        const outcome = await run(seedFor(seed, name), 'short');
        const repeat = `repeat it: npm run torture -- --short --seed ${seed} --only "${name}"`;
        assert.ok(kept(outcome), `${JSON.stringify(outcome, undefined, 2)}\n${repeat}`);
      });
  });
