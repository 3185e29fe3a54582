import type { SignIn } from './sign-in.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** What a program that signs in asks for (kaggle-api 0.7). */
export interface Asked {
  /** Where the browser is sent with the answer. */
  readonly target: URL;
  readonly challenge: string;
  readonly scope: string;
  readonly state: string;
}

/**
 * Reads the address that a sign-in begins with (kaggle-api 0.7).
 * @param codePage the address where a code is shown for pasting.
 */
export function readAsked({ searchParams }: URL, codePage: string): Asked | { readonly refused: string } {
  const asked = (name: string): string => searchParams.get(name) ?? '';
  const refused = refusal(asked, codePage);
  if (refused !== undefined) return { refused };
  return {
    target: new URL(asked('redirect_uri')),
    challenge: asked('code_challenge'),
    scope: asked('scope'),
    state: asked('state'),
  };
}

/** Where the browser goes on: to the program that waits, with a code when the user allows it, and the program's state. */
export function answerTo({ target, challenge, scope, state }: Asked, signIn: SignIn, allowed: boolean): URL {
  const address = new URL(target);
  if (allowed) address.searchParams.set('code', signIn.authorize(challenge, scope));
  else address.searchParams.set('error', 'access_denied');
  address.searchParams.set('state', state);
  return address;
}

function refusal(asked: (name: string) => string, codePage: string): string | undefined {
  if (asked('response_type') !== 'code') return 'The response_type must be "code".';
  if (asked('client_id') === '') return 'The client_id is missing.';
  if (asked('code_challenge_method') !== 'S256') return 'The code_challenge_method must be "S256".';
  if (!/^[A-Za-z0-9_-]{43}=$/.test(asked('code_challenge')))
    return 'The code_challenge must be a SHA-256 in base64url, with the padding that the official client leaves on it.';
  if (!isAllowed(asked('redirect_uri'), codePage))
    return 'The redirect_uri of a public client must be on the loopback (http://localhost, http://127.0.0.1).';
  return undefined;
}

function isAllowed(redirect: string, codePage: string): boolean {
  if (redirect === codePage) return true;
  if (!URL.canParse(redirect)) return false;
  const { protocol, hostname, username, password } = new URL(redirect);
  return protocol === 'http:' && LOOPBACK.includes(hostname) && username === '' && password === '';
}
