import { isUserError, UserError } from '../base/errors.ts';
import type { SubmissionInit } from './client.ts';
import { getCompetition, notEntered } from './competitions.ts';
import type { Connection } from './connection.ts';
import { getLimits } from './submission-limits.ts';

/**
 * A refused submission has one status for many reasons, so the reason is looked up: not joined, none left today,
 * closed. (kaggle-api 0.5, 1.6)
 */
export async function explained(
  connection: Connection,
  init: SubmissionInit,
  error: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isUserError(error, 'kaggle-refused') && !isUserError(error, 'kaggle-forbidden')) return error;
  try {
    return (await reasonOf(connection, init, error, signal)) ?? error;
  } catch (failure) {
    // The refusal itself says more than that its reason could not be looked up.
    return isUserError(failure) ? error : failure;
  }
}

async function reasonOf(
  connection: Connection,
  { competition, owner, slug }: SubmissionInit,
  error: UserError,
  signal: AbortSignal,
): Promise<UserError | undefined> {
  const { site } = connection;
  const { userHasEntered, submissionsDisabled } = await getCompetition(connection, competition, signal);
  if (!userHasEntered) return new UserError(notEntered(site, competition, error.detail));
  const shared = { detail: error.detail, cause: error };
  if (submissionsDisabled) {
    return new UserError({
      ...shared,
      code: 'kaggle-refused',
      title: `The competition ${competition} takes no submissions now.`,
      actions: [{ title: `Open ${competition} on Kaggle`, url: site.competition(competition) }],
    });
  }
  const { usedToday, allowedNow } = await getLimits(connection, competition, signal);
  if (allowedNow <= 0) {
    return new UserError({
      ...shared,
      code: 'submission-limit',
      title: `No submission to ${competition} is left today; ${usedToday} were made.`,
      actions: [
        { title: 'Submit again after midnight UTC; nothing has to be built or uploaded anew.' },
        { title: 'Look at your submissions', url: site.submissions(competition) },
      ],
    });
  }
  if (error.code !== 'kaggle-forbidden') return undefined;
  return new UserError({
    ...shared,
    code: 'kaggle-forbidden',
    title: `Kaggle does not let this program submit ${owner}/${slug} to ${competition}.`,
    actions: [
      { title: 'Submit this version in the browser: its page has "Submit"', url: site.notebook(owner, slug) },
      { title: `Check that the rules of ${competition} are accepted`, url: site.rules(competition) },
    ],
  });
}
