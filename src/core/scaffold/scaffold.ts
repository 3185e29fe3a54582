import * as l10n from '@vscode/l10n';
import { ownText } from '../../base/own-text.ts';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { systemCode, UserError } from '../../base/errors.ts';
import { exists, fileError, makeFolder } from '../../base/files.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { isAtLeastMinor, parseJuliaVersion } from '../../julia/julia-version.ts';
import { PROJECT_FILE_NAMES } from '../../julia/project-file.ts';
import { competitionSlug } from '../project/config-values.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { julianBridge } from '../contract/evaluation/bridge.ts';
import { isPackageName } from '../project/find-project.ts';
import { type SeenSample, USUAL_SAMPLE } from './seen-sample.ts';

export interface ScaffoldRequest {
  /** Of the package, e.g. `Inference`. */
  readonly name: string;
  readonly competition: string;
  /** Exact. */
  readonly juliaVersion: string;
  readonly uuid: string;
  /** The competition's sample submission; absent: the usual one. */
  readonly sample?: SeenSample;
  /** The competition's host calls a function of the package, which writes no file. */
  readonly callsNotebook?: boolean;
}

/** A file of the new package, below its folder. */
export interface ScaffoldFile {
  readonly path: string;
  readonly text: string;
}

/** Kept as it is when the folder has one: it does the package no harm. */
const MAY_BE_THERE = '.gitignore';
/** What Pkg writes at the top of a Manifest. */
const MANIFEST_HEAD = '# This file is machine-generated - editing it directly is not advised\n';

/**
 * Pure: the files of a package that runs at once: it has a baseline to begin with, for the columns and rows of the sample
 * submission. It has no dependencies, so its Manifest is valid for every Julia and no Julia is needed to make it.
 * @throws UserError `wrong-usage` for a name, competition or version that cannot be.
 */
export function planScaffold({
  name,
  competition,
  juliaVersion,
  uuid,
  sample = USUAL_SAMPLE,
  callsNotebook = false,
}: ScaffoldRequest): ScaffoldFile[] {
  const version = parseJuliaVersion(juliaVersion);
  if (version === undefined)
    throw wrong(l10n.t('"{0}" is no version of Julia.', juliaVersion), '--julia 1.10.5');
  if (!isPackageName(name))
    throw wrong(l10n.t('"{0}" is no name for a Julia package.', name), '--name Inference');
  if (!competitionSlug.safeParse(competition).success)
    throw wrong(
      l10n.t('"{0}" is not the last part of a competition\'s address.', competition),
      '--competition titanic',
    );
  // Format 1 does not say which Julia it is for (julia-facts section 2, "Manifest shapes").
  const old = !isAtLeastMinor(version, 1, 7);
  const fill = (template: string): string =>
    ownText(import.meta.dirname, 'scripts', template)
      .replaceAll('__NAME__', name)
      .replaceAll('__COMPETITION__', competition)
      .replaceAll('__SAMPLE__', () => juliaText(sample.name))
      .replaceAll('__KEYS__', String(sample.keys));
  return [
    { path: 'Project.toml', text: projectToml(name, uuid, `${version.major}.${version.minor}`) },
    { path: 'Manifest.toml', text: emptyManifest(juliaVersion) },
    ...(callsNotebook
      ? [
          { path: `src/${name}.jl`, text: fill('scaffold-predict.jl') },
          { path: 'test/runtests.jl', text: fill('scaffold-predict-tests.jl') },
          ...Object.entries(julianBridge()).map(([file, text]) => ({ path: `test/bridge/${file}`, text })),
        ]
      : [
          { path: `src/${name}.jl`, text: fill('scaffold-package.jl') },
          { path: 'test/runtests.jl', text: fill('scaffold-tests.jl') },
        ]),
    {
      path: CONFIG_FILE,
      text: configToml({ name, competition, callsNotebook }, old ? juliaVersion : undefined),
    },
    { path: MAY_BE_THERE, text: '.julia-kaggle/\n' },
  ];
}

/**
 * Writes the files below the folder, which is made when it is not there. Nothing is ever written over.
 * @returns the paths that were written, relative to the folder.
 * @throws UserError `file-exists` when one is there already (then nothing is written), `disk-full`, `file-unreadable`.
 */
export async function writeScaffold(folder: string, files: readonly ScaffoldFile[]): Promise<string[]> {
  const root = resolve(folder);
  const taken = await demandFree(root, files);
  const wanted = files.filter(({ path }) => !taken.includes(path));
  for (const { path, text } of wanted) await writeNew(root, path, text);
  return wanted.map(({ path }) => path);
}

/**
 * Those of the files that are there and may stay.
 * @throws UserError `file-exists` when another one is there already.
 */
export async function demandFree(root: string, files: readonly ScaffoldFile[]): Promise<string[]> {
  const paths = files.map(({ path }) => path);
  // Beside another name of it, Julia would not read the new one.
  const isNewProject = paths.some((path) => isProjectFile(path));
  const taken = await present(root, [
    ...(isNewProject ? PROJECT_FILE_NAMES : []),
    ...paths,
    ...(await filesForFolders(root, paths)),
  ]);
  const inTheWay = taken.filter((path) => path !== MAY_BE_THERE);
  if (inTheWay.length > 0) throw wouldOverwrite(root, inTheWay);
  return taken;
}

function isProjectFile(path: string): boolean {
  return PROJECT_FILE_NAMES.some((name) => name === path);
}

/** The folders of these paths that are files there. */
async function filesForFolders(root: string, paths: readonly string[]): Promise<string[]> {
  const folders = [...new Set(paths.map((path) => dirname(path)))].filter((folder) => folder !== '.');
  const facts = await Promise.all(folders.map((folder) => stat(join(root, folder)).catch(() => undefined)));
  return folders.filter((_, i) => facts[i]?.isDirectory() === false);
}

async function present(root: string, paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(paths.map((path) => exists(join(root, path))));
  return [...new Set(paths.filter((_, i) => there[i] === true))];
}

async function writeNew(root: string, name: string, text: string): Promise<void> {
  const path = join(root, name);
  try {
    await makeFolder(root);
    // What appeared since we looked is not written over either.
    await new GuardedFolder(root).createNew(name, text);
  } catch (error) {
    // A file where a folder would be, or one that has come up since we looked.
    if (['ENOTDIR', 'EEXIST'].includes(systemCode(error) ?? '')) throw wouldOverwrite(dirname(path), [path]);
    throw fileError(error, path);
  }
}

/** In a string literal of Julia. */
function juliaText(text: string): string {
  return text.replace(/[\\"$]/g, (char) => `\\${char}`);
}

function projectToml(name: string, uuid: string, julia: string): string {
  return `name = "${name}"
uuid = "${uuid}"
version = "0.1.0"

[compat]
julia = "${julia}"

[extras]
Test = "8dfed614-e22c-5e08-85e1-65c5234f0b40"

[targets]
test = ["Test"]
`;
}

/** Pure: the Manifest of a project without dependencies, which is valid without being resolved. @param juliaVersion exact. */
export function emptyManifest(juliaVersion: string): string {
  const version = parseJuliaVersion(juliaVersion);
  // Format 1 does not say which Julia it is for (julia-facts section 2, "Manifest shapes").
  if (version !== undefined && !isAtLeastMinor(version, 1, 7)) return MANIFEST_HEAD;
  return `${MANIFEST_HEAD}
julia_version = "${juliaVersion}"
manifest_format = "2.0"

[deps]
`;
}

function configToml(
  {
    name,
    competition,
    callsNotebook,
  }: Required<Pick<ScaffoldRequest, 'name' | 'competition' | 'callsNotebook'>>,
  juliaVersion: string | undefined,
): string {
  const julia =
    juliaVersion === undefined
      ? ''
      : `# This Julia's Manifest does not say which Julia it was made with.\njulia = "${juliaVersion}"\n`;
  return `# How this package becomes a submission. Only \`competition\` is required.
competition = "${competition}"
${julia}
[run]
${callsNotebook ? calledFunction(name) : writingFunction(name)}
# [models]
# Files that training makes; the program finds them in {models}.
# files = ["model.jld2"]
`;
}

function writingFunction(name: string): string {
  return `# A function of the package that takes the arguments and gives the exit code.
entry = "${name}.main"
# {competition} and {working} stand for folders that lie elsewhere here than on Kaggle.
args = ["--input", "{competition}", "--output", "{working}/submission.csv"]
`;
}

function calledFunction(name: string): string {
  return `# A function of the package that the competition's host calls with each batch of the hidden data.
predict = "${name}.predict"
# stateful = true   # where it remembers earlier calls
`;
}

function wrong(title: string, example: string): UserError {
  return new UserError({
    code: 'wrong-usage',
    title,
    actions: [{ title: l10n.t('Give one such as: {0}', example) }],
  });
}

function wouldOverwrite(root: string, paths: readonly string[]): UserError {
  return new UserError({
    code: 'file-exists',
    title: l10n.t('{0} has {1} already; nothing was written.', root, paths.join(', ')),
    actions: [{ title: l10n.t('Move them away, or name a new folder.') }],
  });
}
