import type { EngineCost } from '../docker/timed-engine.ts';
import type { StageName } from './stages.ts';
import type { UserError } from '../base/errors.ts';

/** Output of a program, or a note of ours. */
export type LogStream = 'stdout' | 'stderr' | 'note';

/** What the editor can do about a warning: add the precompile statements that a run left, or leave out a folder. */
export type WarningOffer = 'precompile-statements' | `leave-out:${string}`;

/** All that the core tells the outside while it works. Rendered by the panel, the terminal and `--json` alike. */
export type RunEvent =
  | { readonly kind: 'run-started'; readonly folder: string; readonly until: StageName }
  | { readonly kind: 'stage-started'; readonly stage: StageName; readonly plan: string }
  | {
      readonly kind: 'progress';
      readonly stage: StageName;
      /** What is going on, e.g. `Uploading inferenceapp`. */
      readonly text: string;
      readonly doneBytes?: number;
      readonly totalBytes?: number;
    }
  | {
      readonly kind: 'log';
      readonly stage: StageName;
      readonly stream: LogStream;
      readonly line: string;
    }
  | {
      readonly kind: 'warning';
      readonly stage: StageName;
      readonly message: string;
      readonly offer?: WarningOffer;
    }
  | {
      readonly kind: 'stage-finished';
      readonly stage: StageName;
      readonly summary: string;
      readonly milliseconds: number;
    }
  | { readonly kind: 'stage-skipped'; readonly stage: StageName; readonly summary: string }
  /** What one call to the engine took. */
  | {
      readonly kind: 'cost';
      readonly stage: StageName;
      readonly what: EngineCost;
      readonly milliseconds: number;
    }
  | { readonly kind: 'failed'; readonly stage: StageName; readonly error: UserError }
  | { readonly kind: 'cancelled'; readonly stage: StageName };

export type OnEvent = (event: RunEvent) => void;
