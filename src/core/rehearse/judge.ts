import { UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import type { NotebookResult } from '../../docker/notebook-runner.ts';
import type { Project } from '../artefacts.ts';
import { errorExcerpt, readJuliaLog } from '../contract/julia-log.ts';
import type { StepReport } from '../contract/step-reports.ts';

const DETAIL_LINES = 20;

export interface RehearsalOutcome {
  readonly result: Pick<NotebookResult, 'state' | 'error' | 'seconds'>;
  /** The log's lines in order. */
  readonly lines: readonly string[];
  readonly steps: readonly StepReport[];
  readonly hasOutput: boolean;
}

/**
 * Pure: what a rehearsal showed. Returns when it passed.
 * @throws UserError `rehearsal-download`, `rehearsal-recompile`, `out-of-memory`, `rehearsal-failed`, `submission-file`.
 */
export function judge(project: Project, outcome: RehearsalOutcome): void {
  const facts = readJuliaLog(outcome.lines);
  const detail = errorExcerpt(outcome.lines, DETAIL_LINES);
  const [artifact] = facts.downloads;
  const [host] = facts.hosts;
  if (artifact !== undefined) throw missingArtifact(artifact, detail);
  if (host !== undefined) throw reachedOut(host, detail);
  throwIfFailed(project, outcome, detail);
  const recompiled = [...new Set([...facts.recompiled, ...recompiledBySteps(outcome.steps)])];
  if (recompiled.length > 0) throw recompilation(recompiled, detail);
  if (!outcome.hasOutput) throw noOutput(project);
}

/** `…/compiled/v1.5/Inference/abcde_fghij.ji` gives `Inference`. */
function recompiledBySteps(steps: readonly StepReport[]): string[] {
  return steps.flatMap((step) => step.recompiled ?? []).map((path) => path.split('/').at(-2) ?? path);
}

function throwIfFailed(project: Project, { result, lines }: RehearsalOutcome, detail: string): void {
  switch (result.state) {
    case 'complete':
      return;
    case 'out-of-memory':
      throw new UserError({
        code: 'out-of-memory',
        title: 'The rehearsal was killed because it needed more memory than Kaggle has.',
        detail,
        actions: [{ title: 'Process the data in smaller portions, or use fewer threads ([run] threads).' }],
      });
    case 'timeout':
      throw failed(
        `The rehearsal ran over the time limit (${formatDuration(result.seconds * 1000)}).`,
        detail,
      );
    case 'error':
    case 'runner-failed': {
      const [missing] = readJuliaLog(lines).missingPackages;
      if (missing !== undefined) throw missingPackage(missing, detail);
      throw failed(
        `The notebook of ${project.name} failed: ${result.error?.message ?? 'it could not be run'}`,
        detail,
      );
    }
  }
}

function missingArtifact(artifact: string, detail: string): UserError {
  return new UserError({
    code: 'rehearsal-download',
    title: `The artifact "${artifact}" is not in the depot: Julia tried to download it, and on Kaggle there is no network.`,
    detail,
    actions: [
      {
        title: 'Build again so that it is fetched: julia-kaggle run --fresh build.',
        command: 'run --fresh build',
      },
      {
        title:
          'If it is lazy, let the test run use it, or take lazy = true out of its entry in Artifacts.toml.',
      },
    ],
  });
}

function reachedOut(host: string, detail: string): UserError {
  return new UserError({
    code: 'rehearsal-download',
    title: `The run tried to reach ${host}, and on Kaggle there is no network.`,
    detail,
    actions: [{ title: 'Make the file part of the package, an artifact or a model, and run again.' }],
  });
}

function missingPackage(name: string, detail: string): UserError {
  return new UserError({
    code: 'package-missing',
    title: `The package ${name} is not in the bundle.`,
    detail,
    actions: [{ title: `Add ${name} to the project (Pkg.add), then run again.` }],
  });
}

function recompilation(names: readonly string[], detail: string): UserError {
  return new UserError({
    code: 'rehearsal-recompile',
    title: `Julia compiled again what was compiled before: ${names.join(', ')}.`,
    detail,
    actions: [
      { title: 'Build again: julia-kaggle run --fresh build.', command: 'run --fresh build' },
      { title: 'The log (.julia-kaggle/logs/rehearse.log) says which cache was rejected and why.' },
    ],
  });
}

function noOutput(project: Project): UserError {
  return new UserError({
    code: 'submission-file',
    title: `The rehearsal wrote no ${project.output.file}.`,
    actions: [
      { title: `Write it to {working}/${project.output.file}, or set [output] file in JuliaKaggle.toml.` },
    ],
  });
}

function failed(title: string, detail: string): UserError {
  return new UserError({
    code: 'rehearsal-failed',
    title,
    detail,
    actions: [{ title: 'Correct the package and run again; the log is .julia-kaggle/logs/rehearse.log.' }],
  });
}
