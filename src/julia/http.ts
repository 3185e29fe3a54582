import { cancellable, type Clock, throwIfAborted } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import { downloadFailed, networkReason } from './download-errors.ts';

export interface HttpPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where downloads are kept; named in remedies. */
  readonly folder: string;
}

const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;
const TRANSIENT_STATUSES = [408, 425, 429, 500, 502, 503, 504];
const RANGE_NOT_SATISFIABLE = 416;

/** The server was reached but did not give all; asking again may help. */
export class Interrupted extends Error {}

/** The cause of a `julia-download-failed` where the server answered that it has no such file. */
export class NotFound extends Error {}

/**
 * Does `work` again after an `Interrupted`, with growing pauses.
 * @throws UserError `julia-download-failed` after the last attempt; whatever else `work` throws; CancelledError.
 */
export async function retrying<T>(
  url: string,
  ports: HttpPorts,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof Interrupted)) throw error;
      ports.logger.info(`${url}: ${error.message} (attempt ${attempt} of ${MAX_ATTEMPTS})`);
      if (attempt === MAX_ATTEMPTS) throw downloadFailed(url, error.message, ports.folder, error);
      await ports.clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
  }
}

/**
 * One GET, answered with 2xx or 416. A 404 is asked for once more: the CDN is known to serve stale ones (julia-facts
 * section 1).
 * @throws Interrupted for a status that may pass; UserError `julia-download-failed`; CancelledError.
 */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  ports: HttpPorts,
  signal: AbortSignal,
): Promise<Response> {
  let response = await ask(url, headers, ports, signal);
  if (response.status === 404) {
    await response.body?.cancel();
    response = await ask(url, { ...headers, 'Cache-Control': 'no-cache' }, ports, signal);
  }
  if (response.ok || response.status === RANGE_NOT_SATISFIABLE) return response;
  await response.body?.cancel();
  const reason = `HTTP ${response.status}`;
  if (TRANSIENT_STATUSES.includes(response.status)) throw new Interrupted(reason);
  const cause = response.status === 404 ? new NotFound(url) : undefined;
  throw downloadFailed(url, reason, ports.folder, cause);
}

async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  ports: HttpPorts,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await cancellable(signal, () => ports.fetch(url, { headers, signal }));
  } catch (error) {
    throwIfAborted(signal);
    throw downloadFailed(url, networkReason(error), ports.folder, error);
  }
}
