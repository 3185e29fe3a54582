import type { SubmissionLimits } from './client.ts';
import { notEntered } from './competitions.ts';
import type { Connection } from './connection.ts';
import { submissionLimits } from './schemas.ts';

/** How many submissions were made today, and how many may be made now; days are UTC. (kaggle-api 1.5) */
export async function getLimits(
  { transport, site }: Connection,
  competition: string,
  signal: AbortSignal,
): Promise<SubmissionLimits> {
  const { numToday, numAllowedNow, limitedByTotal } = await transport.call(
    {
      method: 'competitions.CompetitionApiService/GetSubmissionLimits',
      body: { competitionName: competition },
      answer: submissionLimits,
      about: {
        thing: `the submission limits of ${competition}`,
        url: site.competition(competition),
        explain: { 403: (detail) => notEntered(site, competition, detail) },
      },
    },
    signal,
  );
  return { usedToday: numToday, allowedNow: numAllowedNow, limitedByTotal };
}
