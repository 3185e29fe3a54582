import { type HttpFailure, isTransientStatus, READING } from '../base/http.ts';
import type { Attempt as AnyAttempt, RetryRule } from '../base/retry.ts';

/** Why one exchange with Kaggle gave no usable answer; still without words for a user (see translate-error). */
export type Failure =
  /** `status`: the HTTP status, or the `code` in the body of a 200. */
  | HttpFailure
  /** The file store behind Kaggle, to which Kaggle redirects, said no. */
  | { readonly kind: 'storage'; readonly status: number }
  /** HTTP 200 with an error sentence in the body. */
  | { readonly kind: 'refused'; readonly text: string };

export type Attempt<T> = AnyAttempt<T, Failure>;

/** `safe`: may be repeated at will. `once`: only when the server certainly did not act. */
export type Repeat = 'safe' | 'once';

/** How calls of this kind are repeated. A rate limit turns a request away before anything is done. */
export function retryRule(repeat: Repeat): RetryRule<Failure> {
  return {
    mayRepeat: (failure) =>
      (repeat === 'safe' && mayPass(failure)) || (failure.kind === 'status' && failure.status === 429),
    askedWaitMs: (failure) => ('retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0),
  };
}

/** Whether the same request may well succeed a moment later. */
export function mayPass(failure: Failure): boolean {
  if (failure.kind === 'storage') return isTransientStatus(failure.status);
  return failure.kind !== 'refused' && READING.mayRepeat(failure);
}
