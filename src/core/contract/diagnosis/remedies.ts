import * as l10n from '@vscode/l10n';
import type { ErrorAction } from '../../../base/errors.ts';
import { userCommand } from '../../../base/user-command.ts';
import type { Project } from '../../artefacts.ts';

/** Pure: what to do for an artifact, named by a log, that a run without a network lacks. */
export function addArtifact(name: string): ErrorAction {
  const command = userCommand`add-artifact ${name} --write`;
  return command === undefined
    ? { title: l10n.t('Add it to the project: julia-kaggle add-artifact with its name, then run again.') }
    : { title: l10n.t('Add it to the project: julia-kaggle {0}, then run again.', command), command };
}

/** Pure: what to do for a package, named by a log, that is used and not in the project. */
export function addPackage(name: string): ErrorAction {
  const command = userCommand`julia --project=. -e 'using Pkg; Pkg.add("${name}")'`;
  return {
    title:
      command === undefined
        ? l10n.t('Add it: Pkg.add with its name, then run again.')
        : l10n.t('Add it: {0}, then run again.', command),
  };
}

/** The one way out of all trouble with compiling. */
export function depotInstead(): ErrorAction {
  return {
    title: l10n.t('Pack the depot instead, which needs no compiling: [pack] mode = "depot".'),
    command: 'mode depot',
  };
}

/** Pure: what is compiled of a project. */
export function compiledWhat({ packMode }: Pick<Project, 'packMode'>): string {
  return packMode === 'app' ? l10n.t('the app') : l10n.t('the system image');
}
