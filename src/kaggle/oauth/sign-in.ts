import * as l10n from '@vscode/l10n';
import type { Clock } from '../../base/abort.ts';
import { CancelledError, UserError, type UserErrorInit } from '../../base/errors.ts';
import { anonymous, fixedAuthorizer } from '../authorization.ts';
import { transportOf, type WireOptions } from '../make-transport.ts';
import { exchangedToken } from '../schemas.ts';
import { Secret } from '../secret.ts';
import { Site } from '../site.ts';
import { AccountCalls } from '../account.ts';
import { listenForCode, type Loopback, type Returned } from './loopback.ts';
import { authorizeUrl, newPkce, type Pkce, SCOPES } from './pkce.ts';
import { revoke } from './revoke.ts';
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
 * Asks whether to keep the sign-in to this account. A code that somebody else brought signs in to their account, and
 * everything would be uploaded there.
 */
export type Confirm = (username: string, signal: AbortSignal) => Promise<boolean>;

export interface BrowserSignIn {
  /**
   * Opens an address; what it throws ends the sign-in. `entrance` is good once, for handing to a program; it leads to `url`,
   * which has what the code that comes back is recognized by, and is for the user's eyes alone.
   */
  readonly openBrowser: (entrance: string, url: string) => Promise<void>;
  readonly confirm: Confirm;
}

/**
 * Signs in by the browser on this machine, which comes back to a port of loopback (OAuth with PKCE). (kaggle-api 0.7)
 * @throws UserError `sign-in-failed`, `port-in-use`, `kaggle-…`; CancelledError, also when the user does not confirm the
 * account. Nothing is kept then.
 */
export async function signInWithBrowser(
  options: SignInOptions,
  { openBrowser, confirm }: BrowserSignIn,
  signal: AbortSignal,
): Promise<SignedIn> {
  const site = new Site(options.apiUrl, options.siteUrl);
  const pkce = newPkce();
  const loopback = await listenForCode(pkce.state, options.random ?? Math.random);
  try {
    const url = authorizeUrl(site.authorize, loopback.redirectUri, pkce);
    await openBrowser(loopback.entrance(url), url);
    const returned = await inTime(loopback, options.clock, signal);
    if ('refusal' in returned) throw failed(l10n.t('Kaggle refused the sign-in: {0}.', returned.refusal));
    const signIn = await exchange(options, site, returned.code, pkce, signal);
    return await keep(options, site, signIn, confirm, signal, loopback.openedTwice);
  } finally {
    await loopback.close();
  }
}

export interface CodeSignIn {
  /** Shows the address and asks for the code; undefined: the user gave up. */
  readonly prompt: (url: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly confirm: Confirm;
}

/**
 * Signs in by a browser anywhere: Kaggle shows a code there, which the person brings back. (kaggle-api 0.7)
 * @throws UserError `sign-in-failed`, `kaggle-…`; CancelledError, also when the user does not confirm the account. Nothing
 * is kept then.
 */
export async function signInWithCode(
  options: SignInOptions,
  { prompt, confirm }: CodeSignIn,
  signal: AbortSignal,
): Promise<SignedIn> {
  const site = new Site(options.apiUrl, options.siteUrl);
  const pkce = newPkce();
  const code = (await prompt(authorizeUrl(site.authorize, site.pasteCode, pkce), signal))?.trim();
  if (code === undefined || code === '') throw new CancelledError();
  const signIn = await exchange(options, site, code, pkce, signal);
  return keep(options, site, signIn, confirm, signal);
}

/** Keeps the sign-in when the user confirms whose it is; else its tokens are over. */
async function keep(
  options: SignInOptions,
  site: Site,
  signIn: StoredSignIn,
  confirm: Confirm,
  signal: AbortSignal,
  openedTwice?: AbortSignal,
): Promise<SignedIn> {
  const username = signIn.username ?? (await ask(options, site, signIn, signal));
  const isConfirmed = openedTwice?.aborted !== true && (await confirm(username, signal));
  if (openedTwice?.aborted === true || !isConfirmed) {
    await revoke(options, signIn, NOWHERE, signal);
    throw openedTwice?.aborted === true ? openedTwiceError() : new CancelledError();
  }
  const place = placeOf(options);
  await place.write({ ...signIn, username });
  return { username, path: place.name };
}

/** Where a sign-in is kept that is not. */
const NOWHERE: SignInPlace = {
  name: 'this sign-in',
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/** A code is good for one exchange, so this is never repeated. */
async function exchange(
  options: SignInOptions,
  site: Site,
  code: string,
  { verifier }: Pkce,
  signal: AbortSignal,
): Promise<StoredSignIn> {
  const hide = (text: string): string => text.replaceAll(code, '[secret]').replaceAll(verifier, '[secret]');
  const transport = transportOf(options, site, anonymous(l10n.t('the sign-in'), hide));
  const refused = (detail?: string): UserErrorInit =>
    failedInit(l10n.t('Kaggle does not accept the code of this sign-in.'), detail);
  const about = {
    thing: l10n.t('the sign-in'),
    explain: { 400: refused, 401: refused, 403: refused, 404: refused },
  };
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
  if (accessToken === undefined || refreshToken === undefined)
    throw transport.translate({ kind: 'unreadable', text: l10n.t('It has no tokens.') }, about);
  return {
    accessToken: Secret.of(accessToken, l10n.t("Kaggle's answer")),
    refreshToken: Secret.of(refreshToken, l10n.t("Kaggle's answer")),
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
  const credentials = {
    kind: 'token',
    token: accessToken ?? refreshToken,
    source: l10n.t('the sign-in'),
  } as const;
  const transport = transportOf(options, site, fixedAuthorizer(credentials));
  return new AccountCalls({ transport, site, credentials, refreshing: undefined, shadowed: [] }).whoAmI(
    signal,
  );
}

async function inTime(
  { returned, openedTwice }: Pick<Loopback, 'returned' | 'openedTwice'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Returned> {
  const stop = new AbortController();
  const patience = clock.sleep(PATIENCE_MS, AbortSignal.any([signal, stop.signal])).then((): Returned => {
    throw failed(l10n.t('Nobody came back from the browser.'));
  });
  const twice = new Promise<never>((_, reject) => {
    const end = (): void => reject(openedTwiceError());
    if (openedTwice.aborted) end();
    else openedTwice.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([returned, patience, twice]);
  } finally {
    stop.abort();
    // It ends by being stopped here; that is nothing to tell.
    await patience.catch(() => undefined);
  }
}

function failed(title: string, detail?: string): UserError {
  return new UserError(failedInit(title, detail));
}

function openedTwiceError(): UserError {
  return failed(
    l10n.t('The address of the sign-in was opened twice, so the sign-in was ended.'),
    l10n.t(
      'It is good once. If you did not open it twice, another user of this machine did, perhaps to have you signed in to an account of theirs.',
    ),
  );
}

function failedInit(title: string, detail?: string): UserErrorInit {
  return {
    code: 'sign-in-failed',
    title,
    detail,
    actions: [
      { title: l10n.t('Try again with `julia-kaggle login`.'), command: 'login' },
      {
        title: l10n.t('or, where the browser is on another machine, with `julia-kaggle login --no-browser`.'),
        command: 'login --no-browser',
      },
    ],
  };
}
