import * as l10n from '@vscode/l10n';
import { basename, posix } from 'node:path';
import { type ErrorAction, UserError } from '../../base/errors.ts';
import { inWords } from '../../base/format.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { userCommand } from '../../base/user-command.ts';
import { includesOf, onlyDefines, packagesOf } from '../../julia/source-facts.ts';
import { type JuliaSource, scanJulia } from '../../julia/source.ts';
import { OWN_MODULES, STANDARD_LIBRARY } from '../../julia/standard-library.ts';
import type { RunSettings, StagedFile } from '../artefacts.ts';
import { CONFIG_FILE } from '../config-file.ts';
import type { OpenProject } from './find-project.ts';

export interface SourceFile extends JuliaSource {
  /** Where it is staged. */
  readonly place: string;
  readonly text: string;
}

/** The source that Julia begins with, and those that it includes. */
export interface Sources {
  readonly files: readonly SourceFile[];
  /** No file is named at run time only, or is not there. */
  readonly isWhole: boolean;
}

/** So many files are looked into, none of them larger: what is generated may be longer, and is not written by hand. */
const MOST_FILES = 300;
const MOST_BYTES = 2_000_000;

/** Pure: the place of the file that Julia begins with. */
export function firstSource(run: RunSettings, { name }: Pick<OpenProject, 'name'>, place: string): string {
  return posix.join(place, run.form === 'script' ? run.target : `src/${name}.jl`);
}

/**
 * Reads a staged source and those that it includes by their names.
 * @param readings by its place, what a script says that holds its code in strings.
 * @throws as `ReadablePlaces`.
 */
export async function readSources(
  first: string,
  files: readonly StagedFile[],
  places: ReadablePlaces,
  readings: ReadonlyMap<string, string>,
): Promise<Sources> {
  const staged = new Map(files.map((file) => [file.place, file]));
  const wanted = new Set([first]);
  const found: SourceFile[] = [];
  let isWhole = true;
  // What is added while it is walked is walked too.
  for (const place of wanted) {
    const file = staged.get(place);
    const isFit =
      file !== undefined && (file.bytes <= MOST_BYTES || readings.has(place)) && found.length < MOST_FILES;
    const said = readings.get(place);
    const text = isFit ? (said ?? file.text ?? (await places.readText(file.source))) : undefined;
    if (text === undefined) {
      isWhole = false;
      continue;
    }
    const source = { place, text, ...scanJulia(text) };
    found.push(source);
    for (const path of includesOf(source)) {
      if (path === undefined) isWhole = false;
      else wanted.add(posix.join(posix.dirname(place), path));
    }
  }
  return { files: found, isWhole };
}

/** Functions that people begin a program with; `julia_main` is PackageCompiler's (julia-facts section 6). */
export const MAINS = ['julia_main', 'main', 'run', 'predict', 'submit'] as const;

/**
 * A script that only defines functions calls none of them: it would end well and write nothing, after image, Julia and
 * build.
 * @throws UserError `entry-missing`.
 */
export function demandActs(
  { form, target }: RunSettings,
  { name, isPackage }: Pick<OpenProject, 'name' | 'isPackage'>,
  { files, isWhole }: Sources,
): void {
  if (form !== 'script' || !isWhole) return;
  const defined = files.map(onlyDefines);
  if (defined.includes(undefined)) return;
  const functions = defined.flatMap((names) => names ?? []);
  if (functions.length === 0 || functions.includes('__init__')) return;
  const isOwn = isPackage && target === `src/${name}.jl`;
  const mains = MAINS.filter((main) => functions.includes(main));
  const [entry, ...others] = isOwn ? mains.map((main) => callOf(`${name}.${main}`)) : [];
  throw new UserError({
    code: 'entry-missing',
    title: l10n.t('{0} only defines functions: run as a script, it calls none of them.', target),
    detail: functions.slice(0, 20).join(', '),
    actions: entry === undefined ? [callSome(name, isOwn)] : [entry, ...others],
  });
}

function callSome(name: string, isOwn: boolean): ErrorAction {
  return {
    title: isOwn
      ? l10n.t(
          'Write a function main that does the work, and name it in {0}: [run] entry = "{1}.main".',
          CONFIG_FILE,
          name,
        )
      : l10n.t(
          'Call one of its functions at its end, or name another file in {0}: [run] script.',
          CONFIG_FILE,
        ),
    command: 'choose-entry',
  };
}

function callOf(entry: string): ErrorAction {
  return {
    title: l10n.t('Name the function to call in {0}: [run] entry = "{1}".', CONFIG_FILE, entry),
    command: 'choose-entry',
  };
}

/**
 * Julia would say of the first package only that it is not there, and after the build. What a program loads in a block,
 * as in `try`, it may do without.
 * @throws UserError `package-missing`.
 */
export function demandDeclared(run: RunSettings, project: OpenProject, { files }: Sources): void {
  // Who changes the load path knows where the package is.
  if (files.some(({ code }) => /\bLOAD_PATH\b/.test(code))) return;
  const own = new Set([project.name, ...files.flatMap(({ modules }) => [...modules])]);
  // A package finds what its Project.toml names; a script the standard library too.
  const isKnown = (name: string): boolean =>
    Object.hasOwn(project.deps, name) ||
    Object.hasOwn(project.weakdeps, name) ||
    own.has(name) ||
    OWN_MODULES.has(name) ||
    (run.form === 'script' && STANDARD_LIBRARY.has(name));
  const missing = [...new Set(files.flatMap(packagesOf))].filter((name) => !isKnown(name));
  if (missing.length === 0) return;
  const file = basename(project.file);
  throw new UserError({
    code: 'package-missing',
    title:
      missing.length === 1
        ? l10n.t('{0} is used, but {1} does not name it.', missing.join(), file)
        : l10n.t('{0} are used, but {1} does not name them.', inWords(missing, 'and'), file),
    detail: project.file,
    actions: [addAll(missing)],
  });
}

/** Pure: one command for all, which changes nothing but what they need. */
function addAll(names: readonly string[]): ErrorAction {
  const plain = { text: names.join(' '), pattern: /^[A-Za-z_]\w*(?: [A-Za-z_]\w*)*$/ };
  const command = userCommand`julia-kaggle resolve --add ${plain} --write`;
  if (command === undefined)
    return { title: l10n.t('Add it: Pkg.add, in Julia, with {0}', names.join(', ')) };
  return {
    title: l10n.t('Add what is missing, in the image: {0}', command),
    command: `resolve add ${plain.text}`,
  };
}
