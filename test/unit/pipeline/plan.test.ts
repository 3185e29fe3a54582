import assert from 'node:assert/strict';
import { bindStage, type StagePlan } from '../../../src/core/pipeline/bound-stage.ts';
import { RunRecord } from '../../../src/core/pipeline/record.ts';
import { withAccount } from '../../../src/core/pipeline/run.ts';
import type { Stage } from '../../../src/core/stage.ts';
import { aBundle, aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

/** A stage that says the same of whatever it sends. */
const sending: Stage<'upload', 'pack'> = {
  name: 'upload',
  needs: ['pack'],
  fingerprint: ({ pack }) => pack.bundleId,
  plan: () => 'upload app (38 kB) as private datasets',
  run: () => assert.fail('run'),
  summary: () => '',
};

describe('the plan of a stage', () => {
  let record: RunRecord;
  before(async () => {
    record = await RunRecord.open(`${await tempFolder()}/.julia-kaggle`);
  });

  const planned = (bundleId: string, verdict: 'changed' | { because: string } = 'changed'): StagePlan => {
    const plan = bindStage(sending).plan(
      { project: aProject(), pack: aBundle({ bundleId }) },
      record,
      verdict,
    );
    assert.ok(plan !== undefined);
    return plan;
  };

  const namedBy = (account: string): Promise<StagePlan> => {
    const { context } = keptContext({ account: { whoAmI: () => Promise.resolve(account) } });
    return withAccount(planned('a'), 'upload', context);
  };

  it('is known again by its fingerprint', () => {
    assert.deepEqual(planned('a'), planned('a'));
  });

  it('is another one for other content, although the sentence is the same', () => {
    assert.equal(planned('a').text, planned('b').text);
    assert.notEqual(planned('a').fingerprint, planned('b').fingerprint);
  });

  it('is another one where Kaggle does not have what it had', () => {
    const doubted = planned('a', { because: 'since app is not on Kaggle any more' });
    assert.match(doubted.text, /any more$/);
    assert.notEqual(doubted.fingerprint, planned('a').fingerprint);
  });

  it('is another one for another account', async () => {
    const [ann, bob, again] = await Promise.all([namedBy('ann'), namedBy('bob'), namedBy('ann')]);
    assert.deepEqual(ann, again);
    assert.match(ann.text, /account ann$/);
    assert.notEqual(ann.fingerprint, bob.fingerprint);
  });
});
