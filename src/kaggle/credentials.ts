import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { isUserError, systemCode, UserError } from '../base/errors.ts';
import { exists, readTextIfPresent } from '../base/files.ts';
import { parseJson } from '../base/json.ts';
import { readSignIn, signInPath, type SignInPlace, type StoredSignIn } from './oauth/stored-sign-in.ts';
import { Secret, SETTINGS_URL } from './secret.ts';

/** How to sign in to Kaggle, and where that was found. The secret does not print (see Secret). */
export type Credentials =
  | { readonly kind: 'token'; readonly token: Secret; readonly source: string }
  | { readonly kind: 'key'; readonly username: string; readonly key: Secret; readonly source: string }
  | {
      readonly kind: 'oauth';
      readonly signIn: StoredSignIn;
      readonly source: string;
      /** Where new tokens are kept; absent: in the file `source`. */
      readonly place?: SignInPlace;
    };

export interface CredentialPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the user's home folder. */
  readonly homeFolder: string;
  readonly platform: NodeJS.Platform;
}

/** The credentials in use, and what is to be said about them. */
export interface FoundCredentials {
  readonly credentials: Credentials;
  /** Where there are others, which are not tried while these are there. */
  readonly shadowed: readonly string[];
  /** Sentences for the person, e.g. that others on the machine can read the file. */
  readonly warnings: readonly string[];
}

type Search = (places: CredentialPlaces) => Promise<Credentials | undefined>;

/** The places of the official client, in its order. (kaggle-api 0.7) */
const ORDER: readonly Search[] = [
  tokenFromVariable,
  tokenFromFiles,
  (places) => Promise.resolve(keyFromVariables(places)),
  keyFromFile,
  signInFromFile,
];

/**
 * Looks where the official client looks, in its order: access token (variable, then files), user name and key
 * (variables, then kaggle.json), sign-in by the browser. Nothing is written. (kaggle-api 0.7)
 * What holds no credential (an empty kaggle.json, as `kaggle config set` makes one) is passed over with a warning.
 * @throws UserError `not-signed-in` when there is nothing that can be used.
 */
export async function searchCredentials(places: CredentialPlaces): Promise<FoundCredentials> {
  const useless: UserError[] = [];
  for (const [index, search] of ORDER.entries()) {
    const credentials = await search(places).catch((error: unknown) => {
      // As the official client: what holds no credential does not hide one that comes later.
      if (!isUserError(error, 'not-signed-in')) throw error;
      useless.push(error);
      return undefined;
    });
    if (credentials === undefined) continue;
    return {
      credentials,
      shadowed: await sourcesOf(ORDER.slice(index + 1), places),
      warnings: [
        ...useless.map(({ title }) => title),
        ...(await warningsAbout(credentials.source, places.platform)),
      ],
    };
  }
  throw useless[0] ?? (await nothingFound(places));
}

/**
 * Credentials that the person gave to this very program: nothing that is found on the machine comes before them, and
 * that is named as what they hide.
 */
export async function searchBehind(
  credentials: Credentials,
  places: CredentialPlaces,
): Promise<FoundCredentials> {
  return { credentials, shadowed: await sourcesOf(ORDER, places), warnings: [] };
}

/** Pure: whether a client that was made with the one does for the other: a sign-in renews its access tokens itself. */
export function isSameFound(one: FoundCredentials, other: FoundCredentials): boolean {
  return (
    isSame(one.credentials, other.credentials) &&
    isDeepStrictEqual([one.shadowed, one.warnings], [other.shadowed, other.warnings])
  );
}

function isSame(one: Credentials, other: Credentials): boolean {
  if (one.source !== other.source) return false;
  switch (one.kind) {
    case 'token':
      return other.kind === 'token' && one.token.isSame(other.token);
    case 'key':
      return other.kind === 'key' && one.username === other.username && one.key.isSame(other.key);
    case 'oauth':
      return (
        other.kind === 'oauth' &&
        one.signIn.username === other.signIn.username &&
        one.signIn.refreshToken.isSame(other.signIn.refreshToken)
      );
  }
}

/** Places that come later in the order; one that cannot be read is of no use to anybody, so it is passed over. */
async function sourcesOf(searches: readonly Search[], places: CredentialPlaces): Promise<string[]> {
  const found = await Promise.all(searches.map((search) => search(places).catch(() => undefined)));
  return found.flatMap((credentials) => (credentials === undefined ? [] : [credentials.source]));
}

async function nothingFound(places: CredentialPlaces): Promise<UserError> {
  return new UserError({
    code: 'not-signed-in',
    title: l10n.t('There are no Kaggle credentials on this machine.'),
    detail: l10n.t(
      'Looked at KAGGLE_API_TOKEN, ~/.kaggle/access_token, KAGGLE_USERNAME with KAGGLE_KEY, kaggle.json in {0}, and ~/.kaggle/credentials.json.',
      await configFolder(places),
    ),
    actions: [
      { title: l10n.t('Create an API token on Kaggle'), url: SETTINGS_URL },
      { title: l10n.t('Save it as {0}', pathOf(places).join(places.homeFolder, '.kaggle', 'access_token')) },
      { title: l10n.t('or set the environment variable KAGGLE_API_TOKEN') },
      { title: l10n.t('or sign in by the browser with `julia-kaggle login`'), command: 'login' },
    ],
  });
}

/** The variable holds the token itself or the path of a file with it. (kaggle-api 0.7) */
async function tokenFromVariable(places: CredentialPlaces): Promise<Credentials | undefined> {
  const value = filled(places.environment['KAGGLE_API_TOKEN']);
  const source = l10n.t('the environment variable KAGGLE_API_TOKEN');
  if (value === undefined) return undefined;
  if (!looksLikePath(value) && !(await exists(value)))
    return { kind: 'token', token: Secret.of(value, source), source };
  const fromFile = await tokenFromFile(value);
  if (fromFile !== undefined) return fromFile;
  throw new UserError({
    code: 'not-signed-in',
    title: l10n.t('The file that {0} names has no token in it or does not exist.', source),
    actions: [
      {
        title: l10n.t(
          'Set KAGGLE_API_TOKEN to the token itself or to the path of a file with it, or unset it.',
        ),
      },
      { title: l10n.t('Create an API token on Kaggle'), url: SETTINGS_URL },
    ],
  });
}

/** Tokens hold no separators of folders. */
function looksLikePath(value: string): boolean {
  return value.includes('/') || value.includes('\\');
}

async function tokenFromFiles(places: CredentialPlaces): Promise<Credentials | undefined> {
  const path = pathOf(places);
  for (const name of ['access_token', 'access_token.txt']) {
    const found = await tokenFromFile(path.join(places.homeFolder, '.kaggle', name));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function tokenFromFile(path: string): Promise<Credentials | undefined> {
  const text = await readTextIfPresent(path).catch((error: unknown) => {
    if (systemCode(error) === 'EISDIR') return undefined;
    throw error;
  });
  if (text === undefined || text.trim() === '') return undefined;
  return { kind: 'token', token: Secret.of(text, path), source: path };
}

function keyFromVariables({ environment }: CredentialPlaces): Credentials | undefined {
  const username = filled(environment['KAGGLE_USERNAME']);
  const key = filled(environment['KAGGLE_KEY']);
  if (username === undefined || key === undefined) return undefined;
  const source = l10n.t('the environment variables KAGGLE_USERNAME and KAGGLE_KEY');
  return { kind: 'key', username, key: Secret.of(key, source), source };
}

const keyFile = z.object({ username: z.optional(z.string()), key: z.optional(z.string()) });

/** kaggle.json; each of its two values can be replaced by its variable. (kaggle-api 0.7) */
async function keyFromFile(places: CredentialPlaces): Promise<Credentials | undefined> {
  const path = pathOf(places).join(await configFolder(places), 'kaggle.json');
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  const content = keyFile.safeParse(parseJson(text)).data;
  const username = filled(places.environment['KAGGLE_USERNAME']) ?? filled(content?.username);
  const key = filled(places.environment['KAGGLE_KEY']) ?? filled(content?.key);
  if (username !== undefined && key !== undefined) {
    return { kind: 'key', username, key: Secret.of(key, path), source: path };
  }
  throw new UserError({
    code: 'not-signed-in',
    title: l10n.t('{0} does not hold a Kaggle user name and key.', path),
    actions: [
      {
        title: l10n.t(
          'Create an API token on Kaggle, and save it as {0}',
          pathOf(places).join(places.homeFolder, '.kaggle', 'access_token'),
        ),
        url: SETTINGS_URL,
      },
      { title: l10n.t('or sign in by the browser with `julia-kaggle login`'), command: 'login' },
    ],
  });
}

async function signInFromFile({ homeFolder, platform }: CredentialPlaces): Promise<Credentials | undefined> {
  const source = signInPath(homeFolder, platform);
  const signIn = await readSignIn(source);
  return signIn === undefined ? undefined : { kind: 'oauth', signIn, source };
}

async function configFolder({ environment, homeFolder, platform }: CredentialPlaces): Promise<string> {
  const path = pathOf({ platform });
  const named = filled(environment['KAGGLE_CONFIG_DIR']);
  if (named !== undefined) return named;
  const usual = path.join(homeFolder, '.kaggle');
  if (platform !== 'linux' || (await exists(usual))) return usual;
  return path.join(filled(environment['XDG_CONFIG_HOME']) ?? path.join(homeFolder, '.config'), 'kaggle');
}

/** A value that is there but empty counts as not there. */
function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function pathOf({ platform }: Pick<CredentialPlaces, 'platform'>): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

/** Readable by the group or by everybody; the official client warns of the same. (kaggle-api 0.7) */
const READABLE_BY_OTHERS = 0o044;

/**
 * What is to be said about a file with a credential. Windows has no such modes.
 * @param source a path, or the name of what is no file.
 */
async function warningsAbout(source: string, platform: NodeJS.Platform): Promise<readonly string[]> {
  if (platform === 'win32') return [];
  const mode = (await stat(source).catch(() => undefined))?.mode ?? 0;
  if ((mode & READABLE_BY_OTHERS) === 0) return [];
  return [l10n.t('Others on this machine can read your Kaggle credential: run `chmod 600 {0}`.', source)];
}
