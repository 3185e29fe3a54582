import { UserError } from '../../base/errors.ts';
import type { ExitState } from '../../docker/engine.ts';
import type { Project } from '../artefacts.ts';
import { errorExcerpt, readJuliaLog } from '../contract/julia-log.ts';

const DETAIL_LINES = 20;

/** Why the run of the entry point ended badly, from its exit state and its output. */
export function explainFailure(project: Project, state: ExitState, lines: readonly string[]): UserError {
  const detail = errorExcerpt(lines, DETAIL_LINES);
  const facts = readJuliaLog(lines);
  const [missing] = facts.missingPackages;
  const [artifact] = facts.downloads;
  if (state.outOfMemory || state.exitCode === 137) {
    return new UserError({
      code: 'out-of-memory',
      title: `${project.name} was killed because it needed more memory than Kaggle's machine has.`,
      detail,
      actions: [{ title: 'Process the data in smaller portions, or use fewer threads ([run] threads).' }],
    });
  }
  if (missing !== undefined) {
    return new UserError({
      code: 'package-missing',
      title: `The package ${missing} is used but not in the project.`,
      detail,
      actions: [
        { title: `Add it: julia --project=. -e 'using Pkg; Pkg.add("${missing}")', then run again.` },
      ],
    });
  }
  if (artifact !== undefined) {
    return new UserError({
      code: 'artifact-missing',
      title: `The artifact "${artifact}" could not be downloaded while ${project.name} ran.`,
      detail,
      actions: [{ title: 'Check its URL in Artifacts.toml and the network of the engine, then run again.' }],
    });
  }
  return new UserError({
    code: 'test-failed',
    title: `${project.run.target} ended with exit code ${state.exitCode} in the image.`,
    detail,
    actions: [
      { title: 'Correct the package and run again; its whole output is in .julia-kaggle/logs/test.log.' },
    ],
  });
}
