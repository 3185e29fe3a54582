import type { CompetitionFacts } from '../project-artefact.ts';
import type { RouteName } from '../stages.ts';

/** Asks Kaggle what a competition takes; undefined where that cannot be asked now. */
export type AskCompetition = (slug: string, signal: AbortSignal) => Promise<CompetitionFacts | undefined>;

/**
 * Pure: the way to the score. A competition that takes both gets the file: that is the quicker one. Where nothing is known
 * of it, it is taken for a code competition, whose way has all the proofs.
 * @param as `[submit] as` of JuliaKaggle.toml.
 */
export function chooseRoute(as: RouteName | 'auto', facts: CompetitionFacts | undefined): RouteName {
  if (as !== 'auto') return as;
  return facts?.takesFiles === true ? 'file' : 'notebook';
}
