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

interface Job {
  readonly name: string;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** Jobs that run in the order they came, a few at a time. */
export class JobQueue {
  readonly #waiting: Job[] = [];
  #running = 0;

  constructor(
    private readonly atOnce: number,
    private readonly background: Background,
  ) {}

  add(job: Job): void {
    this.#waiting.push(job);
    this.#startNext();
  }

  #startNext(): void {
    if (this.#running >= this.atOnce) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#running += 1;
    this.background.run(job.name, async (signal) => {
      try {
        await job.work(signal);
      } finally {
        this.#running -= 1;
        this.#startNext();
      }
    });
  }
}
