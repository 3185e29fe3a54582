import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import type { GivenCredentials } from '../kaggle/given-credentials.ts';

/** The account's name, where it was told when the person signed in. */
const account = z.optional(z.string());

const stored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string(), account }),
  z.object({ kind: z.literal('key'), username: z.string(), key: z.string(), account }),
  z.object({ kind: z.literal('sign-in'), text: z.string(), account }),
]);
export type StoredCredentials = GivenCredentials & { readonly account?: string | undefined };

/** Pure: what was stored, or undefined when it cannot be read. */
export function parseStored(text: string): StoredCredentials | undefined {
  return readJson(stored, text);
}

/** Pure: the name to show for them; undefined when it is not known. */
export function accountName(credentials: StoredCredentials): string | undefined {
  return credentials.account ?? (credentials.kind === 'key' ? credentials.username : undefined);
}

const keyFile = z.object({ username: z.string(), key: z.string() });

/** Pure: the content of a kaggle.json (kaggle-api 0.7), or undefined when it is none. */
export function readKeyFile(text: string): GivenCredentials | undefined {
  const content = readJson(keyFile, text);
  return content && { kind: 'key', ...content };
}
