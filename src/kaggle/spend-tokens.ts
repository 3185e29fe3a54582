import { isUserError, UserError } from '../base/errors.ts';
import type { Connection } from './connection.ts';

/**
 * Makes a dataset version from uploaded files, and forgets their upload sessions when it is made. Whether a token can
 * be used a second time is not known [assumed: not]: when Kaggle refuses tokens that an earlier call handed over
 * already, they are forgotten too, so that the next try uploads the files anew.
 * @throws UserError `upload-stale` in that case; else what `make` throws.
 */
export async function spendTokens<T>(
  { sessions }: Connection,
  tokens: readonly string[],
  make: () => Promise<T>,
): Promise<T> {
  if (sessions === undefined) return make();
  const offeredBefore = await sessions.offer(tokens);
  try {
    const made = await make();
    await sessions.forget(tokens);
    return made;
  } catch (error) {
    if (offeredBefore.length === 0 || !isRefusal(error)) throw error;
    await sessions.forget(offeredBefore);
    throw stale(error);
  }
}

function isRefusal(error: unknown): error is UserError {
  return isUserError(error, 'kaggle-refused') || isUserError(error, 'kaggle-not-found');
}

function stale(refusal: UserError): UserError {
  return new UserError({
    code: 'upload-stale',
    title: 'Kaggle does not take the files that an earlier run uploaded.',
    detail: refusal.message,
    actions: [{ title: 'Run again: they are uploaded anew.' }],
    cause: refusal,
  });
}
