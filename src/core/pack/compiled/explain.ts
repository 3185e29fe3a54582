import { type ErrorAction, UserError } from '../../../base/errors.ts';
import { formatBytes } from '../../../base/format.ts';
import type { DiskSpace } from '../../../docker/disk.ts';
import type { Project } from '../../artefacts.ts';
import { findingError } from '../../contract/diagnosis/finding.ts';
import { compiledWhat, depotInstead } from '../../contract/diagnosis/remedies.ts';
import { findingsIn, ofProject } from '../../contract/diagnosis/rules.ts';
import { SKIP_DISK_CHECK } from '../../contract/image/kaggle-image.ts';
import { errorExcerpt } from '../../contract/diagnosis/julia-log.ts';
import type { CompilerFacts } from './compiler-facts.ts';

const DETAIL_LINES = 15;

/** Pure: why compiling ended badly. Each way out offers the depot, which needs no compiler. */
export function explainCompile(
  project: Project,
  exitCode: number,
  lines: readonly string[],
  { problem, step }: Pick<CompilerFacts, 'problem' | 'step'>,
): UserError {
  const detail = errorExcerpt(lines, DETAIL_LINES);
  const what = compiledWhat(project);
  const findings = findingsIn('compile', lines, ofProject(project, lines));
  const diskFull = findings.find(({ kind }) => kind === 'disk-full');
  if (diskFull !== undefined) return findingError(diskFull, 'disk-full', detail);
  if (problem === 'no-compiler') return noCompiler(project, what);
  const [atFault] = findings;
  if (atFault !== undefined) return findingError(atFault, 'compile-failed', detail);
  if (problem === 'sample-run')
    return failed(`${project.run.target} failed on the sample data while ${what} was made.`, detail);
  if (step === 'get PackageCompiler')
    return failed('PackageCompiler could not be got.', detail, {
      title: 'Check the network of the engine, or name a checkout of it in JULIA_KAGGLE_PACKAGE_COMPILER.',
    });
  return failed(`PackageCompiler could not make ${what} of ${project.name} (exit code ${exitCode}).`, detail);
}

/** Pure: why compiling is not begun; undefined where there is room, or where the disk cannot be measured. */
export function noSpaceToCompile(
  project: Project,
  neededBytes: number,
  disk: DiskSpace | undefined,
): UserError | undefined {
  if (disk === undefined || disk.freeBytes >= neededBytes) return undefined;
  return new UserError({
    code: 'disk-full',
    title: `Compiling ${compiledWhat(project)} of ${project.name} needs about ${formatBytes(neededBytes)}, and the engine's disk has ${formatBytes(disk.freeBytes)} free.`,
    actions: [
      {
        title: `Free some space there (docker system df shows what uses it) and run again; with ${SKIP_DISK_CHECK}=off it is tried nevertheless.`,
      },
      depotInstead(),
    ],
  });
}

/** Pure: a script has no function that an app could start. */
export function noFunctionToStart(project: Project): UserError {
  return new UserError({
    code: 'entry-missing',
    title: `An app starts a function, but ${project.name} is run as the script ${project.run.target}.`,
    actions: [
      {
        title: `Name a function in JuliaKaggle.toml, such as [run] entry = "${project.name}.julia_main", and define it.`,
      },
      { title: 'Or compile a system image, which runs scripts too.', command: 'mode sysimage' },
      depotInstead(),
    ],
  });
}

function noCompiler(project: Project, what: string): UserError {
  return new UserError({
    code: 'compiler-missing',
    title: `The image ${project.image} has no C compiler (gcc, clang or cc), which ${what} needs.`,
    actions: [
      depotInstead(),
      {
        title:
          'Or take an image that has one ([image] name), or name it by JULIA_CC as it is called in the image.',
      },
    ],
  });
}

function failed(title: string, detail: string, first?: ErrorAction): UserError {
  const actions: [ErrorAction, ...ErrorAction[]] = [
    first ?? { title: 'The log names the place: .julia-kaggle/logs/pack.log.' },
    depotInstead(),
  ];
  return new UserError({ code: 'compile-failed', title, detail, actions });
}
