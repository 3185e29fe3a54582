import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';

/** Work that goes on after its request was answered, until it is done or the sandbox is closed. */
export class Background {
  readonly #abort = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly logger: Logger) {}

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** A failure is noted in the log; one after `close` is what was to be expected. */
  run(name: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.signal.aborted) return;
    const done = work(this.signal)
      .catch((error: unknown) => {
        if (!this.signal.aborted) this.logger.warn(`${name}: ${messageOf(error)}`);
      })
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  /** Cancels what is under way and waits until it has ended. */
  async close(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#running);
  }
}
