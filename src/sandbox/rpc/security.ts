import * as z from 'zod/mini';
import { invalid } from '../api-error.ts';
import type { Services } from '../services.ts';
import { type Methods, openMethod, text } from './rpc.ts';

/** `security.OAuthService` (kaggle-api 0.7). */
export function securityMethods({ signIn }: Services): Methods {
  return {
    // The official client sends the token that it asks about as its credential, and a 401 makes it crash
    // (kaggle-api 0.7).
    IntrospectToken: openMethod(
      z.object({ token: text() }),
      ({ token }) => {
        const grant = signIn.grantOf(token);
        if (grant === undefined)
          return { active: false, clientId: '', username: '', userId: 0, scope: '', exp: 0 };
        const { username, userId } = grant.user;
        return {
          active: true,
          clientId: '',
          username,
          userId,
          scope: grant.scope,
          exp: grant.expiresAtSeconds,
        };
      },
      'ignored',
    ),

    ExchangeOAuthToken: openMethod(
      z.object({ code: text(), codeVerifier: text(), grantType: text() }),
      async ({ code, codeVerifier, grantType }) => {
        if (grantType !== 'authorization_code') throw invalid(`Unsupported grant type '${grantType}'`);
        const tokens = await signIn.exchange(code, codeVerifier);
        if (tokens === undefined) throw invalid('The authorization code is invalid, used or expired');
        const { accessToken, refreshToken, expiresIn, user, scope } = tokens;
        const { username, userId } = user;
        return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn, username, userId, scope };
      },
      'ignored',
    ),
  };
}
