import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** What binds the code that comes back to the sign-in that was begun here (RFC 7636). */
export interface Pkce {
  /** Stays here until the code is exchanged. */
  readonly verifier: string;
  /** Goes along in the address that the browser opens. */
  readonly challenge: string;
  /** Comes back with the code. */
  readonly state: string;
}

/** A new one for each sign-in. */
export function newPkce(): Pkce {
  // 86 characters; 43 to 128 are allowed. The official client makes it of as many bytes. (kaggle-api 0.7)
  const verifier = randomBytes(64).toString('base64url');
  // The official client leaves base64's padding at its end, against RFC 7636; that is what Kaggle is known to take.
  const challenge = `${createHash('sha256').update(verifier, 'ascii').digest('base64url')}=`;
  return { verifier, challenge, state: randomUUID() };
}

/** Kaggle's id for its own and other programs on a person's machine. (kaggle-api 0.7) */
const CLIENT_ID = 'kagglesdk';
export const SCOPES = ['resources.admin:*'] as const;

/** The address that the browser opens. (kaggle-api 0.7) */
export function authorizeUrl(authorize: string, redirectUri: string, { challenge, state }: Pkce): string {
  const url = new URL(authorize);
  const parameters = {
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    scope: SCOPES.join(' '),
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    response_mode: 'query',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
