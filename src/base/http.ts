import * as l10n from '@vscode/l10n';
import { type Clock, throwIfAborted } from './abort.ts';
import { defined } from './defined.ts';
import { systemCode } from './errors.ts';
import { formatBytes } from './format.ts';
import { isSafeAddress, mayLeadTo } from './addresses.ts';
import { type Attempt, failed, type RetryRule, succeeded } from './retry.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** How long the server may be silent, in milliseconds. */
  readonly silenceMs: number;
  /** How long the whole answer may take, in milliseconds; absent: as long as it comes fast enough. */
  readonly deadlineMs?: number;
  /** The answer may come as slowly as it likes, as a log that is written while it is read. */
  readonly mayTrickle?: boolean;
}

/** Why one exchange gave no usable answer; still without words for a user: each adapter has its own. */
export type HttpFailure =
  /** No answer: not reached, cut off, silent for too long or too slow. `code` is the system's, e.g. `ECONNREFUSED`. */
  | { readonly kind: 'network'; readonly code: string | undefined; readonly cause: unknown }
  /** The server said no. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly text: string | undefined;
      readonly retryAfterMs: number | undefined;
    }
  /** An answer that is not what was asked for, in a sentence. */
  | { readonly kind: 'unreadable'; readonly text: string }
  /** A file with another size than the one that was listed, or larger than any may be. */
  | { readonly kind: 'size'; readonly size: SizeRule; readonly got: number };

/** How many bytes a file has by the list that it stands in, or may have where no list says. */
export type SizeRule = { readonly exactly: number } | { readonly atMost: number };

/** An answer whose body is read piece by piece. Always close it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The next bytes of the body, or undefined at its end. */
  read(): Promise<Attempt<Uint8Array | undefined, HttpFailure>>;
  /** The whole body as text: of MAX_TEXT_BYTES at most, after any compression is undone. */
  text(): Promise<Attempt<string, HttpFailure>>;
  /** Frees the connection; an unread rest of the body is dropped. */
  close(): Promise<void>;
}

/** More than any answer has that is read into memory as a whole. */
export const MAX_TEXT_BYTES = 64 * 1024 * 1024;
/** Slower than the slowest line that a user may have; a server that sends a byte now and then would hold us forever. */
const SLOWEST_BYTES_PER_SECOND = 1024;

/**
 * Sends one request, to an address that is safe (see `isSafeAddress`) and none else. Redirects come back as they are,
 * so that no credential follows one by itself. What the network does wrong is a failure.
 * @throws CancelledError when the signal is aborted.
 */
export async function exchange(
  fetch: typeof globalThis.fetch,
  request: HttpRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<Attempt<HttpAnswer, HttpFailure>> {
  throwIfAborted(signal);
  if (!isSafeAddress(request.url))
    return failed(badAddress(l10n.t('It names an address that is not https.')));
  const watch = new Watch(request, clock, signal);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      redirect: 'manual',
      signal: watch.signal,
    });
    return succeeded(answerOf(response, watch, signal));
  } catch (error) {
    watch.close();
    throwIfAborted(signal);
    return failed(networkFailure(error));
  }
}

function answerOf(response: Response, watch: Watch, signal: AbortSignal): HttpAnswer {
  const body: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  const read = async (): Promise<Attempt<Uint8Array | undefined, HttpFailure>> => {
    watch.restart();
    try {
      const piece = (await body?.read())?.value;
      if (piece !== undefined) watch.took(piece.length);
      return succeeded(piece);
    } catch (error) {
      throwIfAborted(signal);
      return failed(networkFailure(error));
    } finally {
      // What the caller does with it is not the server's silence.
      watch.pause();
    }
  };
  return {
    status: response.status,
    headers: response.headers,
    read,
    text: () => textOf(read),
    close: async () => {
      watch.close();
      // A connection that broke has nothing left to drop.
      await body?.cancel().catch(() => undefined);
    },
  };
}

async function textOf(read: HttpAnswer['read']): Promise<Attempt<string, HttpFailure>> {
  const pieces: Uint8Array[] = [];
  for (let bytes = 0; ;) {
    const piece = await read();
    if (!piece.ok) return piece;
    if (piece.value === undefined) return succeeded(Buffer.concat(pieces).toString('utf8'));
    bytes += piece.value.length;
    if (bytes > MAX_TEXT_BYTES)
      return failed({
        kind: 'unreadable',
        text: l10n.t('It is larger than {0}.', formatBytes(MAX_TEXT_BYTES)),
      });
    pieces.push(piece.value);
  }
}

/** `fetch` says no more than "fetch failed"; the reason is the cause, sometimes a cause of the cause. */
function networkFailure(error: unknown): HttpFailure {
  let code: string | undefined;
  for (let each = error; each instanceof Error && code === undefined; each = each.cause)
    code = systemCode(each);
  return { kind: 'network', code, cause: error };
}

function badAddress(text: string): HttpFailure {
  return { kind: 'unreadable', text };
}

/** Aborts when the caller does, or when the server was silent for too long, too slow, or took too long in all. */
class Watch {
  readonly #controller = new AbortController();
  readonly #request: HttpRequest;
  readonly #clock: Clock;
  readonly #caller: AbortSignal;
  readonly #onAbort = (): void => {
    this.#controller.abort(this.#caller.reason);
  };
  readonly #began: number;
  #timer: NodeJS.Timeout | undefined;
  /** What arrived since the rate was looked at last. */
  #window: { readonly since: number; bytes: number };

  constructor(request: HttpRequest, clock: Clock, caller: AbortSignal) {
    this.#request = request;
    this.#clock = clock;
    this.#caller = caller;
    this.#began = clock.now();
    this.#window = { since: this.#began, bytes: 0 };
    caller.addEventListener('abort', this.#onAbort, { once: true });
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.pause();
    this.#timer = setTimeout(() => {
      this.#controller.abort(new TimeoutError());
    }, this.#request.silenceMs);
  }

  /** @throws TimeoutError when the answer comes too slowly, so that a few bytes now and then do not count as life. */
  took(bytes: number): void {
    const { silenceMs, deadlineMs = Infinity, mayTrickle = false } = this.#request;
    const now = this.#clock.now();
    if (now - this.#began > deadlineMs) throw new TimeoutError();
    this.#window.bytes += bytes;
    const ms = now - this.#window.since;
    if (ms < silenceMs) return;
    if (!mayTrickle && this.#window.bytes < (SLOWEST_BYTES_PER_SECOND * ms) / 1000) throw new TimeoutError();
    this.#window = { since: now, bytes: 0 };
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  close(): void {
    this.pause();
    this.#caller.removeEventListener('abort', this.#onAbort);
  }
}

class TimeoutError extends Error {
  readonly code = 'ETIMEDOUT';
}

/** An answer that is no redirect, and where it came from after how many of them. */
export interface Located {
  readonly answer: HttpAnswer;
  readonly url: string;
  readonly hops: number;
}

const MAX_HOPS = 5;

/**
 * Sends a request and follows its redirects by GET, as far as `mayLeadTo` lets it and MAX_HOPS times at most. The
 * credential goes no further than the origin it was meant for. (kaggle-api 1.4)
 * @param getHeaders go with every GET, e.g. `Range`.
 */
export async function followRedirects(
  send: (request: HttpRequest) => Promise<Attempt<HttpAnswer, HttpFailure>>,
  first: HttpRequest,
  getHeaders: Readonly<Record<string, string>>,
): Promise<Attempt<Located, HttpFailure>> {
  let request = first.method === 'GET' ? withHeaders(first, getHeaders) : first;
  for (let hops = 0; hops <= MAX_HOPS; hops += 1) {
    const sent = await send(request);
    if (!sent.ok) return sent;
    const target = targetOf(sent.value, request.url);
    if (target === undefined) return succeeded({ answer: sent.value, url: request.url, hops });
    await sent.value.close();
    if (!mayLeadTo(request.url, target.href))
      return failed(badAddress(l10n.t('It redirects to an address that is not https.')));
    request = withHeaders(nextRequest(request, target), getHeaders);
  }
  return failed({ kind: 'unreadable', text: l10n.t('It redirected more than {0} times.', MAX_HOPS) });
}

function withHeaders(request: HttpRequest, headers: Readonly<Record<string, string>>): HttpRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function targetOf({ status, headers }: HttpAnswer, base: string): URL | undefined {
  const location = headers.get('Location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  return URL.canParse(location, base) ? new URL(location, base) : undefined;
}

function nextRequest({ body: _, ...previous }: HttpRequest, target: URL): HttpRequest {
  const { Authorization, 'User-Agent': userAgent } = previous.headers;
  const keep = target.origin === new URL(previous.url).origin;
  return {
    ...previous,
    method: 'GET',
    url: target.href,
    headers: {
      // The sizes and hashes that a file store names are those of the plain bytes.
      'Accept-Encoding': 'identity',
      ...defined({ 'User-Agent': userAgent }),
      ...(keep && Authorization !== undefined ? { Authorization } : {}),
    },
  };
}

/** Statuses after which the same request may well succeed: timeout, rate limit, server trouble. (kaggle-api 0.5) */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** The certificate is not trusted: trying again gives the same. */
export function isTrustProblem(code: string | undefined): boolean {
  return code !== undefined && /CERT|^UNABLE_TO_|^ERR_TLS_/.test(code);
}

/** How requests that only read are repeated: after what may pass. */
export const READING: RetryRule<HttpFailure> = {
  mayRepeat: (failure) =>
    failure.kind === 'network'
      ? !isTrustProblem(failure.code)
      : failure.kind === 'status' && isTransientStatus(failure.status),
  askedWaitMs: (failure) => (failure.kind === 'status' ? (failure.retryAfterMs ?? 0) : 0),
};

/** `Retry-After` in milliseconds from now; it comes in seconds or as an HTTP date. (kaggle-api 0.5) */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
