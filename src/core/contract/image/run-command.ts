import type { Project, RunSettings } from '../../artefacts.ts';
import { JULIA_ENVIRONMENT, juliaFlags } from '../depot/julia-environment.ts';
import { olderThan } from '../../../julia/julia-version.ts';
import { fillPlaceholders, type RunFolders } from '../../config-file.ts';
import { ANSWER, ENTER } from '../evaluation/bridge.ts';
import { APP, APP_NAME, appDepot, juliaProgram, stagedFolder, SYSIMAGE } from './paths.ts';

/** The project's own arguments with the folders filled in. */
export function runArguments(project: Project, folders: RunFolders): string[] {
  return project.run.args.map((argument) => fillPlaceholders(argument, folders));
}

/** The command that runs the project in the image from its depot, with more options of Julia's, as an argument list (no shell is involved). */
export function runCommand(project: Project, folders: RunFolders, options: readonly string[] = []): string[] {
  const command = juliaCommand(project, options).map((part) => fillPlaceholders(part, folders));
  return [...command, ...runArguments(project, folders)];
}

/** The notebook's command up to the project's own arguments, in each mode of `[pack]`; an app takes no options before them. */
export function commandBeforeArguments(project: Project, options: readonly string[] = []): string[] {
  switch (project.packMode ?? 'depot') {
    case 'depot':
      return juliaCommand(project, options);
    case 'sysimage':
      return juliaCommand(project, [sysimageFlag(), ...options]);
    case 'app':
      return appCommand(project);
  }
}

/** Julia's option that starts it with the compiled system image. */
export function sysimageFlag(): string {
  return `--sysimage=${SYSIMAGE}`;
}

/** The variables of the notebook's command. */
export function runEnvironment(project: Project): Readonly<Record<string, string>> {
  const offline = { ...JULIA_ENVIRONMENT, JULIA_PKG_OFFLINE: 'true' };
  if (project.packMode !== 'app') return offline;
  return {
    ...offline,
    JULIA_DEPOT_PATH: `${appDepot(project.juliaVersion)}:`,
    // The libraries of a Julia that came from a distribution find each other by this only (julia-facts section 6).
    LD_LIBRARY_PATH: [`${APP}/lib`, `${APP}/lib/julia`, JULIA_ENVIRONMENT['LD_LIBRARY_PATH']].join(':'),
  };
}

/** `--` ends Julia's options, so the project's arguments may begin with dashes. */
function juliaCommand(project: Project, options: readonly string[]): string[] {
  const folder = stagedFolder(project.place);
  const { run } = project;
  return [
    ...(run.form === 'predict' ? ['python3', '-B', ENTER, callsOf(run)] : []),
    juliaProgram(project.juliaVersion),
    ...juliaFlags(folder, run.threads),
    ...options,
    ...program(run, folder),
  ];
}

function program(run: RunSettings, folder: string): string[] {
  switch (run.form) {
    case 'entry':
      return ['-e', entryProgram(run), '--'];
    case 'script':
      return ['--', `${folder}/${run.target}`];
    case 'predict':
      return ['--', ANSWER];
  }
}

/** Which functions are called, for the Python that starts Julia and has its calls answered. */
function callsOf({ target, endpoints = [], hooks = {}, stateful = false }: RunSettings): string {
  const others = endpoints.map((each) => [each.split('.').at(-1) ?? each, each] as const);
  const all = { ...Object.fromEntries(others), predict: target };
  return JSON.stringify({ folder: '{competition}', endpoints: all, hooks, stateful });
}

/** An app takes Julia's options in some versions only, but each reads the variable; `auto` is no value of it below 1.7. */
function appCommand({ run, juliaVersion }: Project): string[] {
  const program = `${APP}/bin/${APP_NAME}`;
  if (run.threads !== 'auto' || !olderThan(juliaVersion, 1, 7))
    return ['env', `JULIA_NUM_THREADS=${run.threads}`, program];
  return ['sh', '-c', 'JULIA_NUM_THREADS=$(nproc) exec "$0" "$@"', program];
}

/**
 * Loads the package, so that its own cache is used, and calls the function with the arguments, or without when it
 * takes none. An integer result is the exit code, as with `julia_main`; `true` is an Integer to Julia, and no exit code.
 */
export function entryProgram(run: Pick<RunSettings, 'target'>): string {
  const [packageName = '', ...rest] = run.target.split('.');
  return [
    `import ${packageName}`,
    `const entry = ${[packageName, ...rest].join('.')}`,
    'const result = applicable(entry, ARGS) ? entry(ARGS) : entry()',
    'exit(result isa Integer && !(result isa Bool) ? Int(result) : 0)',
  ].join('; ');
}
