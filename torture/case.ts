/** `short` is what `npm test` has time for; `full` is what the promises are held to. */
export type Size = 'short' | 'full';

/** One kind of fault, tried as often as its size allows. */
export interface TortureCase {
  /** E.g. `hostile input`: the heading it belongs to. */
  readonly group: string;
  /** What is done to the product, in a few words; unique among all cases. */
  readonly name: string;
  /** Too long for `npm test`. */
  readonly fullOnly?: boolean;
  /** Everything that is left to chance comes from the seed, so that a run can be repeated exactly. */
  readonly run: (seed: number, size: Size) => Promise<Outcome>;
}

/** What became of the faults of one case. */
export interface Outcome {
  readonly tried: number;
  /** Ended as promised: a result, or an error with a remedy; after it the next run went on. */
  readonly survived: number;
  /** Files, dataset versions, notebook versions or submissions that are missing, spoiled or there twice. */
  readonly lost: number;
  /** Places where a credential was found. */
  readonly leaked: number;
  /** Foreign commands that ran, and files written outside of where they belong. */
  readonly executed: number;
  /** Figures and what else is worth knowing, one sentence each. */
  readonly notes: readonly string[];
  /** What went wrong; with the case's seed it is found again. */
  readonly failures: readonly string[];
}

/** Counts the faults of one case. */
export class Tally {
  #tried = 0;
  #survived = 0;
  #lost = 0;
  #leaked = 0;
  #executed = 0;
  readonly notes: string[] = [];
  readonly #failures: string[] = [];
  #failed = 0;

  survived(times = 1): void {
    this.#tried += times;
    this.#survived += times;
  }

  /** A fault that was not survived: neither a result nor an error with a remedy. */
  failed(what: string): void {
    this.#tried += 1;
    this.#note(what);
  }

  lost(what: string): void {
    this.#lost += 1;
    this.#note(`lost: ${what}`);
  }

  leaked(where: string): void {
    this.#leaked += 1;
    this.#note(`leaked: ${where}`);
  }

  executed(what: string): void {
    this.#executed += 1;
    this.#note(`executed: ${what}`);
  }

  outcome(): Outcome {
    const more = this.#failed - this.#failures.length;
    return {
      tried: this.#tried,
      survived: this.#survived,
      lost: this.#lost,
      leaked: this.#leaked,
      executed: this.#executed,
      notes: this.notes,
      failures: more > 0 ? [...this.#failures, `and ${more} more`] : this.#failures,
    };
  }

  /** The first ones say enough: a reader that fails at one input fails at thousands. */
  #note(what: string): void {
    this.#failed += 1;
    if (this.#failures.length < MOST_FAILURES) this.#failures.push(what);
  }
}

const MOST_FAILURES = 10;

/** Whether the promises were kept: everything that was tried was survived, and nothing lost, leaked or executed. */
export function kept({ tried, survived, lost, leaked, executed, failures }: Outcome): boolean {
  return (
    tried > 0 && survived === tried && lost === 0 && leaked === 0 && executed === 0 && failures.length === 0
  );
}
