import { UserError } from '../base/errors.ts';
import type { Credentials } from './credentials.ts';
import { introspection } from './schemas.ts';
import type { Site } from './site.ts';
import type { Transport } from './transport.ts';

/**
 * A function that tells the signed-in user's name. A key comes with it; for a token Kaggle is asked, once.
 * (kaggle-api 0.7)
 */
export function whoAmI(
  transport: Transport,
  site: Site,
  credentials: Credentials,
): (signal: AbortSignal) => Promise<string> {
  let known: string | undefined;
  return async (signal) => {
    if (credentials.kind === 'key') return credentials.username;
    known ??= await introspect(transport, site, credentials, signal);
    return known;
  };
}

async function introspect(
  transport: Transport,
  site: Site,
  { token, source }: Extract<Credentials, { kind: 'token' }>,
  signal: AbortSignal,
): Promise<string> {
  const dead = (detail?: string) => ({
    code: 'kaggle-unauthorized' as const,
    title: `Kaggle does not know the token from ${source}: it has expired or was revoked.`,
    detail,
    actions: [
      { title: 'Create a new API token on Kaggle', url: site.settings },
      { title: `Replace or remove the one in ${source}: while it is there, no other credential is tried.` },
    ] as const,
  });
  const { active, username } = await transport.call(
    {
      method: 'security.OAuthService/IntrospectToken',
      body: { token: token.reveal() },
      answer: introspection,
      about: { thing: 'the API token', explain: { 400: dead, 403: dead, 404: dead } },
    },
    signal,
  );
  if (!active || username === '') throw new UserError(dead());
  return username;
}
