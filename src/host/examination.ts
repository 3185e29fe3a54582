import type { ProblemView } from './run-view.ts';

/** What was seen when somebody looked at something outside. */
export type Look =
  | { readonly state: 'unknown' }
  | { readonly state: 'checking' }
  | {
      readonly state: 'seen';
      readonly text: string;
      /** What should be otherwise, each with its remedy. */
      readonly notes: readonly string[];
      /** What is wrong; with it nothing can run. */
      readonly problem?: ProblemView | undefined;
    };

/** The competition as Kaggle knows it. */
export interface CompetitionFacts {
  readonly title: string;
  /** As Kaggle gives it, ISO 8601. */
  readonly deadline: string | undefined;
  readonly entered: boolean;
  readonly isOver: boolean;
  readonly rulesUrl: string;
}

/** What is known of the world outside of the project. */
export interface Examination {
  readonly engine: Look;
  readonly account: Look;
  /** Undefined while it is not known. */
  readonly competition: CompetitionFacts | undefined;
}

export const NOT_EXAMINED: Examination = {
  engine: { state: 'unknown' },
  account: { state: 'unknown' },
  competition: undefined,
};
