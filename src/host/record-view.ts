import type { Artefacts } from '../core/artefacts.ts';

/** What the panel shows of the run record. */
export interface RecordView {
  readonly artefacts: Partial<Artefacts>;
  /** The modes of `[pack]` side by side, as `julia-kaggle status` prints them. */
  readonly comparison?: readonly (readonly string[])[];
  /** The submissions to the project's competition, the oldest first. */
  readonly history: readonly ScoredSubmission[];
}

export interface ScoredSubmission {
  readonly ref: number;
  readonly publicScore?: string | undefined;
  readonly submittedAt: string;
  readonly commit?: string | undefined;
  /** The best public score so far; none is, while it is not known which scores are the better ones. */
  readonly best: boolean;
}

export const EMPTY_RECORD: RecordView = { artefacts: {}, history: [] };
