import { UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import type { Competition, SubmissionLimits } from '../../kaggle/client.ts';

const DAY_MS = 86_400_000;

/** When the day of submissions ends (kaggle-api 1.5), e.g. `the day ends at 00:00 UTC, in 3 h 12 min`. */
function dayEnd(now: number): string {
  const left = DAY_MS - (now % DAY_MS);
  return `the day ends at 00:00 UTC, in ${formatDuration(Math.ceil(left / 60_000) * 60_000)}`;
}

/**
 * Pure: why the competition would not take a submission, the reason that is hardest to mend first; undefined when it
 * would. `now` in milliseconds.
 */
export function refusalOfCompetition(competition: Competition, now: number): UserError | undefined {
  const { title, url, deadline } = competition;
  if (deadline !== undefined && Date.parse(deadline) < now)
    return refused(
      'submission-closed',
      `${title} ended on ${day(deadline)} and takes no submissions any more.`,
      {
        title: 'Look at its page: some competitions take late submissions in the browser.',
        url,
      },
    );
  if (competition.submissionsDisabled)
    return refused('submission-closed', `${title} takes no submissions now.`, {
      title: 'Look at its page for when it takes them.',
      url,
    });
  if (!competition.isKernelsSubmissionsOnly)
    return refused(
      'not-a-code-competition',
      `${title} is no code competition: it takes submission files, not notebooks.`,
      {
        title: 'Upload the submission file on its page; the run has left it in .julia-kaggle/notebook.',
        url,
      },
    );
  if (!competition.userHasEntered)
    return refused('competition-not-entered', `You have not joined ${title}, or not accepted its rules.`, {
      title: 'Join it and accept its rules, then run again.',
      url: `${url}/rules`,
    });
  return undefined;
}

/** Pure: why no submission is left, or undefined when one is. */
export function refusalOfLimits(
  { title, url }: Pick<Competition, 'title' | 'url'>,
  limits: SubmissionLimits,
  now: number,
): UserError | undefined {
  if (limits.allowedNow > 0) return undefined;
  if (limits.limitedByTotal)
    return refused(
      'submission-limit',
      `No submission to ${title} is left: the competition takes a number in all.`,
      {
        title: 'Choose among those that you made on its page.',
        url,
      },
    );
  return refused(
    'submission-limit',
    `No submission to ${title} is left today (${limits.usedToday} made); ${dayEnd(now)}.`,
    { title: 'Run again then: only the submission is left to do.', url },
  );
}

/** What is told before a submission, e.g. `2 submissions made today, 3 left; the day ends at …`. */
export function allowanceInWords({ usedToday, allowedNow }: SubmissionLimits, now: number): string {
  return `${usedToday} made today, ${allowedNow} left; ${dayEnd(now)}.`;
}

function day(iso: string): string {
  return iso.slice(0, 10);
}

function refused(
  code: 'submission-closed' | 'not-a-code-competition' | 'competition-not-entered' | 'submission-limit',
  title: string,
  action: { readonly title: string; readonly url: string },
): UserError {
  return new UserError({ code, title, actions: [action] });
}
