import * as l10n from '@vscode/l10n';
import { UserError } from '../../../base/errors.ts';
import type { Competition, KaggleClient } from '../../../kaggle/client.ts';
import { findSample } from './expectation.ts';

/** Why nothing of a competition can be scored here, and what there is instead. */
const REASONS: Readonly<
  Record<NonNullable<Competition['kind']>, (title: string) => readonly [why: string, instead: string]>
> = {
  simulation: (title) => [
    l10n.t(
      '{0} is a simulation: it takes an agent that plays against others on Kaggle, not predictions.',
      title,
    ),
    l10n.t(
      'Agents are Python programs: write one that starts Julia, and submit it with the official client (kaggle competitions submit).',
    ),
  ],
  hackathon: (title) => [
    l10n.t(
      '{0} is a hackathon: it takes a writeup that people judge, not predictions, and has no leaderboard.',
      title,
    ),
    l10n.t(
      'Submit the writeup on its page; julia-kaggle can still run a package in the image (run --until test) for another competition.',
    ),
  ],
  analytics: (title) => [
    l10n.t('{0} is an analytics competition: people judge notebooks, and there is no leaderboard.', title),
    l10n.t('Hand in a notebook on its page, as its rules say.'),
  ],
};

/**
 * Looks whether a competition is of a kind that scores no predictions. Tags are also given by subject, so one that has a
 * sample submission is taken for what it is.
 * @throws UserError `competition-unsupported` with why, and what exists instead; as `listFiles`.
 */
export async function demandSupported(
  competition: Competition,
  { competitions }: Pick<KaggleClient, 'competitions'>,
  signal: AbortSignal,
): Promise<void> {
  const { kind, slug, title, url } = competition;
  if (kind === undefined) return;
  const files = await competitions.listFiles(slug, signal);
  if (
    findSample(
      files.map(({ name }) => name),
      '',
    ) !== undefined
  )
    return;
  const [why, instead] = REASONS[kind](title);
  throw new UserError({
    code: 'competition-unsupported',
    title: why,
    actions: [{ title: instead, url }],
  });
}
