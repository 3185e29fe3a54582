import * as z from 'zod/mini';

const stored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string() }),
  z.object({ kind: z.literal('key'), username: z.string(), key: z.string() }),
]);
export type StoredCredentials = z.infer<typeof stored>;

/** Pure: what was stored, or undefined when it cannot be read. */
export function parseStored(text: string): StoredCredentials | undefined {
  try {
    return stored.safeParse(JSON.parse(text)).data;
  } catch {
    // The parser's own error quotes the text, which is a secret: it goes no further.
    return undefined;
  }
}

/**
 * Pure: the credentials as the official client's variables (kaggle-api 0.7), which go into the environment that the
 * core is handed and never into that of this process. A token in the environment would win over a user name and key.
 */
export function variablesOf(credentials: StoredCredentials): Record<string, string | undefined> {
  return credentials.kind === 'token'
    ? { KAGGLE_API_TOKEN: credentials.token }
    : { KAGGLE_API_TOKEN: undefined, KAGGLE_USERNAME: credentials.username, KAGGLE_KEY: credentials.key };
}
