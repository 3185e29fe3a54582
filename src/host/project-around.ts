import type { AccountAround } from './account.ts';
import type { Projects } from './projects.ts';

/** What the commands about the project need around them. */
export interface ProjectAround extends AccountAround {
  readonly projects: Projects;
}
