import * as l10n from '@vscode/l10n';
import type * as z from 'zod/mini';
import { parseJson } from '../base/json.ts';
import { failed, succeeded } from '../base/retry.ts';
import type { Attempt, Failure } from './failure.ts';
import { failureBody } from './schemas.ts';

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs: number | undefined;
}

const MAX_QUOTE_CHARACTERS = 300;

/**
 * Takes an answer of any status and any body for what it is: the value, or why there is none. Reads both shapes of
 * error body, and failures inside a 200. (kaggle-api 0.5)
 */
export function readAnswer<T>(answer: WireAnswer, schema: z.ZodMiniType<T>): Attempt<T> {
  const json = parseJson(answer.body);
  const failure = failureOf(answer, json);
  if (failure !== undefined) return failed(failure);
  if (json === undefined)
    return failed({ kind: 'unreadable', text: quote(answer.body) ?? l10n.t('It was empty.') });
  const parsed = schema.safeParse(json);
  if (parsed.success) return succeeded(parsed.data);
  const places = parsed.error.issues.map((issue) => issue.path.join('.') || l10n.t('the whole'));
  return failed({ kind: 'unreadable', text: l10n.t('Unexpected: {0}.', places.join(', ')) });
}

/** Why an answer that is no 2xx is none. */
export function readRefusal(answer: WireAnswer): Failure {
  return (
    failureOf(answer, parseJson(answer.body)) ?? {
      kind: 'unreadable',
      text: l10n.t('It answered {0}.', answer.status),
    }
  );
}

function failureOf({ status, body, retryAfterMs }: WireAnswer, json: unknown): Failure | undefined {
  const said = saidIn(json);
  if (status >= 400) return { kind: 'status', status, text: said.message ?? quote(body), retryAfterMs };
  if (status >= 300) return { kind: 'unreadable', text: l10n.t('It redirected ({0}).', status) };
  if (said.code >= 400) return { kind: 'status', status: said.code, text: said.message, retryAfterMs };
  return said.error === undefined ? undefined : { kind: 'refused', text: said.error };
}

interface Said {
  /** 0: none. */
  readonly code: number;
  readonly message: string | undefined;
  /** An error sentence; unlike `message`, it comes with failures only. */
  readonly error: string | undefined;
}

function saidIn(json: unknown): Said {
  const body = failureBody.safeParse(json).data;
  if (body === undefined) return { code: 0, message: undefined, error: undefined };
  const nested = typeof body.error === 'object' ? body.error : { code: 0, message: body.error };
  const error = nested.message ?? body.errorMessage;
  return { code: body.code || nested.code || body.errorCode, message: error ?? body.message, error };
}

/** What a body that is no JSON says: the title of a web page, or the beginning of a text. */
function quote(body: string): string | undefined {
  const page = /<title[^>]*>([^<]*)/i.exec(body)?.[1];
  const text = (page ?? (/<html|<!doctype/i.test(body) ? '' : body)).replaceAll(/\s+/g, ' ').trim();
  if (text === '') return undefined;
  return text.length > MAX_QUOTE_CHARACTERS ? `${text.slice(0, MAX_QUOTE_CHARACTERS)}…` : text;
}
