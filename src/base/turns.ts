/** Lets so many works run at a time, one where nothing else is said; the others wait their turn, in order. */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  constructor(private free = 1) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
