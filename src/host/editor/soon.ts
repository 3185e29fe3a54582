import type { Clock } from '../../base/abort.ts';

/** Does a work once for all who ask for it within a while. */
export class Soon {
  #waiting: AbortController | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly milliseconds: number,
    private readonly work: () => void,
  ) {}

  /** At the end of the while that the first one began. */
  ask(): void {
    if (this.#waiting !== undefined) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    const act = (): void => {
      if (waiting.signal.aborted) return;
      this.#waiting = undefined;
      this.work();
    };
    void this.clock.sleep(this.milliseconds, waiting.signal).then(act, () => undefined);
  }

  /** A while after this one. */
  askAgain(): void {
    this.stop();
    this.ask();
  }

  stop(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }
}
