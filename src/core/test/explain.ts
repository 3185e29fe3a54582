import { constants } from 'node:os';
import { UserError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import type { ExitState } from '../../docker/engine.ts';
import type { Project } from '../artefacts.ts';
import { addPackage } from '../contract/diagnosis/remedies.ts';
import { artifactError, errorExcerpt, readJuliaLog } from '../contract/julia-log.ts';
import { isKaggleMemory, type Limits } from '../contract/limits.ts';

const DETAIL_LINES = 20;
/** A process that was killed with so much of its limit in use was killed for it, whatever the engine says. */
const NEARLY_ALL = 0.9;
/** Julia throws it when an allocation fails outright, e.g. an array larger than the machine. */
const JULIA_OUT_OF_MEMORY = /^ERROR: (?:LoadError: )?OutOfMemoryError\(\)/;
const MISSING_FILE = /SystemError: opening file "([^"]+)": No such file or directory/;
const KILLED = 9;

const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGSEGV: 'a segmentation fault',
  SIGABRT: 'an abort',
  SIGILL: 'an illegal instruction',
  SIGBUS: 'a bus error',
  SIGFPE: 'an arithmetic fault',
  SIGTERM: 'a request to end',
  SIGKILL: 'a kill',
};

export interface Ending {
  /** How the container ended. */
  readonly state: ExitState;
  /** How the program itself ended: negative for a signal; undefined when nothing was left to tell. */
  readonly exitCode: number | undefined;
  readonly peakMemoryBytes: number;
  readonly limits: Limits;
  readonly lines: readonly string[];
}

/** Pure: why the run of the entry point ended badly: memory, a crash, something missing, or its own exit code. */
export function explainFailure(project: Project, ending: Ending): UserError {
  const { lines } = ending;
  const detail = errorExcerpt(lines, DETAIL_LINES);
  const facts = readJuliaLog(lines);
  const [missing] = facts.missingPackages;
  const [artifact] = facts.downloads;
  const signal = signalOf(ending);
  if (ranOutOfMemory(ending, signal)) return outOfMemory(project, ending, detail);
  if (signal !== undefined) return crash(project, signal, detail);
  if (missing !== undefined) return packageMissing(missing, detail);
  if (project.offlineTest === true && (artifact !== undefined || facts.hosts.length > 0))
    return downloadOffline(project, artifact ?? facts.hosts[0] ?? '', detail);
  if (artifact !== undefined) return artifactError(artifact, `while ${project.name} ran`, facts, detail);
  return failed(project, ending, detail);
}

/** The number of the signal that ended the program, if one did. */
function signalOf({ exitCode, state }: Ending): number | undefined {
  if (exitCode !== undefined) return exitCode < 0 ? -exitCode : undefined;
  // The shell's way to tell it, when the measuring program was ended too.
  return state.exitCode > 128 && state.exitCode < 160 ? state.exitCode - 128 : undefined;
}

function ranOutOfMemory(
  { state, peakMemoryBytes, limits, lines }: Ending,
  signal: number | undefined,
): boolean {
  const atLimit = peakMemoryBytes >= NEARLY_ALL * limits.memoryBytes;
  return (
    state.outOfMemory ||
    (signal === KILLED && atLimit) ||
    lines.some((line) => JULIA_OUT_OF_MEMORY.test(line))
  );
}

function outOfMemory(project: Project, { limits }: Ending, detail: string): UserError {
  const memory = formatBytes(limits.memoryBytes);
  return new UserError({
    code: 'out-of-memory',
    title: isKaggleMemory(limits)
      ? `${project.name} needed more memory than Kaggle's machine has (${memory}).`
      : `${project.name} needed more memory than this engine has (${memory}); Kaggle's machine has more.`,
    detail,
    actions: [
      { title: 'Process the data in smaller portions, or use fewer threads ([run] threads).' },
      ...(isKaggleMemory(limits) ? [] : [{ title: "Give the engine's machine more memory." }]),
    ],
  });
}

function crash(project: Project, signal: number, detail: string): UserError {
  const [name = `signal ${signal}`] =
    Object.entries(constants.signals).find(([, number]) => number === signal) ?? [];
  const words = SIGNAL_WORDS[name];
  return new UserError({
    code: 'test-failed',
    title: `${project.run.target} crashed in the image: ${words === undefined ? name : `${words} (${name})`}.`,
    detail,
    actions: [
      {
        title:
          signal === KILLED
            ? 'It was killed from outside and not for its memory: run again.'
            : 'A library called from Julia is at fault mostly (ccall, a JLL, @inbounds): the log names the place, .julia-kaggle/logs/test.log.',
      },
    ],
  });
}

function packageMissing(name: string, detail: string): UserError {
  return new UserError({
    code: 'package-missing',
    title: `The package ${name} is used but not in the project.`,
    detail,
    actions: [addPackage(name)],
  });
}

/** @param what The artifact or the host. */
function downloadOffline({ name }: Project, what: string, detail: string): UserError {
  return new UserError({
    code: 'test-download',
    title: `${name} wanted to download something (${what}) in the test, which JuliaKaggle.toml has run without network.`,
    detail,
    actions: [
      {
        title:
          'Set network = true under [test] in JuliaKaggle.toml and run again: what the test downloads is packed with the depot.',
      },
      { title: 'Or take it from the data or the models ({competition}, {models} in [run] args).' },
    ],
  });
}

function failed(project: Project, { state, lines }: Ending, detail: string): UserError {
  const missing = lines.map((line) => MISSING_FILE.exec(line)?.[1]).find((path) => path !== undefined);
  const title =
    missing === undefined
      ? `${project.run.target} ended with exit code ${state.exitCode} in the image.`
      : `${project.run.target} opened ${missing}, which is not there in the image.`;
  const remedy =
    missing === undefined
      ? 'Correct the package and run again; its whole output is in .julia-kaggle/logs/test.log.'
      : 'Take folders from the arguments ({competition}, {models}, {working} in [run] args), and list models in [models] files.';
  return new UserError({ code: 'test-failed', title, detail, actions: [{ title: remedy }] });
}

/**
 * The run ended well, and its submission is not where it should be.
 * @param found Files that it left in the working folder, relative to it.
 */
export function submissionMissing(name: string, working: string, found: readonly string[]): UserError {
  const left = found.length === 0 ? 'nothing' : found.slice(0, 5).join(', ');
  return new UserError({
    code: 'submission-file',
    title: `The run ended well but wrote no ${name} in ${working}; it left ${left} there.`,
    actions: [
      {
        title: `Write it to {working}/${name}, or set [output] file in JuliaKaggle.toml to the name it has.`,
      },
    ],
  });
}
