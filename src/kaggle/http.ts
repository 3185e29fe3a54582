import { throwIfAborted } from '../base/abort.ts';
import { systemCode } from '../base/errors.ts';
import { type Attempt, type Failure, failed, succeeded } from './failure.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** How long the server may be silent, in milliseconds. */
  readonly silenceMs: number;
}

/** An answer whose body is read piece by piece. Always close it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The next bytes of the body, or undefined at its end. */
  read(): Promise<Attempt<Uint8Array | undefined>>;
  /** The whole body as text. */
  text(): Promise<Attempt<string>>;
  /** Gives the connection free; an unread rest of the body is dropped. */
  close(): Promise<void>;
}

/**
 * Sends one request. Redirects come back as they are, so that no credential follows one by itself.
 * What the network does wrong is a Failure.
 * @throws CancelledError when the signal is aborted.
 */
export async function exchange(
  fetch: typeof globalThis.fetch,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Attempt<HttpAnswer>> {
  throwIfAborted(signal);
  const deadline = new Deadline(request.silenceMs, signal);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      redirect: 'manual',
      signal: deadline.signal,
    });
    return succeeded(answerOf(response, deadline, signal));
  } catch (error) {
    deadline.close();
    throwIfAborted(signal);
    return failed(networkFailure(error));
  }
}

function answerOf(response: Response, deadline: Deadline, signal: AbortSignal): HttpAnswer {
  const body: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  const read = async (): Promise<Attempt<Uint8Array | undefined>> => {
    deadline.restart();
    try {
      return succeeded((await body?.read())?.value);
    } catch (error) {
      throwIfAborted(signal);
      return failed(networkFailure(error));
    }
  };
  return {
    status: response.status,
    headers: response.headers,
    read,
    text: () => textOf(read),
    close: async () => {
      deadline.close();
      // A connection that broke has nothing left to drop.
      await body?.cancel().catch(() => undefined);
    },
  };
}

async function textOf(read: HttpAnswer['read']): Promise<Attempt<string>> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = await read();
    if (!piece.ok) return piece;
    if (piece.value === undefined) return succeeded(Buffer.concat(pieces).toString('utf8'));
    pieces.push(piece.value);
  }
}

/** `fetch` says no more than "fetch failed"; the reason is the cause, sometimes a cause of the cause. */
function networkFailure(error: unknown): Failure {
  let code: string | undefined;
  for (let each = error; each instanceof Error && code === undefined; each = each.cause)
    code = systemCode(each);
  return { kind: 'network', code, cause: error };
}

/** Aborts when the caller does, or when the server was silent for too long. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  readonly #caller: AbortSignal;
  readonly #onAbort = (): void => {
    this.#controller.abort(this.#caller.reason);
  };
  #timer: NodeJS.Timeout | undefined;

  constructor(silenceMs: number, caller: AbortSignal) {
    this.#silenceMs = silenceMs;
    this.#caller = caller;
    caller.addEventListener('abort', this.#onAbort, { once: true });
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#controller.abort(new SilenceError(this.#silenceMs));
    }, this.#silenceMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this.#onAbort);
  }
}

class SilenceError extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(ms: number) {
    super(`No answer within ${ms / 1000} s.`);
  }
}
