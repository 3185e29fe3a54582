import * as l10n from '@vscode/l10n';
import { isUserError, UserError } from '../base/errors.ts';
import { type Backoff, backoffMs, NO_CHANCE, type Pace } from '../base/retry.ts';

/** What a look at Kaggle shows of a write whose answer was lost. */
export type Look<T> =
  | { readonly found: T }
  | 'absent'
  /** It may still be in the making. */
  | 'unclear';

export interface Write<T> {
  /** E.g. `the new version of ann/depot`, for the message. */
  readonly what: string;
  readonly send: () => Promise<T>;
  /** Looks whether the thing is there that `send` makes. */
  readonly look: () => Promise<Look<T>>;
}

const MAX_SENDS = 3;
/** Times to look before "absent" is believed: a request that timed out here may still be at work there. */
const LOOKS_WHEN_ABSENT = 3;
const LOOKS_WHEN_UNCLEAR = 8;
const LOOKING: Backoff = { firstMs: 2_000, longestMs: 30_000, growth: 2 };

/**
 * Makes a thing on Kaggle exactly once. When the answer is lost it looks for the thing, and sends again only when it
 * is not there. (kaggle-api 0.6)
 * @throws UserError `kaggle-unreachable` when it stays unknown whether the thing was made; else what `send` throws.
 */
export async function sendOnce<T>(write: Write<T>, pace: Pace, signal: AbortSignal): Promise<T> {
  for (let sends = 1; ; sends += 1) {
    try {
      return await write.send();
    } catch (error) {
      // A refusal of a second try may be because the first arrived: that calls for a look, too.
      if (!isLost(error) && sends === 1) throw error;
      const seen = await lookAround(write, pace, signal);
      if (typeof seen === 'object') return seen.found;
      if (!isLost(error)) throw error;
      if (seen === 'unclear') throw unknownOutcome(write.what, error);
      if (sends === MAX_SENDS) throw error;
    }
  }
}

async function lookAround<T>(write: Write<T>, pace: Pace, signal: AbortSignal): Promise<Look<T>> {
  for (let looks = 1; ; looks += 1) {
    await pace.clock.sleep(backoffMs(looks, NO_CHANCE, LOOKING), signal);
    const seen = await write.look().catch((error: unknown) => {
      throw isLost(error) ? unknownOutcome(write.what, error) : error;
    });
    if (typeof seen === 'object') return seen;
    if (looks === (seen === 'absent' ? LOOKS_WHEN_ABSENT : LOOKS_WHEN_UNCLEAR)) return seen;
  }
}

/** The request left, and what became of it is not known. */
export function isLost(error: unknown): error is UserError {
  return isUserError(error, 'kaggle-unreachable') || isUserError(error, 'kaggle-answer');
}

function unknownOutcome(what: string, cause: UserError): UserError {
  return new UserError({
    code: 'kaggle-unreachable',
    title: l10n.t('The connection broke while {0} was sent; whether Kaggle has it is not known.', what),
    detail: cause.message,
    actions: [
      { title: l10n.t('Run again when Kaggle can be reached: what arrived is found and not sent twice.') },
    ],
    cause,
  });
}
