import type { ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { ApiError, invalid } from '../api-error.ts';
import type { User } from '../records.ts';

/** What a method gets besides its request. */
export interface Call {
  readonly user: User;
  /** `http://host:port` as the client wrote it; links in answers begin with it. */
  readonly origin: string;
}

export type OpenCall = Omit<Call, 'user'> & { readonly user: User | undefined };

/** A redirect, the JSON object of the answer, or what writes an answer of another kind itself. */
export type Answer = { readonly redirect: string } | { readonly json: object } | Streamed;

export interface RpcMethod {
  /** What becomes of a wrong credential; a missing one the method sees itself. */
  readonly wrongCredential: 'refused' | 'ignored';
  /** @throws ApiError */
  answer(body: unknown, call: OpenCall): Promise<Answer>;
}

export type Methods = Readonly<Record<string, RpcMethod>>;

/** A method for signed-in users. Members of the body that the schema does not name are ignored. */
export function method<S extends z.ZodMiniType>(
  schema: S,
  handle: (request: z.output<S>, call: Call) => object | Promise<object>,
): RpcMethod {
  return openMethod(schema, (request, { user, origin }) => {
    if (user === undefined) throw unauthenticated();
    return handle(request, { user, origin });
  });
}

/** A method that may be called without a credential too (kaggle-api 0.7). */
export function openMethod<S extends z.ZodMiniType>(
  schema: S,
  handle: (request: z.output<S>, call: OpenCall) => object | Promise<object>,
  wrongCredential: RpcMethod['wrongCredential'] = 'refused',
): RpcMethod {
  return {
    wrongCredential,
    async answer(body, call) {
      const answer = await handle(read(schema, body), call);
      if (answer instanceof Streamed) return answer;
      return answer instanceof Redirect ? { redirect: answer.url } : { json: answer };
    },
  };
}

/** To be returned by a method instead of an object: a 302. */
export class Redirect {
  constructor(readonly url: string) {}
}

/** The same for an answer that comes bit by bit. */
export class Streamed {
  constructor(readonly send: (response: ServerResponse) => Promise<void>) {}
}

/** 401: no credentials, or none that are known (kaggle-api 0.5). */
export function unauthenticated(): ApiError {
  return new ApiError(401, 'Unauthenticated');
}

function read<S extends z.ZodMiniType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(withoutNulls(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`Invalid value at '${issue?.path.join('.') ?? ''}': ${issue?.message ?? 'not an object'}`);
}

/** A member that is null counts as absent, as in protocol buffers' JSON. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
      member === null ? [] : [[name, withoutNulls(member)]],
    ),
  );
}

// Fields of requests. An absent one has its type's default; numbers may come as strings (kaggle-api 0.4).

/** A text; absent: empty. */
export const text = (): z.ZodMiniDefault<z.ZodMiniString> => z._default(z.string(), '');
/** Yes or no; absent: no. */
export const flag = (): z.ZodMiniDefault<z.ZodMiniBoolean> => z._default(z.boolean(), false);
/** A list of texts; absent: empty. */
export const texts = (): z.ZodMiniDefault<z.ZodMiniArray<z.ZodMiniString>> =>
  z._default(z.array(z.string()), []);

const integerText = z.pipe(
  z.string().check(z.regex(/^-?\d{1,15}$/)),
  z.transform((digits: string) => Number(digits)),
);
const integer = z.union([z.int(), integerText]);

/** A whole number, also as text; absent: 0. */
export const int = () => z._default(integer, 0);
/** A whole number, also as text, for which 0 is not the same as absent. */
export const optionalInt = () => z.optional(integer);

/**
 * An enum by its names in the order of their numbers. Understands the exact name, any case, the name without `prefix`,
 * lowerCamel and the number (kaggle-api 0.4). Absent: the first.
 */
export function oneOf<N extends string>(prefix: string, names: readonly [N, ...N[]]) {
  const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
  const known = new Map<string, N>();
  names.forEach((name, number) => {
    for (const key of [plain(name), plain(prefix + name), String(number)]) known.set(key, name);
  });
  const read = z.transform((value: string | number | undefined, context): N => {
    const name = known.get(plain(String(value ?? 0)));
    if (name !== undefined) return name;
    context.issues.push({ code: 'custom', message: `unknown name ${value ?? ''}`, input: value });
    return names[0];
  });
  return z.pipe(z.optional(z.union([z.string(), z.number()])), read);
}

/** The fields by which a list is asked for page by page. */
export const page = () => ({ pageSize: int(), pageToken: text() });

/** Whether a text can be the name of one file: no path. */
export function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}
