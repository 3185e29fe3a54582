import type { StagePreview } from '../core/pipeline/preview.ts';
import { type StageName, STAGES } from '../core/stages.ts';
import type { OpenRun } from './run-memory.ts';

/**
 * What is to become of an interrupted run. `go-on`: only waiting for Kaggle is left, which the person agreed to;
 * `ask`: work on this machine or an upload is left, from this stage on; `forget`: nothing is left to do.
 */
export type Resumption =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'ask'; readonly stage: StageName }
  | { readonly kind: 'forget' };

/** Pure: decides by what the run would do now. */
export function decideResumption({ agreed }: OpenRun, previews: readonly StagePreview[]): Resumption {
  const next = previews.find(({ state, stage }) => state !== 'fresh' && stage !== 'project');
  if (next === undefined) return { kind: 'forget' };
  return agreed && STAGES[next.stage].waits ? { kind: 'go-on' } : { kind: 'ask', stage: next.stage };
}
