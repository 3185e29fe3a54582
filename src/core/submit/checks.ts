import * as l10n from '@vscode/l10n';
import { UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import type { Competition, SubmissionLimits } from '../../kaggle/client.ts';

const DAY_MS = 86_400_000;

/** When the day of submissions ends (kaggle-api 1.5), e.g. `the day ends at 00:00 UTC, in 3 h 12 min`. */
function dayEnd(now: number): string {
  const left = DAY_MS - (now % DAY_MS);
  return l10n.t('the day ends at 00:00 UTC, in {0}', formatDuration(Math.ceil(left / 60_000) * 60_000));
}

/** Pure: why the competition would not take a submission; undefined when it would, as far as is known. */
export function refusalOfCompetition(competition: Competition): UserError | undefined {
  const { title, url } = competition;
  if (competition.submissionsDisabled)
    return refused('submission-closed', l10n.t('{0} takes no submissions now.', title), {
      title: l10n.t('Look at its page for when it takes them.'),
      url,
    });
  if (!competition.userHasEntered)
    return refused(
      'competition-not-entered',
      l10n.t('You have not joined {0}, or not accepted its rules.', title),
      {
        title: l10n.t('Join it and accept its rules, then run again.'),
        url: `${url}/rules`,
      },
    );
  return undefined;
}

/** Pure: the day on which a competition has ended; undefined while it goes on. `now` in milliseconds. */
export function dayOfEnd(deadline: string | undefined, now: number): string | undefined {
  return deadline !== undefined && Date.parse(deadline) < now ? deadline.slice(0, 10) : undefined;
}

/** Pure: what becomes of a submission to a competition that has ended on that day. */
export function lateness(day: string): string {
  return l10n.t('ended on {0}: a late submission is scored but not ranked', day);
}

/** Pure: why no submission is left, or undefined when one is. */
export function refusalOfLimits(
  competition: Pick<Competition, 'title' | 'url' | 'deadline' | 'maxDailySubmissions'>,
  limits: SubmissionLimits,
  now: number,
): UserError | undefined {
  const { title, url, deadline, maxDailySubmissions = 1 } = competition;
  if (limits.allowedNow > 0) return undefined;
  if (limits.usedToday < maxDailySubmissions && dayOfEnd(deadline, now) !== undefined)
    return refused('submission-closed', l10n.t('{0} has ended and takes no late submissions.', title), {
      title: l10n.t('Look at its page: it says "Late Submission" where it takes any.'),
      url,
    });
  if (limits.limitedByTotal)
    return refused(
      'submission-limit',
      l10n.t('No submission to {0} is left: the competition takes a number in all.', title),
      {
        title: l10n.t('Choose among those that you made on its page.'),
        url,
      },
    );
  return refused(
    'submission-limit',
    l10n.t('No submission to {0} is left today ({1} made); {2}.', title, limits.usedToday, dayEnd(now)),
    { title: l10n.t('Run again then: only the submission is left to do.'), url },
  );
}

/** What is told before a submission, e.g. `2 submissions made today, 3 left; the day ends at …`. */
export function allowanceInWords({ usedToday, allowedNow }: SubmissionLimits, now: number): string {
  return l10n.t('{0} made today, {1} left; {2}.', usedToday, allowedNow, dayEnd(now));
}

function refused(
  code: 'submission-closed' | 'competition-not-entered' | 'submission-limit',
  title: string,
  action: { readonly title: string; readonly url: string },
): UserError {
  return new UserError({ code, title, actions: [action] });
}
