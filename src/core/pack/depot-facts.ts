import { type Fact, factsOf } from '../contract/script-facts.ts';
import type { DepotEntry } from './base-and-delta.ts';

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

/** Pure: the facts in what `needed.jl` and `entries.py` told. */
export function depotFactsOf(facts: readonly Fact[]): DepotFacts {
  const artifacts = new Map<string, BoundArtifact[]>();
  for (const { hash, name, owner, taken } of factsOf(facts, 'artifact'))
    artifacts.set(hash, [...(artifacts.get(hash) ?? []), { name, owner, taken }]);
  return {
    entries: factsOf(facts, 'entry').map(({ path, identity, bytes }) => ({ path, identity, bytes })),
    packages: new Map(factsOf(facts, 'package').map(({ uuid, name, path }) => [uuid, { name, path }])),
    artifacts,
    extensions: new Map(factsOf(facts, 'extension').map(({ name, owner }) => [name, owner])),
    rejected: new Set(factsOf(facts, 'rejected').map(({ path }) => path)),
    complete: factsOf(facts, 'complete').length > 0,
  };
}
