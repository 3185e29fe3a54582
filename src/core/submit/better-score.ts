import { isUserError } from '../../base/errors.ts';
import type { KaggleClient } from '../../kaggle/client.ts';
import type { Project } from '../artefacts.ts';

export type BetterScore = NonNullable<Project['betterScore']>;

/**
 * Which scores are the better ones: as JuliaKaggle.toml says, else by the order of the leaderboard, else by the name of
 * the metric; Kaggle's API does not say it (kaggle-api 1.1). Undefined when nothing tells.
 */
export async function findBetterScore(
  competitions: Pick<KaggleClient['competitions'], 'leaderboardScores' | 'get'>,
  project: Pick<Project, 'competition' | 'betterScore'>,
  signal: AbortSignal,
): Promise<BetterScore | undefined> {
  if (project.betterScore !== undefined) return project.betterScore;
  try {
    const scores = await competitions.leaderboardScores(project.competition, signal);
    const byOrder = betterByOrder(scores);
    if (byOrder !== undefined) return byOrder;
    return betterByMetric((await competitions.get(project.competition, signal)).evaluationMetric);
  } catch (error) {
    // A leaderboard may be hidden; a mark in a table is not worth a failure.
    if (isUserError(error)) return undefined;
    throw error;
  }
}

/** Pure: by scores that come the best first. */
function betterByOrder(scores: readonly number[]): BetterScore | undefined {
  const [first] = scores;
  const last = scores.at(-1);
  if (first === undefined || last === undefined || first === last) return undefined;
  return first < last ? 'lower' : 'higher';
}

/** Words in names of metrics. An error of the opposite kind, such as "1 - accuracy", is no metric's name on Kaggle. */
const LOWER = /error|loss|deviation|distance|perplexity|\bn?r?(ms|ma)(l|p|s)?e\b|crps|pinball|divergence/i;
const HIGHER =
  /accuracy|\bauc\b|area under|roc|precision|recall|\bf-?\d|f-?(score|beta)|kappa|dice|jaccard|\biou\b|ndcg|\br2\b|r-?squared|correlation|gini|\bmap\b/i;

/** Pure: by the metric's name, e.g. `Root Mean Squared Error`; undefined for one that neither or both lists know. */
function betterByMetric(name: string | undefined): BetterScore | undefined {
  const lower = LOWER.test(name ?? '');
  const higher = HIGHER.test(name ?? '');
  if (lower === higher) return undefined;
  return lower ? 'lower' : 'higher';
}
