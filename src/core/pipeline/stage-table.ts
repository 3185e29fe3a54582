import * as l10n from '@vscode/l10n';
import { UserError } from '../../base/errors.ts';
import { inWords } from '../../base/format.ts';
import type { Project } from '../artefacts.ts';
import { buildStage } from '../build/build-stage.ts';
import { notebookStage } from '../notebook/notebook-stage.ts';
import { packStage } from '../pack/pack-stage.ts';
import { projectStage } from '../project/project-stage.ts';
import { rehearseStage } from '../rehearse/rehearse-stage.ts';
import { isAfter, type RouteName, ROUTES, type StageName, type StageOf } from '../stages.ts';
import { submitFileStage, submitNotebookStage } from '../submit/submit-stage.ts';
import { testOfFileStage, testStage } from '../test/test-stage.ts';
import { uploadStage } from '../upload/upload-stage.ts';
import { bindStage, type BoundStage } from './bound-stage.ts';

export const PROJECT_STAGE = bindStage(projectStage);
const build = bindStage(buildStage);

/** The programs of the stages of each route. */
const PROGRAMS: {
  readonly [Route in RouteName]: { readonly [Name in StageOf<Route>]: BoundStage<Name> };
} = {
  notebook: {
    project: PROJECT_STAGE,
    build,
    test: bindStage(testStage),
    pack: bindStage(packStage),
    rehearse: bindStage(rehearseStage),
    upload: bindStage(uploadStage),
    notebook: bindStage(notebookStage),
    submit: bindStage(submitNotebookStage),
  },
  file: {
    project: PROJECT_STAGE,
    build,
    test: bindStage(testOfFileStage),
    submit: bindStage(submitFileStage),
  },
};

/** The stages of a project's route, in their order. @param project undefined: nothing is known of it. */
export function stagesOf(project: Pick<Project, 'route'> | undefined): readonly BoundStage[] {
  const route = project?.route ?? 'notebook';
  const programs: Partial<Record<StageName, BoundStage>> = PROGRAMS[route];
  return ROUTES[route].stages.flatMap((name) => programs[name] ?? []);
}

/** The same up to one of them, itself included. @throws UserError `wrong-usage` for a stage of another route. */
export function stagesUntil(
  { route, competition }: Pick<Project, 'route' | 'competition'>,
  until: StageName,
): readonly BoundStage[] {
  demandOn({ route, competition }, until);
  return stagesOf({ route }).filter((stage) => !isAfter(stage.name, until));
}

/** @throws UserError `wrong-usage` for a stage that the project's route does not have. */
export function demandOn(
  { route, competition }: Pick<Project, 'route' | 'competition'>,
  stage: StageName,
): void {
  const { stages } = ROUTES[route];
  if (stages.includes(stage)) return;
  throw new UserError({
    code: 'wrong-usage',
    title: l10n.t(
      'There is no stage "{0}" on the way to {1}, to which {2} is submitted.',
      stage,
      competition,
      ROUTES[route].submits(),
    ),
    actions: [
      {
        title: l10n.t(
          'Use one of {0}, or choose the other way: [submit] as in JuliaKaggle.toml.',
          inWords(stages, 'and'),
        ),
      },
    ],
  });
}
