import type { Clock } from '../../base/abort.ts';
import { CancelledError, UserError, type UserErrorInit } from '../../base/errors.ts';
import { anonymous, fixedAuthorizer } from '../authorization.ts';
import { transportOf, type WireOptions } from '../make-transport.ts';
import { exchangedToken } from '../schemas.ts';
import { Secret } from '../secret.ts';
import { Site } from '../site.ts';
import { whoAmI } from '../users.ts';
import { listenForCode, type Returned } from './loopback.ts';
import { authorizeUrl, newPkce, type Pkce, SCOPES } from './pkce.ts';
import { signInFile, type SignInPlace, type StoredSignIn } from './stored-sign-in.ts';

/** How long the person may take in the browser. */
const PATIENCE_MS = 15 * 60_000;

export interface SignInOptions extends WireOptions {
  /** Web site, where it is not the one that `apiUrl` implies. */
  readonly siteUrl?: string;
  /** The file that the sign-in is kept in (see `signInPath`). */
  readonly path: string;
  /** Kept here in place of that file. */
  readonly place?: SignInPlace;
}

export interface SignedIn {
  readonly username: string;
  /** Where the sign-in is kept: a path, or the name of the place. */
  readonly path: string;
}

/** Where these options keep a sign-in. */
export function placeOf({ path, place }: Pick<SignInOptions, 'path' | 'place'>): SignInPlace {
  return place ?? signInFile(path);
}

/**
 * Signs in by the browser on this machine, which comes back to a port of loopback (OAuth with PKCE). (kaggle-api 0.7)
 * @param openBrowser opens the address; what it throws ends the sign-in.
 * @throws UserError `sign-in-failed`, `port-in-use`, `kaggle-…`; CancelledError. Nothing is kept then.
 */
export async function signInWithBrowser(
  options: SignInOptions,
  { openBrowser }: { readonly openBrowser: (url: string) => Promise<void> },
  signal: AbortSignal,
): Promise<SignedIn> {
  const site = new Site(options.apiUrl, options.siteUrl);
  const pkce = newPkce();
  const loopback = await listenForCode(pkce.state, options.random ?? Math.random);
  try {
    await openBrowser(authorizeUrl(site.authorize, loopback.redirectUri, pkce));
    const returned = await inTime(loopback.returned, options.clock, signal);
    if ('refusal' in returned) throw failed(`Kaggle refused the sign-in: ${returned.refusal}.`);
    return await finish(options, site, returned.code, pkce, signal);
  } finally {
    await loopback.close();
  }
}

/**
 * Signs in by a browser anywhere: Kaggle shows a code there, which the person brings back. (kaggle-api 0.7)
 * @param prompt shows the address and asks for the code; undefined: the person gave up.
 * @throws UserError `sign-in-failed`, `kaggle-…`; CancelledError. Nothing is kept then.
 */
export async function signInWithCode(
  options: SignInOptions,
  { prompt }: { readonly prompt: (url: string, signal: AbortSignal) => Promise<string | undefined> },
  signal: AbortSignal,
): Promise<SignedIn> {
  const site = new Site(options.apiUrl, options.siteUrl);
  const pkce = newPkce();
  const code = (await prompt(authorizeUrl(site.authorize, site.pasteCode, pkce), signal))?.trim();
  if (code === undefined || code === '') throw new CancelledError();
  return finish(options, site, code, pkce, signal);
}

async function finish(
  options: SignInOptions,
  site: Site,
  code: string,
  pkce: Pkce,
  signal: AbortSignal,
): Promise<SignedIn> {
  const signIn = await exchange(options, site, code, pkce, signal);
  const username = signIn.username === '' ? await ask(options, site, signIn, signal) : signIn.username;
  const place = placeOf(options);
  await place.write({ ...signIn, username });
  return { username, path: place.name };
}

/** A code is good for one exchange, so this is never repeated. */
async function exchange(
  options: SignInOptions,
  site: Site,
  code: string,
  { verifier }: Pkce,
  signal: AbortSignal,
): Promise<StoredSignIn> {
  const hide = (text: string): string => text.replaceAll(code, '[secret]').replaceAll(verifier, '[secret]');
  const transport = transportOf(options, site, anonymous('the sign-in', hide));
  const refused = (detail?: string): UserErrorInit =>
    failedInit('Kaggle does not accept the code of this sign-in.', detail);
  const about = { thing: 'the sign-in', explain: { 400: refused, 401: refused, 403: refused, 404: refused } };
  const { accessToken, refreshToken, expiresIn, username } = await transport.call(
    {
      method: 'security.OAuthService/ExchangeOAuthToken',
      body: { code, codeVerifier: verifier, grantType: 'authorization_code' },
      answer: exchangedToken,
      about,
      repeat: 'once',
    },
    signal,
  );
  if (accessToken === '' || refreshToken === '')
    throw transport.translate({ kind: 'unreadable', text: 'It has no tokens.' }, about);
  return {
    accessToken: Secret.of(accessToken, "Kaggle's answer"),
    refreshToken: Secret.of(refreshToken, "Kaggle's answer"),
    expiresAt: options.clock.now() + expiresIn * 1000,
    username,
    scopes: SCOPES,
  };
}

async function ask(
  options: SignInOptions,
  site: Site,
  { accessToken, refreshToken }: StoredSignIn,
  signal: AbortSignal,
): Promise<string> {
  const credentials = { kind: 'token', token: accessToken ?? refreshToken, source: 'the sign-in' } as const;
  const transport = transportOf(options, site, fixedAuthorizer(credentials));
  return whoAmI({ transport, site, credentials, refreshing: undefined, shadowed: [] })(signal);
}

async function inTime(returned: Promise<Returned>, clock: Clock, signal: AbortSignal): Promise<Returned> {
  const stop = new AbortController();
  const patience = clock.sleep(PATIENCE_MS, AbortSignal.any([signal, stop.signal])).then((): Returned => {
    throw failed('Nobody came back from the browser.');
  });
  try {
    return await Promise.race([returned, patience]);
  } finally {
    stop.abort();
    // It ends by being stopped here; that is nothing to tell.
    await patience.catch(() => undefined);
  }
}

function failed(title: string): UserError {
  return new UserError(failedInit(title));
}

function failedInit(title: string, detail?: string): UserErrorInit {
  return {
    code: 'sign-in-failed',
    title,
    detail,
    actions: [
      { title: 'Try again with `julia-kaggle login`.', command: 'login' },
      {
        title: 'or, where the browser is on another machine, with `julia-kaggle login --no-browser`.',
        command: 'login --no-browser',
      },
    ],
  };
}
