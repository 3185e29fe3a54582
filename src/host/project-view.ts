import type { ProblemView } from './run-view.ts';

/** The project that the page is about. */
export interface ProjectView {
  readonly name: string;
  readonly folder: string;
  /** As JuliaKaggle.toml names it; undefined when it does not, or cannot be read. */
  readonly competition?: string | undefined;
  /** What is wrong with JuliaKaggle.toml. */
  readonly problem?: ProblemView | undefined;
}
