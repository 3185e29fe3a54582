import * as l10n from '@vscode/l10n';
import { posix, win32 } from 'node:path';
import { rm } from 'node:fs/promises';
import * as z from 'zod/mini';
import { UserError } from '../../base/errors.ts';
import { fileError, readTextIfPresent, writePrivately } from '../../base/files.ts';
import { readJson } from '../../base/json.ts';
import { nonEmpty } from '../../base/non-empty.ts';
import { Secret } from '../secret.ts';

/** A sign-in by the browser, as the official client keeps it. (kaggle-api 0.7) */
export interface StoredSignIn {
  readonly refreshToken: Secret;
  readonly accessToken: Secret | undefined;
  /** Milliseconds since 1970; undefined: not known, which counts as over. */
  readonly expiresAt: number | undefined;
  readonly username: string | undefined;
  readonly scopes: readonly string[];
}

/** Where a sign-in is kept. */
export interface SignInPlace {
  /** For messages: a path, or what else the person knows it by. */
  readonly name: string;
  /** @throws UserError `not-signed-in` when what is there cannot be read. */
  read(): Promise<StoredSignIn | undefined>;
  write(signIn: StoredSignIn): Promise<void>;
  remove(): Promise<void>;
}

/** A file such as the official client's. */
export function signInFile(path: string): SignInPlace {
  return {
    name: path,
    read: () => readSignIn(path),
    write: (signIn) => writeSignIn(path, signIn),
    remove: () => removeSignIn(path),
  };
}

const contentSchema = z.object({
  refresh_token: z.string(),
  access_token: z.nullish(z.string()),
  access_token_expiration: z.nullish(z.string()),
  username: z.nullish(z.string()),
  scopes: z.nullish(z.array(z.string())),
});

/** `~/.kaggle/credentials.json`: this path is fixed, KAGGLE_CONFIG_DIR does not move it. (kaggle-api 0.7) */
export function signInPath(homeFolder: string, platform: NodeJS.Platform): string {
  return (platform === 'win32' ? win32 : posix).join(homeFolder, '.kaggle', 'credentials.json');
}

/**
 * What the file holds, or undefined when there is none.
 * @throws UserError `not-signed-in` when it cannot be read. Its content is in no message.
 */
export async function readSignIn(path: string): Promise<StoredSignIn | undefined> {
  const text = await readTextIfPresent(path);
  return text === undefined ? undefined : parseSignIn(text, path);
}

/** @param name where the text is kept. @throws UserError `not-signed-in`; the text is in no message. */
export function parseSignIn(text: string, name: string): StoredSignIn {
  const content = readJson(contentSchema, text);
  if (content === undefined || content.refresh_token.trim() === '') {
    throw new UserError({
      code: 'not-signed-in',
      title: l10n.t('{0} does not hold a sign-in to Kaggle.', name),
      actions: [{ title: l10n.t('Sign in again with `julia-kaggle login`.'), command: 'login' }],
    });
  }
  const expiresAt = Date.parse(content.access_token_expiration ?? '');
  return {
    refreshToken: Secret.of(content.refresh_token, name),
    accessToken: secretOf(content.access_token, name),
    expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
    username: nonEmpty(content.username ?? undefined),
    scopes: content.scopes ?? [],
  };
}

/** Writes it so that the official client reads it, for its owner only. */
async function writeSignIn(path: string, signIn: StoredSignIn): Promise<void> {
  await writePrivately(path, signInText(signIn));
}

/** With the secrets in it, as the official client writes it. */
export function signInText(signIn: StoredSignIn): string {
  const { refreshToken, accessToken, expiresAt, username, scopes } = signIn;
  const content = {
    refresh_token: refreshToken.reveal(),
    access_token: accessToken?.reveal() ?? '',
    access_token_expiration: expiresAt === undefined ? '' : pythonTime(expiresAt),
    username: username ?? '',
    scopes,
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

async function removeSignIn(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw fileError(error, path);
  });
}

/** As Python's `fromisoformat` reads it: older ones know no `Z`, and the official client wants a zone. */
function pythonTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00');
}

function secretOf(text: string | null | undefined, path: string): Secret | undefined {
  return text === null || text === undefined || text.trim() === '' ? undefined : Secret.of(text, path);
}
