import * as z from 'zod/mini';
import type { Services } from '../services.ts';
import { ACCESS_LIFE_SECONDS } from '../sign-in.ts';
import { type Methods, openMethod, text, unauthenticated } from './rpc.ts';

/** `users.AccountService` (kaggle-api 0.7). */
export function accountMethods({ signIn }: Services): Methods {
  return {
    // Without a refresh token it is for the one who calls; with one it needs no other credential.
    GenerateAccessToken: openMethod(
      z.object({ refreshToken: text(), expirationDuration: text() }),
      async ({ refreshToken, expirationDuration }, { user: caller }) => {
        const seconds = secondsOf(expirationDuration);
        const made =
          refreshToken === '' && caller !== undefined
            ? { token: await signIn.accessToken(caller, seconds), user: caller }
            : await signIn.refresh(refreshToken, seconds);
        if (made === undefined) throw unauthenticated();
        const { token, user } = made;
        return { token, expiresIn: seconds, userName: user.username, userId: user.userId };
      },
      'ignored',
    ),

    // Who has the token may end it.
    ExpireApiToken: openMethod(
      z.object({ token: text(), reason: text() }),
      async ({ token }) => {
        await signIn.expire(token);
        return {};
      },
      'ignored',
    ),
  };
}

/** Of a duration such as `43200s` (kaggle-api 0.4). */
function secondsOf(duration: string): number {
  const [, seconds] = /^(\d{1,9})(?:\.\d+)?s$/.exec(duration) ?? [];
  return seconds === undefined ? ACCESS_LIFE_SECONDS : Number(seconds);
}
