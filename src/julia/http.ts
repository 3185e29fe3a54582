import type { Clock } from '../base/abort.ts';
import {
  exchange,
  followRedirects,
  type HttpAnswer,
  type HttpFailure,
  READING,
  readRetryAfter,
} from '../base/http.ts';
import { type Attempt, failed, retry, succeeded } from '../base/retry.ts';
import type { Logger } from '../base/logger.ts';
import { reasonOf } from './download-errors.ts';

export interface HttpPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** A number in [0, 1), for the chance part of waits. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Where downloads are kept; named in remedies. */
  readonly folder: string;
  /** How long a server may be silent, in milliseconds. */
  readonly silenceMs: number;
}

/** Does `work` again after what may pass, with growing pauses. @throws whatever `work` throws; CancelledError. */
export function retrying<T>(
  url: string,
  { clock, random, logger }: HttpPorts,
  signal: AbortSignal,
  work: () => Promise<Attempt<T, HttpFailure>>,
): Promise<Attempt<T, HttpFailure>> {
  const logged = async (): Promise<Attempt<T, HttpFailure>> => {
    const result = await work();
    if (!result.ok) logger.info(`${url}: ${reasonOf(result.failure)}`);
    return result;
  };
  return retry(logged, READING, { clock, random }, signal);
}

/**
 * One GET, answered with 2xx or 416; close it. A 404 is asked for once more: the CDN is known to serve stale ones
 * (julia-facts section 1).
 * @throws CancelledError.
 */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  { fetch, clock, silenceMs }: HttpPorts,
  signal: AbortSignal,
): Promise<Attempt<HttpAnswer, HttpFailure>> {
  const ask = async (more: Readonly<Record<string, string>>): Promise<Attempt<HttpAnswer, HttpFailure>> => {
    const opened = await followRedirects(
      (request) => exchange(fetch, request, clock, signal),
      { method: 'GET', url, headers: {}, silenceMs },
      { ...headers, ...more },
    );
    return opened.ok ? accepted(opened.value.answer, clock) : opened;
  };
  const first = await ask({});
  return isMissing(first) ? ask({ 'Cache-Control': 'no-cache' }) : first;
}

async function accepted(answer: HttpAnswer, clock: Clock): Promise<Attempt<HttpAnswer, HttpFailure>> {
  const { status, headers } = answer;
  if (status < 300 || status === 416) return succeeded(answer);
  await answer.close();
  const retryAfterMs = readRetryAfter(headers.get('Retry-After'), clock.now());
  return failed({ kind: 'status', status, text: undefined, retryAfterMs });
}

/** Whether the server answered that it has no such file. */
export function isMissing(result: Attempt<unknown, HttpFailure>): boolean {
  return !result.ok && result.failure.kind === 'status' && result.failure.status === 404;
}
