import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors.ts';
import type { Competition } from '../../../src/kaggle/client.ts';
import { betterByMetric, betterByOrder, findBetterScore } from '../../../src/core/submit/better-score.ts';
import { playedKaggle } from '../../support/stage-context.ts';

const { signal } = new AbortController();
const PROJECT = { competition: 'tides' };

describe('which scores are the better ones', () => {
  it('is what the order of the leaderboard says', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 2 }), (scores) => {
        const rising = scores.toSorted((a, b) => a - b);
        assert.equal(betterByOrder(rising), 'lower');
        assert.equal(betterByOrder(rising.toReversed()), 'higher');
      }),
    );
    assert.equal(betterByOrder([]), undefined);
    assert.equal(betterByOrder([0.5]), undefined);
    assert.equal(betterByOrder([0.5, 0.5]), undefined);
  });

  for (const [better, names] of [
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
      it(`with the metric "${name ?? 'that is not told'}" is ${better ?? 'not known'}`, () => {
        assert.equal(betterByMetric(name), better);
      });
  }

  it('is first of all what JuliaKaggle.toml says, and then nobody is asked', async () => {
    assert.equal(
      await findBetterScore(playedKaggle({}), { ...PROJECT, betterScore: 'higher' }, signal),
      'higher',
    );
  });

  it('is what the leaderboard says, before the name of the metric', async () => {
    const competition = { evaluationMetric: 'rmse' } as Competition;
    const kaggle = (scores: readonly number[]) =>
      playedKaggle({
        listLeaderboardScores: () => Promise.resolve(scores),
        getCompetition: () => Promise.resolve(competition),
      });
    assert.equal(await findBetterScore(kaggle([3, 2, 1]), PROJECT, signal), 'higher');
    assert.equal(await findBetterScore(kaggle([]), PROJECT, signal), 'lower');
  });

  it('is not known, and no failure, when the leaderboard is hidden', async () => {
    const hidden = new UserError({ code: 'kaggle-forbidden', title: 'No.', actions: [{ title: 'None.' }] });
    const kaggle = (error: Error) => playedKaggle({ listLeaderboardScores: () => Promise.reject(error) });
    assert.equal(await findBetterScore(kaggle(hidden), PROJECT, signal), undefined);
    await assert.rejects(findBetterScore(kaggle(new TypeError('a bug')), PROJECT, signal), /a bug/);
  });
});
