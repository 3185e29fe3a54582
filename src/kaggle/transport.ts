import type * as z from 'zod/mini';
import type { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { type WireAnswer, readAnswer } from './answer.ts';
import { authorizationOf, scrub } from './authorization.ts';
import type { Credentials } from './credentials.ts';
import { type Attempt, type Failure, succeeded } from './failure.ts';
import { exchange, type HttpAnswer, type HttpRequest } from './http.ts';
import { type Pace, readRetryAfter } from './pace.ts';
import { type Repeat, retry } from './retry.ts';
import { type About, translateFailure } from './translate-error.ts';

export interface RpcRequest<T> {
  /** `<package>.<Service>/<Method>`. */
  readonly method: string;
  /** Every parameter in camelCase; members that are undefined are not sent. */
  readonly body: object;
  readonly answer: z.ZodMiniType<T>;
  readonly about: About;
  /** `safe` (the default) for what only reads. */
  readonly repeat?: Repeat;
}

export interface TransportOptions {
  readonly apiUrl: string;
  readonly settingsUrl: string;
  readonly credentials: Credentials;
  readonly fetch: typeof globalThis.fetch;
  readonly userAgent: string;
  readonly pace: Pace;
  readonly logger: Logger;
  /** How long a server may be silent, in milliseconds. */
  readonly silenceMs: number;
}

/** Kaggle's remote procedure calls: POST with a JSON body for each. (kaggle-api 0.1) */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /**
   * Calls a method and checks its answer.
   * @throws UserError `kaggle-…`; CancelledError.
   */
  async call<T>(request: RpcRequest<T>, signal: AbortSignal): Promise<T> {
    const { repeat = 'safe' } = request;
    const result = await retry(() => this.#callOnce(request, signal), repeat, this.#options.pace, signal);
    if (result.ok) return result.value;
    throw this.translate(result.failure, request.about);
  }

  /** The HTTP request of a call, with the credential in it. For downloads, whose answer is a redirect. */
  requestOf(method: string, body: object): HttpRequest {
    return {
      method: 'POST',
      url: `${this.#options.apiUrl}/v1/${method}`,
      headers: {
        Authorization: authorizationOf(this.#options.credentials),
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'User-Agent': this.#options.userAgent,
      },
      body: JSON.stringify(body),
      silenceMs: this.#options.silenceMs,
    };
  }

  /** Sends a request of any kind, once: `requestOf`, or one to the file store, which gets no credential. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<Attempt<HttpAnswer>> {
    const { fetch, logger, pace } = this.#options;
    const began = pace.clock.now();
    const result = await exchange(fetch, request, signal);
    const outcome = result.ok ? result.value.status : result.failure.kind;
    logger.debug(`${request.method} ${nameOf(request.url)}: ${outcome}, ${pace.clock.now() - began} ms`);
    return result;
  }

  /** An answer of Kaggle's, as text. Closes it. */
  async read(answer: HttpAnswer): Promise<Attempt<WireAnswer>> {
    try {
      const body = await answer.text();
      if (!body.ok) return body;
      return succeeded({
        status: answer.status,
        body: body.value,
        retryAfterMs: readRetryAfter(answer.headers.get('Retry-After'), this.#options.pace.clock.now()),
      });
    } finally {
      await answer.close();
    }
  }

  /** The words for a failure, without the credential, should the server have repeated it. */
  translate(failure: Failure, about: About): UserError {
    const { apiUrl, settingsUrl, credentials } = this.#options;
    const said =
      'text' in failure && failure.text !== undefined ? { text: scrub(failure.text, credentials) } : {};
    return translateFailure({ ...failure, ...said }, about, {
      apiUrl,
      settingsUrl,
      credentialSource: credentials.source,
    });
  }

  async #callOnce<T>(request: RpcRequest<T>, signal: AbortSignal): Promise<Attempt<T>> {
    const sent = await this.send(this.requestOf(request.method, request.body), signal);
    if (!sent.ok) return sent;
    const answer = await this.read(sent.value);
    return answer.ok ? readAnswer(answer.value, request.answer) : answer;
  }
}

/** A URL for the log: the signed links of the file store are credentials of a kind, so their queries stay out. */
function nameOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname.startsWith('/v1/') ? pathname.slice('/v1/'.length) : origin;
}
