import type { Clock } from '../base/abort.ts';

/** Aborts its signal when the time is over, unless it was stopped before. */
export class TimeLimit {
  readonly #over = new AbortController();
  readonly #stopped = new AbortController();

  constructor(
    private readonly seconds: number | undefined,
    private readonly clock: Clock,
  ) {}

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  start(): void {
    if (this.seconds === undefined) return;
    this.clock.sleep(this.seconds * 1000, this.#stopped.signal).then(
      () => this.#over.abort(),
      () => undefined,
    );
  }

  stop(): void {
    this.#stopped.abort();
  }
}
