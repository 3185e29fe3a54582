/** Why one exchange with a server gave no usable answer; still without words for a person (see translate-error). */
export type Failure =
  /** No answer: not reached, cut off, or silent for too long. `code` is the system's, e.g. `ECONNREFUSED`. */
  | { readonly kind: 'network'; readonly code: string | undefined; readonly cause: unknown }
  /** Kaggle said no. `status` is the HTTP status, or the `code` in the body of a 200. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly text: string | undefined;
      readonly retryAfterMs: number | undefined;
    }
  /** The file store behind Kaggle, to which Kaggle redirects, said no. */
  | { readonly kind: 'storage'; readonly status: number }
  /** HTTP 200 with an error sentence in the body. */
  | { readonly kind: 'refused'; readonly text: string }
  /** HTTP 200 with a body that is not what the method answers. */
  | { readonly kind: 'unreadable'; readonly text: string };

export type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** An attempt that gave a value. */
export function succeeded<T>(value: T): Attempt<T> {
  return { ok: true, value };
}

/** An attempt that gave none, and why. */
export function failed(failure: Failure): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure };
}

/** Statuses after which the same request may well succeed: timeout, rate limit, server trouble. (kaggle-api 0.5) */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** The certificate is not trusted: trying again gives the same. */
export function isTrustProblem(code: string | undefined): boolean {
  return code !== undefined && /CERT|^UNABLE_TO_|^ERR_TLS_/.test(code);
}
