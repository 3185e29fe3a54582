import * as l10n from '@vscode/l10n';
import { UserError } from '../../base/errors.ts';
import type { ExitState } from '../../docker/engine.ts';
import type { Project } from '../artefacts.ts';
import { calledFailure } from '../contract/diagnosis/called-failure.ts';
import { findingError, type FindingKind } from '../contract/diagnosis/finding.ts';
import { findingsIn, ofProject } from '../contract/diagnosis/rules.ts';
import { outOfMemoryInTest } from '../contract/diagnosis/rules/machine.ts';
import { endedWith, readJuliaException } from '../contract/diagnosis/julia-exception.ts';
import { cleanLines, errorExcerpt } from '../contract/diagnosis/julia-log.ts';
import type { Limits } from '../contract/image/limits.ts';

const DETAIL_LINES = 20;
/** A process that was killed with so much of its limit in use was killed for it, whatever the engine says. */
const NEARLY_ALL = 0.9;
const KILLED = 9;

/** Linux's, by their numbers from 1: the program ran in a container, whatever this machine is. (signal(7)) */
const SIGNALS = [
  ...[
    'SIGHUP',
    'SIGINT',
    'SIGQUIT',
    'SIGILL',
    'SIGTRAP',
    'SIGABRT',
    'SIGBUS',
    'SIGFPE',
    'SIGKILL',
    'SIGUSR1',
  ],
  ...['SIGSEGV', 'SIGUSR2', 'SIGPIPE', 'SIGALRM', 'SIGTERM', 'SIGSTKFLT', 'SIGCHLD', 'SIGCONT', 'SIGSTOP'],
  ...['SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF', 'SIGWINCH'],
  ...['SIGIO', 'SIGPWR', 'SIGSYS'],
];

function signalWords(): Readonly<Record<string, string>> {
  return {
    SIGSEGV: l10n.t('a segmentation fault'),
    SIGABRT: l10n.t('an abort'),
    SIGILL: l10n.t('an illegal instruction'),
    SIGBUS: l10n.t('a bus error'),
    SIGFPE: l10n.t('an arithmetic fault'),
    SIGTERM: l10n.t('a request to end'),
    SIGKILL: l10n.t('a kill'),
  };
}

export interface Ending {
  /** How the container ended. */
  readonly state: ExitState;
  /** How the program itself ended: negative for a signal; undefined when nothing was left to tell. */
  readonly exitCode: number | undefined;
  readonly peakMemoryBytes: number;
  readonly limits: Limits;
  readonly lines: readonly string[];
}

/** A package that is missing is what a user has to do with; what it would have fetched comes later. */
const ORDER: readonly FindingKind[] = [
  'out-of-memory',
  'package-missing',
  'download',
  'host',
  'file-missing',
];

/** Pure: why the run of the entry point ended badly: memory, a crash, something missing, or its own exit code. */
export function explainFailure(project: Project, ending: Ending): UserError {
  const { lines, limits } = ending;
  const detail = errorExcerpt(lines, DETAIL_LINES);
  const findings = findingsIn('test', lines, { ...ofProject(project, lines), limits });
  const signal = signalOf(ending);
  const [first] = ORDER.flatMap((kind) => findings.filter((each) => each.kind === kind));
  const isOutOfMemory = first?.kind === 'out-of-memory' || ranOutOfMemory(ending, signal);
  if (isOutOfMemory) return outOfMemory(project, ending, detail);
  if (signal !== undefined) return crash(project, signal, detail);
  return first === undefined ? failed(project, ending, detail) : findingError(first, 'test-failed', detail);
}

/** The number of the signal that ended the program, if one did. */
function signalOf({ exitCode, state }: Ending): number | undefined {
  if (exitCode !== undefined) return exitCode < 0 ? -exitCode : undefined;
  // The shell's way to tell it, when the measuring program was ended too.
  return state.exitCode > 128 && state.exitCode < 160 ? state.exitCode - 128 : undefined;
}

function ranOutOfMemory({ state, peakMemoryBytes, limits }: Ending, signal: number | undefined): boolean {
  const atLimit = peakMemoryBytes >= NEARLY_ALL * limits.memoryBytes;
  return state.outOfMemory || (signal === KILLED && atLimit);
}

function outOfMemory(project: Project, { limits }: Ending, detail: string): UserError {
  const { title, remedies } = outOfMemoryInTest({ project, limits });
  return new UserError({ code: 'out-of-memory', title, detail, actions: remedies });
}

function crash(project: Project, signal: number, detail: string): UserError {
  const name = SIGNALS[signal - 1] ?? l10n.t('signal {0}', signal);
  const words = signalWords()[name];
  return new UserError({
    code: 'test-failed',
    title: l10n.t(
      '{0} crashed in the image: {1}.',
      project.run.target,
      words === undefined ? name : l10n.t('{0} ({1})', words, name),
    ),
    detail,
    actions: [
      {
        title:
          signal === KILLED
            ? l10n.t('It was killed from outside and not for its memory: run again.')
            : l10n.t(
                'A library called from Julia is at fault mostly (ccall, a JLL, @inbounds): the log names the place, .julia-kaggle/logs/test.log.',
              ),
      },
    ],
  });
}

function failed(project: Project, { state, lines }: Ending, detail: string): UserError {
  const exception = readJuliaException(cleanLines(lines));
  return new UserError({
    code: 'test-failed',
    title:
      calledFailure(project, lines) ??
      (exception === undefined
        ? l10n.t('{0} ended with exit code {1} in the image.', project.run.target, state.exitCode)
        : endedWith(exception)),
    detail,
    actions: [
      {
        title: l10n.t(
          'Correct the package and run again; its whole output is in .julia-kaggle/logs/test.log.',
        ),
      },
    ],
  });
}

/**
 * The run ended well, and its submission is not where it should be.
 * @param found Files that it left in the working folder, relative to it.
 */
export function submissionMissing(
  { name: packageName, run, output }: Pick<Project, 'name' | 'run' | 'output'>,
  working: string,
  found: readonly string[],
): UserError {
  const name = output.file;
  const left = found.length === 0 ? l10n.t('nothing') : found.slice(0, 5).join(', ');
  // As a script, a module that only defines functions ends well and does nothing.
  const isModule = run.form === 'script' && run.target === `src/${packageName}.jl` && found.length === 0;
  const nameTheFunction = {
    title: l10n.t(
      'If {0} only defines functions, name the one to call in JuliaKaggle.toml: [run] entry = "{1}.main".',
      run.target,
      packageName,
    ),
    command: 'choose-entry',
  };
  const writeIt = {
    title: l10n.t(
      'Write it to {working}/{0}, or set [output] file in JuliaKaggle.toml to the name it has.',
      name,
    ),
  };
  return new UserError({
    code: 'submission-file',
    title: l10n.t('The run ended well but wrote no {0} in {1}; it left {2} there.', name, working, left),
    actions: isModule ? [nameTheFunction, writeIt] : [writeIt],
  });
}
