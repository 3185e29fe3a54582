export interface Bounds {
  readonly lines: number;
  readonly characters: number;
}

/** What is too much is taken away in portions of this part, since each time all that stays is moved. */
const SLACK = 1.1;

/** The end of a text that only grows, within bounds: numbered lines of which the first ones are forgotten. */
export class LineBuffer {
  #lines: string[] = [];
  #first = 0;
  #characters = 0;

  constructor(private readonly bounds: Bounds) {}

  /** The number of the first line that is still there. */
  get first(): number {
    return this.#first;
  }

  /** The number that the next line will have. */
  get next(): number {
    return this.#first + this.#lines.length;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(lines: readonly string[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#characters += line.length;
    }
    const { lines: most, characters } = this.bounds;
    if (this.#lines.length > most * SLACK || this.#characters > characters * SLACK) this.#shorten();
  }

  /** Forgets all; the next line has this number. */
  restart(first: number): void {
    this.#lines = [];
    this.#first = first;
    this.#characters = 0;
  }

  #shorten(): void {
    let gone = 0;
    while (this.#lines.length - gone > this.bounds.lines || this.#characters > this.bounds.characters) {
      this.#characters -= this.#lines[gone]?.length ?? 0;
      gone += 1;
    }
    this.#lines = this.#lines.slice(gone);
    this.#first += gone;
  }
}

/** The output channel has the whole log; the page has as much of its end as a person looks through. */
export const LOG_BOUNDS: Bounds = { lines: 10_000, characters: 2_000_000 };
