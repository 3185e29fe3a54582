import { isCancelled, isUserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Quota, SubmissionLimits } from '../../kaggle/client.ts';
import type { AccountAround } from '../account/account.ts';

/** What Kaggle still allows; undefined where it does not say. */
export interface AllowanceView {
  readonly quota: Quota | undefined;
  readonly limits: SubmissionLimits | undefined;
}

interface Around {
  /** Asks Kaggle. @throws UserError when nobody is signed in, or Kaggle does not answer. */
  readonly ask: (competition: string, signal: AbortSignal) => Promise<AllowanceView>;
  /** Of the current project. */
  readonly competition: () => string | undefined;
  readonly log: Pick<Logger, 'debug'>;
  readonly onChange: () => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

/** Kaggle is asked no more often than this, unless something was used up. */
const BELIEVED_MS = 10 * 60_000;

interface Question {
  readonly competition: string;
  readonly at: number;
}

/** This week's hours on accelerators and today's submissions, asked for in the background. Knows nothing of the editor. */
export class Allowance {
  #view: AllowanceView | undefined;
  /** The last question, to which alone an answer still counts. */
  #asked: Question | undefined;
  readonly #controller = new AbortController();

  constructor(private readonly around: Around) {}

  /** What is allowed in the current project's competition; undefined while that is not known. */
  get view(): AllowanceView | undefined {
    return this.#asked?.competition === this.around.competition() ? this.#view : undefined;
  }

  /** The current project may be another one. Asked only where somebody has looked before. */
  readonly onProjects = (): void => {
    if (this.#asked !== undefined) void this.refresh();
  };

  /** Asks, when what is known is old or `anew` is wanted. What Kaggle does not say is left open. */
  async refresh(anew = false): Promise<void> {
    const { ask, log, onChange } = this.around;
    const competition = this.around.competition();
    const at = this.around.now();
    const isOther = competition !== this.#asked?.competition;
    const isOld = this.#asked === undefined || at - this.#asked.at >= BELIEVED_MS;
    if (competition === undefined || !(isOther || isOld || anew)) return;
    if (isOther) this.#view = undefined;
    const question = { competition, at };
    this.#asked = question;
    const take = (view: AllowanceView | undefined): void => {
      if (this.#asked !== question) return;
      this.#view = view;
      onChange();
    };
    try {
      take(await ask(competition, this.#controller.signal));
    } catch (error) {
      if (isCancelled(error)) return;
      // Nobody asked for it, so nobody is told but the log.
      log.debug(`What Kaggle allows is not known: ${isUserError(error) ? error.title : String(error)}`);
      take(undefined);
    }
  }

  dispose(): void {
    this.#controller.abort();
  }
}

/** What Kaggle still allows, as far as it says. @throws UserError `not-signed-in`; CancelledError. */
export async function askAllowance(
  { core }: Pick<AccountAround, 'core'>,
  competition: string,
  signal: AbortSignal,
): Promise<AllowanceView> {
  const kaggle = await core.kaggle();
  const [quota, limits] = await Promise.all([
    orUnknown(kaggle.account.quota(signal)),
    orUnknown(kaggle.submissions.limits(competition, signal)),
  ]);
  return { quota, limits };
}

async function orUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}
