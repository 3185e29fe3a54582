import * as l10n from '@vscode/l10n';
import { type ErrorAction, UserError } from '../../../base/errors.ts';
import { formatBytes } from '../../../base/format.ts';
import type { DiskSpace } from '../../../docker/disk.ts';
import type { EngineInfo } from '../../../docker/engine.ts';
import type { Project } from '../../artefacts.ts';
import { findingError } from '../../contract/diagnosis/finding.ts';
import { compiledWhat, depotInstead } from '../../contract/diagnosis/remedies.ts';
import { findingsIn, ofProject } from '../../contract/diagnosis/rules.ts';
import { compilerError } from '../../contract/image/compiler.ts';
import { SKIP_DISK_CHECK } from '../../contract/image/kaggle-image.ts';
import { errorExcerpt } from '../../contract/diagnosis/julia-log.ts';
import type { CompilerFacts } from './compiler-facts.ts';
import { MEMORY_BYTES } from './plan.ts';

const DETAIL_LINES = 15;

/** How a program ends that the kernel kills, as it does when the memory runs out; and how Julia says so of one it started. */
const KILLED = 137;
const KILLED_CHILD = 'ProcessSignaled(9)';

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
  const noCompiler = compilerError(project, problem);
  if (noCompiler !== undefined) return noCompiler;
  if (exitCode === KILLED || lines.some((line) => line.includes(KILLED_CHILD)))
    return outOfMemory(project, detail);
  const [atFault] = findings;
  if (atFault !== undefined) return findingError(atFault, 'compile-failed', detail);
  if (problem === 'sample-run')
    return failed(
      l10n.t('{0} failed on the sample data while {1} was made.', project.run.target, what),
      detail,
    );
  if (step === 'get PackageCompiler')
    return failed(l10n.t('PackageCompiler could not be got.'), detail, {
      title: l10n.t(
        'Check the network of the engine, or name a checkout of it in JULIA_KAGGLE_PACKAGE_COMPILER.',
      ),
    });
  return failed(
    l10n.t('PackageCompiler could not make {0} of {1} (exit code {2}).', what, project.name, exitCode),
    detail,
  );
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
    title: l10n.t(
      "Compiling {0} of {1} needs about {2}, and the engine's disk has {3} free.",
      compiledWhat(project),
      project.name,
      formatBytes(neededBytes),
      formatBytes(disk.freeBytes),
    ),
    actions: [
      {
        title: l10n.t(
          'Free some space there (docker system df shows what uses it) and run again; with {0}=off it is tried nevertheless.',
          SKIP_DISK_CHECK,
        ),
      },
      depotInstead(),
    ],
  });
}

function outOfMemory({ name }: Project, detail: string): UserError {
  return new UserError({
    code: 'out-of-memory',
    title: l10n.t(
      'The memory ran out while {0} was compiled, which takes about {1}.',
      name,
      formatBytes(MEMORY_BYTES),
    ),
    detail,
    actions: [
      {
        title: l10n.t(
          'Give the engine more memory (docker info shows what it has), or stop what else runs there.',
        ),
      },
      depotInstead(),
    ],
  });
}

/** Pure: what is said before minutes of compiling that may end for lack of memory; undefined where there is enough. */
export function littleMemory(
  { name }: Project,
  { memoryBytes }: Pick<EngineInfo, 'memoryBytes'>,
): string | undefined {
  if (memoryBytes >= MEMORY_BYTES) return undefined;
  const [has, needs] = [formatBytes(memoryBytes), formatBytes(MEMORY_BYTES)];
  return l10n.t('The engine has {0} of memory, and compiling {1} takes about {2}.', has, name, needs);
}

function failed(title: string, detail: string, first?: ErrorAction): UserError {
  const actions: [ErrorAction, ...ErrorAction[]] = [
    first ?? { title: l10n.t('The log names the place: .julia-kaggle/logs/pack.log.') },
    depotInstead(),
  ];
  return new UserError({ code: 'compile-failed', title, detail, actions });
}
