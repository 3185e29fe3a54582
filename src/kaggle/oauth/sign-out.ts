import { isUserError } from '../../base/errors.ts';
import { anonymous } from '../authorization.ts';
import { transportOf } from '../make-transport.ts';
import { nothing } from '../schemas.ts';
import { Site } from '../site.ts';
import { RefreshingAuthorizer } from './refreshing.ts';
import { placeOf, type SignInOptions } from './sign-in.ts';
import type { StoredSignIn } from './stored-sign-in.ts';

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
  const told = signIn !== 'damaged' && (await revoke(options, signIn, signal));
  await place.remove();
  return told ? 'signed-out' : 'removed';
}

/** Whether the tokens are over, now or already. */
async function revoke(options: SignInOptions, signIn: StoredSignIn, signal: AbortSignal): Promise<boolean> {
  const { clock, logger } = options;
  const place = placeOf(options);
  const site = new Site(options.apiUrl, options.siteUrl);
  const hide = (text: string): string => authorizer.scrub(text);
  const bare = transportOf(options, site, anonymous(place.name, hide));
  const authorizer = new RefreshingAuthorizer({ signIn, place, transport: bare, clock, logger });
  try {
    await transportOf(options, site, authorizer).call(
      {
        method: 'users.AccountService/ExpireApiToken',
        body: { token: signIn.refreshToken.reveal(), reason: 'Signed out of Julia on Kaggle' },
        answer: nothing,
        about: { thing: 'the sign-in' },
      },
      signal,
    );
    return true;
  } catch (error) {
    if (!isUserError(error)) throw error;
    return error.code === 'kaggle-unauthorized' || error.code === 'kaggle-not-found';
  }
}
