import type * as z from 'zod/mini';

/** The JSON value of a text; undefined when it is none. The parser's own error quotes the text, which may hold secrets. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a JSON text says in the form of the schema; undefined when there is no text, or it is of another form. */
export function readJson<T>(schema: z.ZodMiniType<T>, text: string | undefined): T | undefined {
  return text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
}
