import * as l10n from '@vscode/l10n';
import { isUserError } from '../../base/errors.ts';
import { anonymous } from '../authorization.ts';
import { transportOf, type WireOptions } from '../make-transport.ts';
import { nothing } from '../schemas.ts';
import { Site } from '../site.ts';
import { RefreshingAuthorizer } from './refreshing.ts';
import type { SignInPlace, StoredSignIn } from './stored-sign-in.ts';

/**
 * Tells Kaggle that the tokens of a sign-in are over. (kaggle-api 0.7)
 * @param place where they are kept, for a new access token if that takes one.
 * @returns whether they are over, now or already; false: Kaggle could not be asked.
 * @throws CancelledError.
 */
export async function revoke(
  options: WireOptions & { readonly siteUrl?: string },
  signIn: StoredSignIn,
  place: SignInPlace,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock, logger } = options;
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
        about: { thing: l10n.t('the sign-in') },
      },
      signal,
    );
    return true;
  } catch (error) {
    if (!isUserError(error)) throw error;
    return error.code === 'kaggle-unauthorized' || error.code === 'kaggle-not-found';
  }
}
