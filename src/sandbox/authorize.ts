import type { SignIn } from './sign-in.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * What becomes of a browser that begins a sign-in (kaggle-api 0.7): it is sent on to the program that waits for it, with a
 * code and the state that it gave. The user of the sandbox is signed in always and consents to everything.
 * `codePage`: the address where a code is shown for pasting.
 */
export function authorize(
  signIn: SignIn,
  { searchParams }: URL,
  codePage: string,
): { readonly redirect: string } | { readonly refused: string } {
  const asked = (name: string): string => searchParams.get(name) ?? '';
  const refused = refusal(asked, codePage);
  if (refused !== undefined) return { refused };
  const target = new URL(asked('redirect_uri'));
  target.searchParams.set('code', signIn.authorize(asked('code_challenge'), asked('scope')));
  target.searchParams.set('state', asked('state'));
  return { redirect: target.href };
}

function refusal(asked: (name: string) => string, codePage: string): string | undefined {
  if (asked('response_type') !== 'code') return 'The response_type must be "code".';
  if (asked('client_id') === '') return 'The client_id is missing.';
  if (asked('code_challenge_method') !== 'S256') return 'The code_challenge_method must be "S256".';
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(asked('code_challenge')))
    return 'The code_challenge must be a SHA-256 in base64url.';
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
