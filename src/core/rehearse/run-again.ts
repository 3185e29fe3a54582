import type { Project, TestReport } from '../artefacts.ts';
import { publicFolders } from '../contract/image/input-mount.ts';
import { commandBeforeArguments, runArguments, runEnvironment } from '../contract/image/run-command.ts';
import { WORKING } from '../contract/image/paths.ts';
import { modelsMount } from '../contract/datasets.ts';
import {
  COMPILED_IN_RUN,
  ownMethodsProgram,
  ownPackages,
  TRACE_FLAG,
} from '../contract/precompile/own-methods.ts';
import { pythonLiteral } from '../contract/notebook/ipynb.ts';
import { olderThan } from '../../julia/julia-version.ts';

/** A run that took longer is not made a second time. */
const LONGEST_SECONDS = 60;
/** Where it takes much longer all the same, it is ended. */
const LIMIT_SECONDS = 120;

/**
 * Pure: the Python lines that run what was compiled once more, to see which of the project's own methods it holds no code
 * of; undefined where that cannot be asked or would take long. In depot mode the test has seen it. A script is in no system
 * image, and an app of PackageCompiler 1, which is for Julia 1.5, takes no options of Julia's.
 * @param owner of the datasets, as they are mounted.
 */
export function runAgainProgram(
  project: Project,
  { seconds }: Pick<TestReport, 'seconds'>,
  owner: string,
): string | undefined {
  const { packMode = 'depot', run, juliaVersion } = project;
  const takesOptions = packMode === 'sysimage' || (packMode === 'app' && !olderThan(juliaVersion, 1, 6));
  if (!takesOptions || run.form !== 'entry' || seconds >= LONGEST_SECONDS) return undefined;
  const again = {
    command: commandWithTrace(project, owner),
    environment: runEnvironment(project),
    file: COMPILED_IN_RUN,
    packages: ownPackages(project),
    working: WORKING,
    limit: LIMIT_SECONDS,
  };
  return [`AGAIN = ${pythonLiteral(again)}`, '', ownMethodsProgram()].join('\n');
}

function commandWithTrace(project: Project, owner: string): string[] {
  const models = modelsMount(owner, project);
  const args = runArguments(project, { ...publicFolders(project), models });
  return project.packMode === 'app'
    ? [...commandBeforeArguments(project), ...args, '--julia-args', TRACE_FLAG]
    : [...commandBeforeArguments(project, [TRACE_FLAG]), ...args];
}
