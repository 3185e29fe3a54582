import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { isUserError, UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import type { KaggleClient, SubmissionState } from '../../kaggle/client.ts';
import type { StageContext } from '../stage.ts';
import { isAttempt } from './description.ts';

/** A submission that is about to be made: it may be made without our hearing of it. */
const announcement = z.object({
  /** Fingerprint of what is submitted. */
  submitting: z.string(),
  /** So many of the same were there before. */
  after: z.number(),
  /** So many more Kaggle counted than it listed; absent in older records. */
  unlisted: z.optional(z.number()),
});
export type Announcement = z.infer<typeof announcement>;

/** What an interrupted run announced; undefined when it announced nothing. */
export function announcedIn(pending: unknown): Announcement | undefined {
  return announcement.safeParse(pending).data;
}

/** With these a submission may have been made; with all others Kaggle refused it in so many words. */
export function isUnheard(error: unknown): error is UserError {
  return isUserError(error, 'kaggle-unreachable') || isUserError(error, 'kaggle-answer');
}

/** Kaggle's list may lag behind a submission of a moment ago, and a request that timed out may still be at work there. */
const PAUSES_MS = [0, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 60_000];
/** A later run finds what its predecessor did not hear of, and soon is sure that there is nothing. */
const LATER_LOOKS = 5;

export interface Sight {
  /** The submissions of the same, the newest first. */
  readonly ours: readonly SubmissionState[];
  /** So many more Kaggle counts than it lists. */
  readonly unlisted: number;
}

/** What there is on Kaggle now. @param base see `isAttempt`. */
export async function look(
  kaggle: KaggleClient,
  competition: string,
  base: string,
  { signal }: Pick<StageContext, 'signal'>,
): Promise<Sight> {
  const all = await kaggle.submissions.list(competition, signal);
  const { made } = await kaggle.submissions.limits(competition, signal);
  return { ours: all.filter(({ description }) => isAttempt(description, base)), unlisted: made - all.length };
}

export interface Search {
  readonly announced: Announcement;
  readonly competition: string;
  readonly base: string;
  /** By the very run that lost the answer: nothing is settled by finding nothing. */
  readonly isSameRun: boolean;
}

/**
 * Looks for a submission that was announced, in the list and in the count of submissions, until it is there or nothing
 * speaks for it any more. `isThere`: it is the first of `ours`.
 * @throws UserError `submission-unknown` while Kaggle counts one that it does not list, and for the run that lost the answer.
 */
export async function findAnnounced(
  kaggle: KaggleClient,
  { announced, competition, base, isSameRun }: Search,
  context: StageContext,
): Promise<Sight & { readonly isThere: boolean }> {
  const { clock } = context.ports;
  const began = clock.now();
  for (const [looks, pauseMs] of PAUSES_MS.entries()) {
    if (pauseMs > 0)
      context.progress(l10n.t('Looking whether Kaggle has the submission whose answer was lost'));
    await clock.sleep(pauseMs, context.signal);
    const sight = await look(kaggle, competition, base, context).catch((error: unknown) => {
      throw isUnheard(error) ? unknown(kaggle, competition, error.message, error) : error;
    });
    if (sight.ours.length > announced.after) return { ...sight, isThere: true };
    const isCounted = sight.unlisted > (announced.unlisted ?? Infinity);
    // Who asks for one more was told of it.
    if (!isSameRun && (!isCounted || context.anew) && looks + 1 >= LATER_LOOKS)
      return { ...sight, isThere: false };
  }
  const time = formatDuration(clock.now() - began);
  throw unknown(kaggle, competition, l10n.t('Kaggle was looked at for {0}.', time));
}

function unknown(kaggle: KaggleClient, competition: string, detail: string, cause?: UserError): UserError {
  return new UserError({
    code: 'submission-unknown',
    title: l10n.t(
      'The answer to the submission to {0} was lost, and whether Kaggle has it is not known.',
      competition,
    ),
    detail,
    actions: [
      {
        title: l10n.t('Look at your submissions.'),
        url: `${kaggle.siteUrl}/competitions/${competition}/submissions`,
      },
      { title: l10n.t('Run again: it is looked for first, and not made twice.') },
    ],
    ...(cause !== undefined && { cause }),
  });
}
