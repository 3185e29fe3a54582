import * as z from 'zod/mini';
import { findByToken } from '../auth.ts';
import type { Services } from '../services.ts';
import { type Methods, openMethod, text } from './rpc.ts';

const TOKEN_LIFE_SECONDS = 365 * 24 * 3600;

/** `security.OAuthService` (kaggle-api 0.7). */
export function securityMethods({ store, clock }: Services): Methods {
  return {
    // The official client sends the token that it asks about as its credential, and a 401 makes it crash
    // (kaggle-api 0.7).
    IntrospectToken: openMethod(
      z.object({ token: text() }),
      ({ token }) => {
        const user = findByToken(token, store.account);
        if (user === undefined)
          return { active: false, clientId: '', username: '', userId: 0, scope: '', exp: 0 };
        const exp = Math.floor(clock.now() / 1000) + TOKEN_LIFE_SECONDS;
        const { username, userId } = user;
        return { active: true, clientId: '', username, userId, scope: 'resources.admin:*', exp };
      },
      'ignored',
    ),
  };
}
