import type * as z from 'zod/mini';
import { defined } from '../base/defined.ts';
import type { UserError } from '../base/errors.ts';
import {
  exchange,
  type HttpAnswer,
  type HttpFailure,
  type HttpRequest,
  readRetryAfter,
} from '../base/http.ts';
import type { Logger } from '../base/logger.ts';
import { type Attempt as AnyAttempt, type Pace, retry, succeeded } from '../base/retry.ts';
import { type WireAnswer, readAnswer } from './answer.ts';
import type { Authorizer } from './authorization.ts';
import { type Attempt, type Failure, type Repeat, retryRule } from './failure.ts';
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
  readonly authorizer: Authorizer;
  /** Where there are other credentials, for messages. */
  readonly shadowed: readonly string[];
  readonly fetch: typeof globalThis.fetch;
  readonly userAgent: string;
  readonly pace: Pace;
  readonly logger: Logger;
  /** How long a server may be silent, in milliseconds. */
  readonly silenceMs: number;
}

/** How long an answer may take in all, however it trickles. */
const CALL_DEADLINE_MS = 600_000;
/** No run takes longer, with what it waits for; the log of one comes as slowly as the run writes it. */
const LOG_DEADLINE_MS = 24 * 3600_000;

/** Kaggle's remote procedure calls: POST with a JSON body for each. (kaggle-api 0.1) */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get apiUrl(): string {
    return this.#options.apiUrl;
  }

  /**
   * Calls a method and checks its answer.
   * @throws UserError `kaggle-…`; CancelledError.
   */
  async call<T>(request: RpcRequest<T>, signal: AbortSignal): Promise<T> {
    const { repeat = 'safe' } = request;
    const result = await this.withRenewal(
      () => retry(() => this.#callOnce(request, signal), retryRule(repeat), this.#options.pace, signal),
      signal,
    );
    if (result.ok) return result.value;
    throw this.translate(result.failure, request.about);
  }

  /** Does `work`, and once more with a new credential when Kaggle refused the one it had and there is a new one. */
  async withRenewal<T>(work: () => Promise<Attempt<T>>, signal: AbortSignal): Promise<Attempt<T>> {
    const { authorizer } = this.#options;
    const header = await authorizer.header(signal);
    const result = await work();
    const refused = !result.ok && result.failure.kind === 'status' && result.failure.status === 401;
    return refused && (await authorizer.renew(header, signal)) ? work() : result;
  }

  /** The HTTP request of a call, with the credential in it. For downloads, whose answer is a redirect. */
  async requestOf(method: string, body: object, signal: AbortSignal): Promise<HttpRequest> {
    return {
      method: 'POST',
      url: `${this.#options.apiUrl}/v1/${method}`,
      headers: {
        ...(await this.#authorization(signal)),
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'User-Agent': this.#options.userAgent,
      },
      body: JSON.stringify(body),
      silenceMs: this.#options.silenceMs,
      deadlineMs: CALL_DEADLINE_MS,
    };
  }

  /** A GET of a log, with the credential in it. `path` begins after `/v1/`. */
  async logRequestOf(
    path: string,
    accept: string,
    silenceMs: number,
    signal: AbortSignal,
  ): Promise<HttpRequest> {
    return {
      method: 'GET',
      url: `${this.#options.apiUrl}/v1/${path}`,
      headers: {
        ...(await this.#authorization(signal)),
        Accept: accept,
        'User-Agent': this.#options.userAgent,
      },
      silenceMs,
      mayTrickle: true,
      deadlineMs: LOG_DEADLINE_MS,
    };
  }

  /** Sends a request of any kind, once: `requestOf`, or one to the file store, which gets no credential. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<AnyAttempt<HttpAnswer, HttpFailure>> {
    const { fetch, logger, pace } = this.#options;
    const began = pace.clock.now();
    const result = await exchange(fetch, request, pace.clock, signal);
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
    const { apiUrl, settingsUrl, authorizer, shadowed } = this.#options;
    const said =
      'text' in failure && failure.text !== undefined ? { text: authorizer.scrub(failure.text) } : {};
    return translateFailure({ ...failure, ...said }, about, {
      apiUrl,
      settingsUrl,
      credentialSource: authorizer.source,
      shadowed,
    });
  }

  async #authorization(signal: AbortSignal): Promise<Record<string, string>> {
    const header = await this.#options.authorizer.header(signal);
    return defined({ Authorization: header });
  }

  async #callOnce<T>(request: RpcRequest<T>, signal: AbortSignal): Promise<Attempt<T>> {
    const sent = await this.send(await this.requestOf(request.method, request.body, signal), signal);
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
