import { defined } from '../../base/defined.ts';
import { isCancelled, isUserError } from '../../base/errors.ts';
import { demandSupported } from '../contract/submission/supported.ts';
import type { CompetitionFacts } from '../project-artefact.ts';
import type { AskCompetition } from '../project/project-stage.ts';
import type { Ports } from '../stage.ts';
import type { RunRecord } from './record.ts';

/** So long is Kaggle waited for: a run without a network is to go on. */
const PATIENCE_MS = 10_000;

/** With these Kaggle knows the competition not, or not for this account; with all others it was not heard. */
const ANSWERS: ReadonlySet<string> = new Set([
  'kaggle-not-found',
  'kaggle-forbidden',
  'competition-unsupported',
]);

/**
 * How a project learns what Kaggle takes for its competition: as at its last run; asked where that is not known, with
 * `renew`, and for one that has ended, since deadlines are put off.
 * @param mayAsk else only what is known counts.
 */
export function competitionAsker(
  record: () => Promise<RunRecord>,
  ports: Ports,
  { mayAsk, renew }: { readonly mayAsk: boolean; readonly renew: boolean },
): AskCompetition {
  return async (slug, signal) => {
    const last = (await record()).artefacts.project?.competitionFacts;
    const known = last?.slug === slug ? last : undefined;
    const isOver = Date.parse(known?.deadline ?? '') < ports.clock.now();
    if (!mayAsk || (known !== undefined && !renew && !isOver)) return known;
    return (await ask(slug)) ?? known;

    async function ask(competition: string): Promise<CompetitionFacts | undefined> {
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      try {
        const client = await ports.kaggle();
        const found = await client.competitions.get(competition, inTime);
        const callsNotebook = await demandSupported(found, client, inTime);
        const { isKernelsSubmissionsOnly, deadline } = found;
        return {
          slug: competition,
          takesFiles: !isKernelsSubmissionsOnly,
          ...defined({ callsNotebook, deadline }),
        };
      } catch (error) {
        const isUnheard = isCancelled(error) || (isUserError(error) && !ANSWERS.has(error.code));
        if (signal.aborted || !isUnheard) throw error;
        return undefined;
      }
    }
  };
}
