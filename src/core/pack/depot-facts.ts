import { depotEntry, type DepotEntry } from './base-and-delta.ts';

/** An artifact that a package of the Manifest binds. */
export interface BoundArtifact {
  readonly name: string;
  readonly owner: string;
  /** False for a variant that this machine does not take, e.g. the toolkit of another CUDA. */
  readonly taken: boolean;
}

/** What Julia says that the environment needs, and what the depot holds. */
export interface DepotFacts {
  /** Everything in the depot, by thing. */
  readonly entries: readonly DepotEntry[];
  /** Packages of the Manifest by uuid; the path of one in the standard library or outside the depot is empty. */
  readonly packages: ReadonlyMap<string, { readonly name: string; readonly path: string }>;
  /** By hash. */
  readonly artifacts: ReadonlyMap<string, readonly BoundArtifact[]>;
  /** Name of an extension to its package's. */
  readonly extensions: ReadonlyMap<string, string>;
  /** Caches that Julia rejects, by path. */
  readonly rejected: ReadonlySet<string>;
  /** False when Julia could not tell all: then nothing but the well-known is left out. */
  readonly complete: boolean;
}

/** Collects the facts from the output lines of `needed.jl` and `entries.py`. */
export class DepotFactsReader {
  readonly #entries: DepotEntry[] = [];
  readonly #packages = new Map<string, { name: string; path: string }>();
  readonly #artifacts = new Map<string, BoundArtifact[]>();
  readonly #extensions = new Map<string, string>();
  readonly #rejected = new Set<string>();
  #complete = false;

  /** Whether the line was one of theirs. */
  read(line: string): boolean {
    const [mark, kind, first = '', name = '', owner = '', taken = ''] = line.split('\t');
    if (mark !== '[depot]') return false;
    if (kind === 'entry') this.#entries.push(depotEntry.parse(JSON.parse(first)));
    else if (kind === 'package') this.#packages.set(first, { name, path: owner });
    else if (kind === 'artifact') this.#bind(first, { name, owner, taken: taken !== 'other' });
    else if (kind === 'extension') this.#extensions.set(first, name);
    else if (kind === 'rejected') this.#rejected.add(first);
    else if (kind === 'complete') this.#complete = true;
    return true;
  }

  #bind(hash: string, artifact: BoundArtifact): void {
    this.#artifacts.set(hash, [...(this.#artifacts.get(hash) ?? []), artifact]);
  }

  result(): DepotFacts {
    return {
      entries: this.#entries,
      packages: this.#packages,
      artifacts: this.#artifacts,
      extensions: this.#extensions,
      rejected: this.#rejected,
      complete: this.#complete,
    };
  }
}
