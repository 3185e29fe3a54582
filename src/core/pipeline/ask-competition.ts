import { defined } from '../../base/defined.ts';
import { isCancelled, isUserError } from '../../base/errors.ts';
import type { KaggleClient } from '../../kaggle/client.ts';
import { wantedFiles } from '../contract/image/other-inputs.ts';
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
  return async (slug, signal, only) => {
    const last = (await record()).artefacts.project?.competitionFacts;
    const known = last?.slug === slug ? last : undefined;
    const isOver = Date.parse(known?.deadline ?? '') < ports.clock.now();
    const isKnown = known !== undefined && !renew && !isOver && isCounted(known, only);
    if (!mayAsk || isKnown) return known;
    return (await ask(slug)) ?? known;

    async function ask(competition: string): Promise<CompetitionFacts | undefined> {
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      try {
        const client = await ports.kaggle();
        const found = await client.competitions.get(competition, inTime);
        const callsNotebook = await demandSupported(found, client, inTime);
        const { isKernelsSubmissionsOnly, deadline } = found;
        const data = only && (await countData(client, competition, only, inTime));
        return {
          slug: competition,
          takesFiles: !isKernelsSubmissionsOnly,
          ...defined({ callsNotebook, deadline, data }),
        };
      } catch (error) {
        const isUnheard = isCancelled(error) || (isUserError(error) && !ANSWERS.has(error.code));
        if (signal.aborted || !isUnheard) throw error;
        return undefined;
      }
    }
  };
}

/** Whether it is known how much of the data the patterns take. */
function isCounted({ data }: CompetitionFacts, only: readonly string[] | undefined): boolean {
  return only === undefined || data?.only.join('\n') === only.join('\n');
}

/** How much of the data the patterns take; undefined where that takes too long to be told, or the rules are not accepted. */
async function countData(
  { competitions }: KaggleClient,
  slug: string,
  only: readonly string[],
  signal: AbortSignal,
): Promise<CompetitionFacts['data']> {
  let [files, bytes] = [0, 0];
  try {
    for await (const page of competitions.filePages(slug, signal))
      for (const file of wantedFiles(page, [...only])) [files, bytes] = [files + 1, bytes + file.bytes];
    return { only: [...only], files, bytes };
  } catch (error) {
    if (isCancelled(error) || isUserError(error)) return undefined;
    throw error;
  }
}
