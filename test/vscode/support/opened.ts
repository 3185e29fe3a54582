interface Closable {
  close(): Promise<void>;
}

/** What a suite has opened; it is closed in the opposite order, all of it, even if something cannot be closed. */
export class Opened {
  readonly #all: Closable[] = [];

  add<T extends Closable>(each: T): T {
    this.#all.unshift(each);
    return each;
  }

  readonly close = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (const each of this.#all.splice(0)) await each.close().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, 'Not all could be closed.');
  };
}
