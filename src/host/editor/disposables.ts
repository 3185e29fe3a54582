/** Something that ends with its owner. */
export interface Disposable {
  dispose(): unknown;
}

/** All that one owner has begun and ends with: what is made is tracked in the same expression. */
export class Disposables implements Disposable {
  readonly #all: Disposable[] = [];

  /** Gives back what it is given, which ends with the owner. */
  track<T extends Disposable>(one: T): T {
    this.#all.push(one);
    return one;
  }

  /** Ends what was tracked, the last first. */
  dispose(): void {
    for (const each of this.#all.splice(0).reverse()) each.dispose();
  }
}
