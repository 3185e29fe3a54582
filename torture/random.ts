/** Chance that can be repeated: the same seed gives the same choices on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, and without, 1 (mulberry32). */
  real(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, and without, `below`. */
  below(below: number): number {
    return Math.floor(this.real() * below);
  }

  /** A whole number between both, which may come too. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.real() < probability;
  }

  /** One of them; there must be one. */
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** `count` times what `make` gives. */
  list<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }

  bytes(count: number): Buffer {
    return Buffer.from(this.list(count, () => this.below(256)));
  }
}

/** A seed of its own for each part, so that parts do not change when others are left out. */
export function seedFor(seed: number, part: string | number): number {
  let hash = (2166136261 ^ seed) >>> 0;
  for (const byte of Buffer.from(String(part))) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash;
}
