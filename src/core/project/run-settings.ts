import * as l10n from '@vscode/l10n';
import { posix } from 'node:path';
import { type ErrorAction, UserError } from '../../base/errors.ts';
import type { Project, RunSettings, StagedFile, StagedPackage } from '../artefacts.ts';
import type { KaggleConfig } from './config-schema.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { olderThan } from '../../julia/julia-version.ts';
import { depotInstead } from '../contract/diagnosis/remedies.ts';
import type { PackageFile } from './find-project.ts';

/** What the entry point is looked up in. */
export interface RunContext {
  readonly project: Pick<PackageFile, 'name' | 'folder' | 'deps'>;
  readonly place: string;
  readonly packages: readonly Pick<StagedPackage, 'name' | 'place'>[];
  readonly files: readonly Pick<StagedFile, 'place'>[];
  readonly juliaVersion: string;
  /** Text of `src/<Name>.jl`, as far as it is there. */
  readonly source: string | undefined;
}

/** `function (@main)(args)`, `(@main)(args) = …`, or `@main` alone after a function of that name; not in a comment. */
const DEFINES_MAIN = /^[^#\n]*(?<![\w.@])@main\b/m;

function remedy(): ErrorAction {
  return {
    title: l10n.t(
      'Name what to run in {0}: [run] entry = "Inference.main", or script = "src/Inference.jl".',
      CONFIG_FILE,
    ),
  };
}

/**
 * Pure: what is run: the script or function that `[run]` names, else the function that the package declares with `@main`
 * (Julia 1.11 and newer, "Main functions" of Julia's manual), else the package's own file as a script, as the article
 * does.
 * @throws UserError `entry-missing` when it is not there or is not staged.
 */
export function runSettings(run: KaggleConfig['run'], context: RunContext): RunSettings {
  const common = { args: run.args, threads: String(run.threads) };
  const entry = run.entry ?? (run.script === undefined ? declaredEntry(context) : undefined);
  if (entry !== undefined) return { form: 'entry', target: checkEntry(entry, context), ...common };
  const script = posix.normalize(run.script ?? `src/${context.project.name}.jl`);
  if (!isStaged(posix.join(context.place, script), context)) throw scriptMissing(script, context);
  return { form: 'script', target: script, ...common };
}

/**
 * An app starts a function.
 * @throws UserError `entry-missing` where the project is run as a script.
 */
export function demandFunction({
  packMode,
  run: { form, target },
  name,
}: Pick<Project, 'packMode' | 'run' | 'name'>): void {
  if (packMode !== 'app' || form === 'entry') return;
  throw new UserError({
    code: 'entry-missing',
    title: l10n.t('An app starts a function, but {0} is run as the script {1}.', name, target),
    actions: [
      {
        title: l10n.t(
          'Name a function in {0}, such as [run] entry = "{1}.julia_main", and define it.',
          CONFIG_FILE,
          name,
        ),
      },
      { title: l10n.t('Or compile a system image, which runs scripts too.'), command: 'mode sysimage' },
      depotInstead(),
    ],
  });
}

/** As a script such a module would define its functions and call none of them. */
function declaredEntry({ project, source, juliaVersion }: RunContext): string | undefined {
  if (source === undefined || olderThan(juliaVersion, 1, 11)) return undefined;
  return DEFINES_MAIN.test(source) ? `${project.name}.main` : undefined;
}

/** Only the sources of packages on this machine can be looked into; a registered one is believed. */
function checkEntry(entry: string, context: RunContext): string {
  const { project, packages } = context;
  const name = entry.slice(0, entry.indexOf('.'));
  if (name !== project.name && !Object.hasOwn(project.deps, name)) {
    const known = [project.name, ...Object.keys(project.deps)].join(', ');
    throw missing(
      l10n.t('[run] entry = "{0}": {1} is neither the project nor one of its dependencies.', entry, name),
      known,
    );
  }
  const place = name === project.name ? context.place : packages.find((one) => one.name === name)?.place;
  if (place !== undefined && !isStaged(posix.join(place, 'src', `${name}.jl`), context)) {
    throw missing(l10n.t('[run] entry = "{0}": the package {1} has no src/{1}.jl.', entry, name));
  }
  return entry;
}

function isStaged(place: string, { files }: RunContext): boolean {
  return files.some((file) => file.place === place);
}

function scriptMissing(script: string, { project }: RunContext): UserError {
  return missing(
    l10n.t('The script {0} is not among the files of {1}.', script, project.name),
    project.folder,
  );
}

function missing(title: string, detail?: string): UserError {
  return new UserError({ code: 'entry-missing', title, detail, actions: [remedy()] });
}
