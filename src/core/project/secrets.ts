import { readFile } from 'node:fs/promises';
import { UserError } from '../../base/errors.ts';

/** Files that hold a secret by their name. A template of an `.env` file holds none. */
const NAMES =
  /^(kaggle\.json|access_token|\.netrc|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)|\.envrc|\.env(\.(?!example$|sample$|template$|dist$)[\w.-]+)?)$/i;

/** Larger files are data; a key or a token lies in a small one. */
const MOST_BYTES = 64 * 1024;

/**
 * What only a secret looks like: the heading of a private key with its content after it, a token in the form of the
 * service that gave it, Kaggle's own key file under another name.
 */
const CONTENTS: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'a private key',
    /^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----\r?\n(?:[\w-]+: .*\r?\n|\r?\n)*[\w+/=]{16,}/m,
  ],
  ['a Kaggle token', /\bKGAT_[0-9A-Za-z]{24,}\b/],
  ['a Kaggle key', /"username"\s*:\s*"[^"]+"\s*,\s*"key"\s*:\s*"[0-9a-f]{32}"/],
  ['a GitHub token', /\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,})\b/],
  ['a Hugging Face token', /\bhf_[A-Za-z]{34}\b/],
];

/** @throws UserError `bundle-refused` when files of that name hold a secret. */
export function refuseSecret(path: string, name: string): void {
  if (NAMES.test(name)) throw refused(path, name, 'a secret');
}

/** Pure: what secret a text holds, in words. */
export function secretIn(text: string): string | undefined {
  return CONTENTS.find(([, pattern]) => pattern.test(text))?.[0];
}

/** @throws UserError `bundle-refused` when a small text file holds a key or a token. */
export async function refuseSecretContent(path: string, name: string, bytes: number): Promise<void> {
  if (bytes > MOST_BYTES) return;
  const content = await readFile(path);
  if (content.includes(0)) return;
  const what = secretIn(content.toString('utf8'));
  if (what !== undefined) throw refused(path, name, what);
}

function refused(path: string, name: string, what: string): UserError {
  return new UserError({
    code: 'bundle-refused',
    title: `${path} looks like ${what} and would go to Kaggle with the project.`,
    actions: [
      {
        title: `Move ${name} out of the folder, or name it in .gitignore or .juliakaggleignore; the program takes Kaggle's token from its own place.`,
      },
    ],
  });
}
