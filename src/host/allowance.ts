import { isCancelled, isUserError } from '../base/errors.ts';
import type { Quota, SubmissionLimits } from '../kaggle/client.ts';
import { withPorts } from './core.ts';
import type { CredentialStore } from './credential-store.ts';
import type { LogChannel } from './log-channel.ts';
import { readSettings } from './settings.ts';

/** What Kaggle still allows; undefined where it does not say. */
export interface AllowanceView {
  readonly quota: Quota | undefined;
  readonly limits: SubmissionLimits | undefined;
}

interface Around {
  readonly credentials: CredentialStore;
  readonly log: LogChannel;
  readonly competition: () => string | undefined;
  readonly onChange: () => void;
}

/** Kaggle is asked no more often than this, unless something was used up. */
const BELIEVED_MS = 10 * 60_000;

/** This week's hours on accelerators and today's submissions, asked for in the background. */
export class Allowance {
  #view: AllowanceView | undefined;
  #asked = { at: -Infinity, competition: undefined as string | undefined };
  readonly #controller = new AbortController();

  constructor(private readonly around: Around) {}

  get view(): AllowanceView | undefined {
    return this.#view;
  }

  /** Asks, when what is known is old or `anew` is wanted. What Kaggle does not say is left open. */
  async refresh(anew = false): Promise<void> {
    const competition = this.around.competition();
    const now = performance.now();
    const isKnown = this.#asked.competition === competition && now - this.#asked.at < BELIEVED_MS;
    if (competition === undefined || (isKnown && !anew)) return;
    this.#asked = { at: now, competition };
    const { credentials, log, onChange } = this.around;
    const { signal } = this.#controller;
    try {
      this.#view = await withPorts({ settings: readSettings(), credentials, logger: log }, async (ports) => {
        const kaggle = await ports.kaggle();
        const [quota, limits] = await Promise.all([
          orUnknown(kaggle.getQuota(signal)),
          orUnknown(kaggle.getSubmissionLimits(competition, signal)),
        ]);
        return { quota, limits };
      });
      onChange();
    } catch (error) {
      if (isCancelled(error)) return;
      // Nobody asked for it, so nobody is told but the log.
      log.debug(`What Kaggle allows is not known: ${isUserError(error) ? error.title : String(error)}`);
    }
  }

  dispose(): void {
    this.#controller.abort();
  }
}

async function orUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}
