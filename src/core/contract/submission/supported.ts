import * as l10n from '@vscode/l10n';
import { isCancelled, UserError } from '../../../base/errors.ts';
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

/** What each competition with Kaggle's evaluation API has among its data; Kaggle says it in no other way. */
const RELAY = /(?:^|\/)kaggle_evaluation\/core\/relay\.py$/;

/**
 * Looks whether a competition is of a kind that scores no predictions that a run can write. Tags are also given by subject,
 * so one that has a sample submission is taken for what it is; but a code competition that calls the notebook mostly has one.
 * @returns whether its host calls a function of the notebook; undefined: its data could not be listed.
 * @throws UserError `competition-unsupported` with why, and what exists instead; as `listFiles`.
 */
export async function demandSupported(
  competition: Competition,
  { competitions }: Pick<KaggleClient, 'competitions'>,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { kind, isKernelsSubmissionsOnly, slug, title, url } = competition;
  if (kind === undefined && !isKernelsSubmissionsOnly) return false;
  const names = await namesOfData();
  if (names?.some((name) => RELAY.test(name)) === true) return true;
  if (names === undefined) return undefined;
  if (kind !== undefined && findSample(names, '') === undefined) throw unsupported(...REASONS[kind](title));
  return false;

  async function namesOfData(): Promise<string[] | undefined> {
    try {
      return (await competitions.listFiles(slug, signal)).map(({ name }) => name);
    } catch (error) {
      // What speaks for a code competition like most is no reason to hear no more of it: its rules may not be accepted.
      if (kind === undefined && !isCancelled(error)) return undefined;
      throw error;
    }
  }

  function unsupported(why: string, instead: string): UserError {
    return new UserError({ code: 'competition-unsupported', title: why, actions: [{ title: instead, url }] });
  }
}
