import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors.ts';
import type { Competition } from '../../../src/kaggle/client.ts';
import { findBetterScore } from '../../../src/core/submit/better-score.ts';

const { signal } = new AbortController();
const PROJECT = { competition: 'tides' };
const NOT_ASKED = {
  leaderboardScores: () => assert.fail('asked for the leaderboard'),
  get: () => assert.fail('asked for the competition'),
};

/** By a leaderboard with these scores, of a competition with this metric. */
function better(scores: readonly number[], evaluationMetric?: string) {
  const competitions = {
    leaderboardScores: () => Promise.resolve(scores),
    get: () => Promise.resolve({ evaluationMetric } as Competition),
  };
  return findBetterScore(competitions, PROJECT, signal);
}

describe('which scores are the better ones', () => {
  it('is what the order of the leaderboard says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer(), { minLength: 2 }), async (scores) => {
        const rising = scores.toSorted((a, b) => a - b);
        assert.equal(await better(rising, 'Accuracy'), 'lower');
        assert.equal(await better(rising.toReversed(), 'rmse'), 'higher');
      }),
    );
    for (const scores of [[], [0.5], [0.5, 0.5]]) assert.equal(await better(scores), undefined);
  });

  for (const [expected, names] of [
    [
      'lower',
      [
        'Root Mean Squared Error',
        'rmse',
        'Mean Absolute Error',
        'Log Loss',
        'MultiClassLoss',
        'RMSLE',
        'Levenshtein Mean Distance',
        'Weighted Pinball Loss',
        'mae',
        'nrmse',
      ],
    ],
    [
      'higher',
      [
        'Categorization Accuracy',
        'Area Under Receiver Operating Characteristic Curve',
        'F1 Score',
        'QuadraticWeightedKappa',
        'Dice',
        'R2 Score',
        'NDCG@{K}',
        'MAP@{K}',
        'Normalized Gini Index',
        'Macro F-Score',
        'R-squared',
        'RSquared',
      ],
    ],
    [undefined, [undefined, 'Custom Metric', '', 'Accuracy minus error']],
  ] as const) {
    for (const name of names)
      it(`with the metric "${name ?? 'that is not told'}" is ${expected ?? 'not known'}`, async () => {
        assert.equal(await better([], name), expected);
      });
  }

  it('is first of all what JuliaKaggle.toml says, and then nobody is asked', async () => {
    assert.equal(await findBetterScore(NOT_ASKED, { ...PROJECT, betterScore: 'higher' }, signal), 'higher');
  });

  it('is not known, and no failure, when the leaderboard is hidden', async () => {
    const hidden = new UserError({ code: 'kaggle-forbidden', title: 'No.', actions: [{ title: 'None.' }] });
    const kaggle = (error: Error) => ({ ...NOT_ASKED, leaderboardScores: () => Promise.reject(error) });
    assert.equal(await findBetterScore(kaggle(hidden), PROJECT, signal), undefined);
    await assert.rejects(findBetterScore(kaggle(new TypeError('a bug')), PROJECT, signal), /a bug/);
  });
});
