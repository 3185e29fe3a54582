import type { Background } from './background.ts';

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
