import type { Project, RunSettings } from '../artefacts.ts';
import { juliaFlags } from './julia-environment.ts';
import { juliaProgram, stagedFolder } from './paths.ts';

/** Values of the placeholders of `[run] args`: absolute folders inside the image. */
export interface RunFolders {
  readonly competition: string;
  readonly models: string;
  readonly working: string;
}

/** Replaces `{competition}`, `{models}` and `{working}`; nothing else is touched, values are never expanded again. */
export function fillPlaceholders(text: string, folders: RunFolders): string {
  return text.replace(/\{(competition|models|working)\}/g, (_, name: keyof RunFolders) => folders[name]);
}

/** The command that runs the project in the image, as an argument list (no shell is involved). */
export function runCommand(project: Project, folders: RunFolders): string[] {
  return [
    ...commandBeforeArguments(project),
    ...project.run.args.map((argument) => fillPlaceholders(argument, folders)),
  ];
}

/** The command up to the project's own arguments. `--` ends Julia's options, so theirs may begin with dashes. */
export function commandBeforeArguments(project: Project): string[] {
  const folder = stagedFolder(project.place);
  return [
    juliaProgram(project.juliaVersion),
    ...juliaFlags(folder, project.run.threads),
    ...(project.run.form === 'entry'
      ? ['-e', entryProgram(project.run), '--']
      : ['--', `${folder}/${project.run.target}`]),
  ];
}

/**
 * Loads the package, so that its own cache is used, and calls the function with the arguments, or without when it
 * takes none. An integer result is the exit code, as with `julia_main`; `true` is an Integer to Julia, and no exit code.
 */
function entryProgram(run: RunSettings): string {
  const [packageName = '', ...rest] = run.target.split('.');
  return [
    `import ${packageName}`,
    `const entry = ${[packageName, ...rest].join('.')}`,
    'const result = applicable(entry, ARGS) ? entry(ARGS) : entry()',
    'exit(result isa Integer && !(result isa Bool) ? Int(result) : 0)',
  ].join('; ');
}
