import { type Fact, factsOf } from '../../contract/script-facts.ts';
import type { FoundArtifact } from './judge-artifacts.ts';

/** What the compiling container said of itself. */
export interface CompilerFacts {
  readonly version: string;
  readonly artifacts: readonly FoundArtifact[];
  readonly bytes: number;
  /** Of PackageCompiler alone; undefined: it did not come to its end. */
  readonly seconds: number | undefined;
  /** The last step that was begun. */
  readonly step: string;
  readonly problem: Fact<'problem'>['what'] | undefined;
}

/** Pure: the facts in what compile.sh and compile.jl told; their last word counts. */
export function compilerFactsOf(facts: readonly Fact[]): CompilerFacts {
  const compiled = factsOf(facts, 'compiled').at(-1);
  return {
    version: factsOf(facts, 'compiler').at(-1)?.version ?? '',
    artifacts: factsOf(facts, 'bundled').map(({ hash, bytes, use }) => ({ hash, bytes, use })),
    bytes: compiled?.bytes ?? 0,
    seconds: compiled?.seconds,
    step: factsOf(facts, 'compiling').at(-1)?.step ?? '',
    problem: factsOf(facts, 'problem').at(-1)?.what,
  };
}
