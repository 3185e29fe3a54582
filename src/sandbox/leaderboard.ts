import type { CompetitionFacts } from './competition.ts';
import type { Submission } from './records.ts';

export interface LeaderboardRow {
  readonly teamId: number;
  readonly teamName: string;
  readonly submissionDate: string;
  /** As Kaggle shows it. */
  readonly score: string;
}

/**
 * The best public score of each team, the best first, without what was submitted late. Here everybody is a team of one;
 * every metric is an error.
 */
export function leaderboardOf(
  submissions: readonly Submission[],
  { slug, deadline }: Pick<CompetitionFacts, 'slug' | 'deadline'>,
): LeaderboardRow[] {
  const best = new Map<string, Submission>();
  for (const submission of submissions) {
    if (submission.competition !== slug || submission.publicScore === '') continue;
    if (Date.parse(submission.createdAt) > Date.parse(deadline)) continue;
    const other = best.get(submission.owner);
    if (other === undefined || Number(submission.publicScore) < Number(other.publicScore))
      best.set(submission.owner, submission);
  }
  return [...best.values()]
    .sort((a, b) => Number(a.publicScore) - Number(b.publicScore))
    .map(({ owner, createdAt, publicScore }, index) => ({
      teamId: index + 1,
      teamName: owner,
      submissionDate: createdAt,
      score: publicScore,
    }));
}
