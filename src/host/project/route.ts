import type { Project } from '../../core/artefacts.ts';
import { chooseRoute, type RouteName, ROUTES, type StageName } from '../../core/stages.ts';
import type { Around } from '../around.ts';
import type { ProjectView } from './projects.ts';

/** What Kaggle said just now of a project's competition. */
interface Seen {
  readonly takesFiles: boolean;
}

/** Pure: the way of a project to its score, as far as it is known without asking anyone; undefined while it is not. */
export function routeOf(
  { competition, submitAs = 'auto' }: Pick<ProjectView, 'competition' | 'submitAs'>,
  last: Pick<Project, 'competitionFacts'> | undefined,
  seen?: Seen,
): RouteName | undefined {
  const known = last?.competitionFacts;
  const kept = known?.slug === competition ? known : undefined;
  const facts = seen ?? kept;
  return submitAs === 'auto' && facts === undefined ? undefined : chooseRoute(submitAs, facts);
}

/** Pure: the stages of a way; while it is not known, those that a run would have that cannot ask either. */
export function stagesOn(route: RouteName | undefined): readonly StageName[] {
  return ROUTES[route ?? chooseRoute('auto', undefined)].stages;
}

/** The way of a project by its settings and what its last run found out. */
export async function recordedRoute(
  project: ProjectView,
  { core }: Pick<Around, 'core'>,
): Promise<RouteName | undefined> {
  const { artefacts } = await (await core.project(project.folder)).record();
  return routeOf(project, artefacts.project);
}
