import type { FoundProject } from '../core/project/find-projects.ts';
import type { ProjectView } from './project-view.ts';
import { problemOf } from './problem.ts';

/** What the page says of a project before any run: its competition, or what is wrong with its JuliaKaggle.toml. */
export async function describeProject({ name, folder }: FoundProject): Promise<ProjectView> {
  const { readConfig } = await import('../core/project/config.ts');
  try {
    const { competition } = await readConfig(folder);
    return { name, folder, competition };
  } catch (error) {
    return { name, folder, problem: problemOf(error) };
  }
}
