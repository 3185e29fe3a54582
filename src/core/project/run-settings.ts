import * as l10n from '@vscode/l10n';
import { posix } from 'node:path';
import { defined } from '../../base/defined.ts';
import { type ErrorAction, UserError } from '../../base/errors.ts';
import type { CompetitionFacts } from '../project-artefact.ts';
import type { Project, RunSettings, StagedFile, StagedPackage } from '../artefacts.ts';
import type { KaggleConfig } from './config-schema.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { olderThan } from '../../julia/julia-version.ts';
import { depotInstead } from '../contract/diagnosis/remedies.ts';
import type { OpenProject } from './find-project.ts';

/** What the entry point is looked up in. */
export interface RunContext {
  readonly project: Pick<OpenProject, 'name' | 'folder' | 'deps' | 'isPackage'>;
  readonly place: string;
  readonly packages: readonly Pick<StagedPackage, 'name' | 'place'>[];
  readonly files: readonly Pick<StagedFile, 'place'>[];
  readonly juliaVersion: string;
  readonly packMode: Project['packMode'];
  /** Text of `src/<Name>.jl`, as far as it is there. */
  readonly source: string | undefined;
}

/** So many scripts of an environment are named. */
const MOST_SCRIPTS = 5;

/** `function (@main)(args)`, `(@main)(args) = …`, or `@main` alone after a function of that name; not in a comment. */
const DEFINES_MAIN = /^[^#\n]*(?<![\w.@])@main\b/m;

function remedy(): ErrorAction {
  return {
    title: l10n.t(
      'Name what to run in {0}: [run] entry = "Inference.main", or script = "src/Inference.jl".',
      CONFIG_FILE,
    ),
    command: 'choose-entry',
  };
}

/**
 * Pure: what is run: the script or function that `[run]` names, else the function that the package declares with `@main`
 * (Julia 1.11 and newer, "Main functions" of Julia's manual), else the package's own file as a script, as the article
 * does. An environment's script is the only one that it has.
 * @throws UserError `entry-missing` when it is not there or is not staged.
 */
export function runSettings(run: KaggleConfig['run'], context: RunContext): RunSettings {
  const common = { args: run.args, threads: String(run.threads) };
  if (run.predict !== undefined) return { ...predictor(run.predict, run, context), ...common };
  const entry = run.entry ?? (run.script === undefined ? declaredEntry(context) : undefined);
  if (entry !== undefined) return { form: 'entry', target: checkEntry(entry, context), ...common };
  demandPackage(context);
  const script = posix.normalize(run.script ?? defaultScript(context));
  if (!isStaged(posix.join(context.place, script), context)) throw scriptMissing(script, context);
  return { form: 'script', target: script, ...common };
}

/** A function that the competition's host calls, with those that belong to it. */
function predictor(
  predict: string,
  { warmup, reset, fallback, endpoints, stateful }: KaggleConfig['run'],
  context: RunContext,
): Omit<RunSettings, 'args' | 'threads'> {
  const hooks = Object.entries({ warmup, reset, fallback }).flatMap(([name, target]) =>
    target === undefined ? [] : [[name, checkEntry(target, context, name)] as const],
  );
  const target = checkEntry(predict, context, 'predict');
  endpoints?.forEach((each, at) => checkEntry(each, context, `endpoints[${at}]`));
  return { form: 'predict', target, hooks: Object.fromEntries(hooks), ...defined({ endpoints, stateful }) };
}

/**
 * What Kaggle said of the competition decides whether its host calls a function; where it was not asked, the project does.
 * @throws UserError `entry-missing`.
 */
export function demandForm(
  { run: { form, target }, name, competition }: Pick<Project, 'run' | 'name' | 'competition'>,
  facts: CompetitionFacts | undefined,
): void {
  const calls = facts?.callsNotebook ?? form === 'predict';
  if (calls === (form === 'predict')) return;
  throw new UserError({
    code: 'entry-missing',
    title: calls
      ? l10n.t(
          '{0} takes no file: its host calls a function with the hidden data (kaggle_evaluation), and {1} names none.',
          competition,
          CONFIG_FILE,
        )
      : l10n.t(
          '[run] predict = "{0}": the host of {1} calls no function; its data have no kaggle_evaluation.',
          target,
          competition,
        ),
    actions: [
      {
        title: calls
          ? l10n.t(
              'Name it in {0} in place of script or entry: [run] predict = "{1}.predict".',
              CONFIG_FILE,
              name,
            )
          : l10n.t(
              'Write the submission file yourself, in a function that {0} names: [run] entry = "{1}.main".',
              CONFIG_FILE,
              name,
            ),
      },
    ],
  });
}

/**
 * An app starts a function, and a function that is called needs Julia's own program.
 * @throws UserError `entry-missing` where the project is run as a script, or a function is called.
 */
export function demandFunction({
  packMode = 'depot',
  run: { form, target },
  name,
}: Pick<Project, 'packMode' | 'run' | 'name'>): void {
  if (form === 'predict' && packMode !== 'depot')
    throw new UserError({
      code: 'entry-missing',
      title: l10n.t('[pack] mode = "{0}" does not go with [run] predict = "{1}".', packMode, target),
      actions: [depotInstead()],
    });
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

/** Pure: a package's own file; of an environment the only script that it has. @throws UserError `entry-missing`. */
function defaultScript({ project, place, files }: RunContext): string {
  if (project.isPackage) return `src/${project.name}.jl`;
  const own = files
    .map((file) => posix.relative(place, file.place))
    .filter((path) => !/^(?:\.\.|test|docs|deps)\//.test(path));
  const julian = own.filter((path) => path.endsWith('.jl'));
  if (julian.length === 1 && julian[0] !== undefined) return julian[0];
  // A notebook may be of any language, so that none is run unasked.
  const scripts = julian.length > 0 ? julian : own.filter((path) => path.endsWith('.ipynb'));
  const [first, ...others] = scripts.toSorted(byLikelihood).slice(0, MOST_SCRIPTS).map(runScript);
  if (first !== undefined)
    throw new UserError({
      code: 'entry-missing',
      title:
        julian.length > 0
          ? l10n.t('{0} is an environment with {1} scripts: which one is run?', project.name, scripts.length)
          : l10n.t('{0} is an environment whose only scripts are notebooks: which one is run?', project.name),
      actions: [first, ...others],
    });
  throw new UserError({
    code: 'entry-missing',
    title: l10n.t('{0} is an environment without a script: there is nothing to run.', project.name),
    actions: [
      {
        title: l10n.t(
          'Write one, for example predict.jl, and name it in {0}: [run] script = "predict.jl".',
          CONFIG_FILE,
        ),
      },
    ],
  });
}

function runScript(path: string): ErrorAction {
  return {
    title: l10n.t('Run {0}: in {1}, [run] script = {2}.', path, CONFIG_FILE, JSON.stringify(path)),
    command: `choose-entry ${path}`,
  };
}

/** What a script that predicts is called, the likeliest first. */
export const SCRIPT_NAMES = [
  'predict',
  'inference',
  'infer',
  'submission',
  'submit',
  'main',
  'run',
  'script',
];

/** Those first that are called so, then those at the top. */
function byLikelihood(a: string, b: string): number {
  const rank = (path: string): number => {
    const at = SCRIPT_NAMES.indexOf(
      posix
        .basename(path)
        .replace(/\.(?:jl|ipynb)$/, '')
        .toLowerCase(),
    );
    return at < 0 ? SCRIPT_NAMES.length : at;
  };
  const depth = (path: string): number => path.split('/').length;
  return rank(a) - rank(b) || depth(a) - depth(b) || (a < b ? -1 : 1);
}

/** What is compiled is a package. @throws UserError `entry-missing`. */
function demandPackage({ project, packMode }: RunContext): void {
  if (project.isPackage || packMode === undefined || packMode === 'depot') return;
  throw new UserError({
    code: 'entry-missing',
    title: l10n.t('{0} is an environment: it has no package that could be compiled.', project.name),
    actions: [depotInstead()],
  });
}

/** As a script such a module would define its functions and call none of them. */
function declaredEntry({ project, source, juliaVersion }: RunContext): string | undefined {
  if (!project.isPackage || source === undefined || olderThan(juliaVersion, 1, 11)) return undefined;
  return DEFINES_MAIN.test(source) ? `${project.name}.main` : undefined;
}

/** Only the sources of packages on this machine can be looked into; a registered one is believed. */
function checkEntry(entry: string, context: RunContext, key = 'entry'): string {
  const { project, packages } = context;
  const name = entry.slice(0, entry.indexOf('.'));
  if (!project.isPackage && !Object.hasOwn(project.deps, name))
    throw missing(
      l10n.t(
        '[run] {3} = "{0}" needs a package: {1} is an environment, and {2} is none of its dependencies.',
        entry,
        project.name,
        name,
        key,
      ),
    );
  if (name !== project.name && !Object.hasOwn(project.deps, name)) {
    const known = [project.name, ...Object.keys(project.deps)].join(', ');
    throw missing(
      l10n.t('[run] {2} = "{0}": {1} is neither the project nor one of its dependencies.', entry, name, key),
      known,
    );
  }
  const place = name === project.name ? context.place : packages.find((one) => one.name === name)?.place;
  if (place !== undefined && !isStaged(posix.join(place, 'src', `${name}.jl`), context)) {
    throw missing(l10n.t('[run] {2} = "{0}": the package {1} has no src/{1}.jl.', entry, name, key));
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
