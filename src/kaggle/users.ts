import { UserError, type UserErrorInit } from '../base/errors.ts';
import type { Account } from './client.ts';
import type { Credentials } from './credentials.ts';
import type { RefreshingAuthorizer } from './oauth/refreshing.ts';
import { datasets, introspection } from './schemas.ts';
import type { Secret } from './secret.ts';
import type { Site } from './site.ts';
import { deadCredential } from './translate-error.ts';
import type { Transport } from './transport.ts';

export interface Identification {
  readonly transport: Transport;
  readonly site: Site;
  readonly credentials: Credentials;
  /** For a sign-in by the browser: whose tokens change. */
  readonly refreshing: RefreshingAuthorizer | undefined;
  /** Where there are other credentials, which are not tried. */
  readonly shadowed: readonly string[];
}

/**
 * A function that tells the signed-in user's name. A key comes with it; for a token Kaggle is asked, once.
 * (kaggle-api 0.7)
 */
export function whoAmI(about: Identification): (signal: AbortSignal) => Promise<string> {
  let known: string | undefined;
  return async (signal) => {
    known ??= await nameOf(about, signal);
    return known;
  };
}

/** Who one is, by which credential, after Kaggle has accepted it: a name that comes with a key proves nothing. */
export async function describeAccount(
  { transport, credentials }: Identification,
  name: (signal: AbortSignal) => Promise<string>,
  signal: AbortSignal,
): Promise<Account> {
  const username = await name(signal);
  if (credentials.kind !== 'token') {
    await transport.call(
      {
        // What answers everybody who is signed in, and little.
        method: 'datasets.DatasetApiService/ListDatasets',
        body: { group: 'DATASET_SELECTION_GROUP_MY', pageSize: 1 },
        answer: datasets,
        about: { thing: 'your account' },
      },
      signal,
    );
  }
  return { username, source: credentials.source };
}

async function nameOf(about: Identification, signal: AbortSignal): Promise<string> {
  const { credentials, refreshing } = about;
  switch (credentials.kind) {
    case 'key':
      return credentials.username;
    case 'token':
      return introspect(about, credentials.token, signal);
    case 'oauth': {
      if (refreshing === undefined) throw new Error('A sign-in without its authorizer.');
      const known = refreshing.username;
      return known === '' ? introspect(about, await refreshing.accessToken(signal), signal) : known;
    }
  }
}

async function introspect(about: Identification, token: Secret, signal: AbortSignal): Promise<string> {
  const dead = (detail?: string): UserErrorInit => deadToken(about, detail);
  const { active, username } = await about.transport.call(
    {
      method: 'security.OAuthService/IntrospectToken',
      body: { token: token.reveal() },
      answer: introspection,
      about: { thing: 'the API token', explain: { 400: dead, 401: dead, 403: dead, 404: dead } },
    },
    signal,
  );
  if (!active || username === '') throw new UserError(dead());
  return username;
}

function deadToken({ credentials, shadowed, site }: Identification, detail?: string): UserErrorInit {
  const { source } = credentials;
  return deadCredential(
    `Kaggle does not know the token from ${source}: it has expired or was revoked.`,
    detail,
    { credentialSource: source, shadowed, settingsUrl: site.settings },
  );
}
