import { isUserError } from '../base/errors.ts';
import type { AccountAround } from './account.ts';
import type { AllowanceView } from './allowance.ts';

/** What Kaggle still allows, as far as it says. @throws UserError `not-signed-in`; CancelledError. */
export async function askAllowance(
  { core }: Pick<AccountAround, 'core'>,
  competition: string,
  signal: AbortSignal,
): Promise<AllowanceView> {
  const kaggle = await core.kaggle();
  const [quota, limits] = await Promise.all([
    orUnknown(kaggle.account.quota(signal)),
    orUnknown(kaggle.submissions.limits(competition, signal)),
  ]);
  return { quota, limits };
}

async function orUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}
