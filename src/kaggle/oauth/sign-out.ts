import { isUserError } from '../../base/errors.ts';
import { anonymous } from '../authorization.ts';
import { transportOf } from '../make-transport.ts';
import { nothing } from '../schemas.ts';
import { Site } from '../site.ts';
import { RefreshingAuthorizer } from './refreshing.ts';
import type { SignInOptions } from './sign-in.ts';
import { readSignIn, removeSignIn, type StoredSignIn } from './stored-sign-in.ts';

/** `nobody`: there was no sign-in; `removed`: it is forgotten here, but Kaggle could not be told that it is over. */
export type SignedOut = 'nobody' | 'signed-out' | 'removed';

/**
 * Ends the sign-in by the browser: tells Kaggle that its tokens are over, and removes the file in any case. Tokens and
 * keys that the person put somewhere are left alone. (kaggle-api 0.7)
 * @throws UserError `file-unreadable`; CancelledError, with the file still there.
 */
export async function signOut(options: SignInOptions, signal: AbortSignal): Promise<SignedOut> {
  const signIn = await readSignIn(options.path).catch((error: unknown) => {
    if (isUserError(error, 'not-signed-in')) return 'damaged' as const;
    throw error;
  });
  if (signIn === undefined) return 'nobody';
  const told = signIn !== 'damaged' && (await revoke(options, signIn, signal));
  await removeSignIn(options.path);
  return told ? 'signed-out' : 'removed';
}

/** Whether the tokens are over, now or already. */
async function revoke(options: SignInOptions, signIn: StoredSignIn, signal: AbortSignal): Promise<boolean> {
  const { path, clock, logger } = options;
  const site = new Site(options.apiUrl, options.siteUrl);
  const hide = (text: string): string => authorizer.scrub(text);
  const bare = transportOf(options, site, anonymous(path, hide));
  const authorizer = new RefreshingAuthorizer({ signIn, path, transport: bare, clock, logger });
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
