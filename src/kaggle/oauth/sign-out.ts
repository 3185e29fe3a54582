import { isUserError } from '../../base/errors.ts';
import { revoke } from './revoke.ts';
import { placeOf, type SignInOptions } from './sign-in.ts';

/** `nobody`: there was no sign-in; `removed`: it is forgotten here, but Kaggle could not be told that it is over. */
export type SignedOut = 'nobody' | 'signed-out' | 'removed';

/**
 * Ends the sign-in by the browser: tells Kaggle that its tokens are over, and removes it here in any case. Tokens and
 * keys that the person put somewhere are left alone. (kaggle-api 0.7)
 * @throws UserError `file-unreadable`; CancelledError, with the sign-in still there.
 */
export async function signOut(options: SignInOptions, signal: AbortSignal): Promise<SignedOut> {
  const place = placeOf(options);
  const signIn = await place.read().catch((error: unknown) => {
    if (isUserError(error, 'not-signed-in')) return 'damaged' as const;
    throw error;
  });
  if (signIn === undefined) return 'nobody';
  const told = signIn !== 'damaged' && (await revoke(options, signIn, place, signal));
  await place.remove();
  return told ? 'signed-out' : 'removed';
}
