import { type ErrorAction, UserError } from '../../../base/errors.ts';
import { formatBytes } from '../../../base/format.ts';
import type { DiskSpace } from '../../../docker/disk.ts';
import type { Project } from '../../artefacts.ts';
import { SKIP_DISK_CHECK } from '../../contract/image-space.ts';
import { errorExcerpt } from '../../contract/julia-log.ts';
import { readCompilerOutput } from './read-output.ts';

const DETAIL_LINES = 15;

/** Wordings of Base and Pkg that name the package at fault, in the order of how sure they are. */
const PACKAGE_AT_FAULT = [
  /Failed to precompile ([^\s[]+)/,
  /during initialization of module (\w+)/,
  /Package (\w+) .*(?:not found|is required but does not seem to be installed)/,
  /in expression starting at \S*\/packages\/(\w+)\//,
  /in expression starting at \S*\/dev\/(?:\S*\/)?(\w+)\/src\//,
];

/** Pure: why compiling ended badly. Each way out offers the depot, which needs no compiler. */
export function explainCompile(project: Project, exitCode: number, lines: readonly string[]): UserError {
  const { problem, step } = readCompilerOutput(lines);
  const detail = errorExcerpt(lines, DETAIL_LINES);
  const what = whatOf(project);
  if (lines.some((line) => line.includes('No space left on device')))
    return new UserError({
      code: 'disk-full',
      title: `The engine's disk is full: ${what} of ${project.name} could not be compiled.`,
      detail,
      actions: [
        {
          title:
            'Free some space (docker system df shows what uses it) and run again; it takes 2 GB or more.',
        },
        depotInstead(),
      ],
    });
  if (problem === 'no-compiler') return noCompiler(project, what);
  const culprit = packageAtFault(lines);
  if (culprit !== undefined) return failed(`${culprit} could not be compiled into ${what}.`, detail);
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
    title: `Compiling ${whatOf(project)} of ${project.name} needs about ${formatBytes(neededBytes)}, and the engine's disk has ${formatBytes(disk.freeBytes)} free.`,
    actions: [
      {
        title: `Free some space there (docker system df shows what uses it) and run again; with ${SKIP_DISK_CHECK}=off it is tried nevertheless.`,
      },
      depotInstead(),
    ],
  });
}

function whatOf({ packMode }: Project): string {
  return packMode === 'app' ? 'the app' : 'the system image';
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

/** The one action that always leads on. */
function depotInstead(): ErrorAction {
  return {
    title: 'Pack the depot instead, which needs no compiling: [pack] mode = "depot".',
    command: 'mode depot',
  };
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

function packageAtFault(lines: readonly string[]): string | undefined {
  for (const pattern of PACKAGE_AT_FAULT) {
    for (const line of lines) {
      const name = pattern.exec(line)?.[1];
      if (name !== undefined) return name;
    }
  }
  return undefined;
}
