import type { Artefacts } from '../core/artefacts.ts';

/** What the panel shows of the run record. */
export interface RecordView {
  readonly artefacts: Partial<Artefacts>;
  readonly history: readonly ScoredSubmission[];
  /** Which score is the better one; undefined while that is not known. */
  readonly better?: 'lower' | 'higher' | undefined;
}

export interface ScoredSubmission {
  readonly ref: number;
  readonly publicScore?: string | undefined;
  readonly submittedAt: string;
  readonly commit?: string | undefined;
}

export const EMPTY_RECORD: RecordView = { artefacts: {}, history: [] };
