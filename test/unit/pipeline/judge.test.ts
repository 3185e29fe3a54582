import assert from 'node:assert/strict';
import type { BoundStage, RecordedState, Verdict } from '../../../src/core/pipeline/bound-stage.ts';
import { judgeStage } from '../../../src/core/pipeline/judge.ts';
import type { RunRecord } from '../../../src/core/pipeline/record.ts';
import type { StageName } from '../../../src/core/stages.ts';
import { keptContext } from '../../support/stage-context.ts';

interface Facts {
  readonly verdict?: Verdict;
  readonly look?: RecordedState;
}

/** The verdict on the build when each stage is as told; else its result stands. */
function judged(
  facts: Partial<Record<StageName, Facts>>,
  asked: readonly StageName[] = ['build', 'test', 'pack', 'rehearse', 'upload', 'notebook', 'submit'],
  forced: readonly StageName[] = [],
): Promise<Verdict | 'spare'> {
  const stages = asked.map((name): BoundStage => {
    const { verdict = 'fresh', look = 'unchanged' } = facts[name] ?? {};
    return {
      name,
      plan: () => ({ text: '', fingerprint: '' }),
      look: () => look,
      judge: () => Promise.resolve(verdict),
      foresee: () => Promise.resolve(),
      run: () => assert.fail('run'),
      take: (known) => known,
      summary: () => '',
      standing: () => '',
    };
  });
  const [first] = stages;
  assert.ok(first !== undefined);
  const record = {} as unknown as RunRecord;
  return judgeStage(
    first,
    {},
    {
      record,
      stages,
      isForced: (name) => forced.includes(name),
      contextOf: () => keptContext({}).context,
    },
  );
}

const GONE: Verdict = { because: 'since the depot is gone', neededBy: ['test', 'pack'] };

describe('the verdict on a stage whose product is gone', () => {
  it('is that nobody misses it while all that works with it stands', async () => {
    assert.equal(await judged({ build: { verdict: GONE } }), 'spare');
    assert.equal(await judged({ build: { verdict: GONE }, notebook: { look: 'changed' } }), 'spare');
  });

  it('is that it is missed when a stage that works with it has to work', async () => {
    const missed: Partial<Record<StageName, Facts>>[] = [
      { test: { look: 'changed' } },
      { test: { verdict: { because: 'since the data are others' } } },
      { pack: { look: 'interrupted' } },
      {
        pack: { verdict: { because: 'since julia is gone', neededBy: ['rehearse'] } },
        rehearse: { look: 'changed' },
      },
    ];
    for (const facts of missed)
      assert.deepEqual(await judged({ build: { verdict: GONE }, ...facts }), GONE, JSON.stringify(facts));
  });

  it('is that it is missed when a stage that works with it is asked to work', async () => {
    assert.deepEqual(await judged({ build: { verdict: GONE } }, ['build']), GONE);
    for (const name of ['test', 'pack'] as const)
      assert.deepEqual(await judged({ build: { verdict: GONE } }, ['build', 'test', 'pack'], [name]), GONE);
    assert.equal(await judged({ build: { verdict: GONE } }, undefined, ['rehearse']), 'spare');
    assert.equal(await judged({}, undefined, ['build']), 'forced');
  });

  it('passes over what is gone and not missed in turn', async () => {
    const pack = { verdict: { because: 'since julia is gone', neededBy: ['rehearse', 'upload'] } } as const;
    assert.equal(await judged({ build: { verdict: GONE }, pack }), 'spare');
  });

  it('is what it was where nothing is said of who needs it', async () => {
    const other: Verdict = { because: 'since the depot is of another build' };
    assert.deepEqual(await judged({ build: { verdict: other } }), other);
    assert.equal(await judged({ build: { verdict: 'changed' } }), 'changed');
  });
});
