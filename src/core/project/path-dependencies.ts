import * as l10n from '@vscode/l10n';
import { isAbsolute, join, relative, resolve, sep, win32 } from 'node:path';
import { type ErrorAction, UserError } from '../../base/errors.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import type { Manifest, ManifestEntry } from '../../julia/manifest.ts';
import { type ProjectFile, readProjectFile } from '../../julia/project-file.ts';
import { pathArgument, userCommand } from '../../base/user-command.ts';

/** A package whose source is staged from this machine. */
export interface LocalPackage {
  readonly name: string;
  readonly uuid: string;
  /** Absolute. */
  readonly folder: string;
  /** Undefined for the odd package that has none. */
  readonly project: ProjectFile | undefined;
}

/**
 * The Manifest's path dependencies, those of path dependencies included, without the project itself.
 * @throws UserError `path-dependency-missing` for a folder that is not there or has no package in it, and for an
 * absolute path; `toml-syntax`; as `ReadablePlaces`.
 */
export async function findPathDependencies(
  manifest: Manifest,
  projectFolder: string,
  places: ReadablePlaces,
): Promise<LocalPackage[]> {
  const found: LocalPackage[] = [];
  for (const { entry, folder } of pathEntries(manifest, projectFolder)) {
    if (found.some((other) => other.folder === folder)) continue;
    found.push(await open(entry, folder, { manifest, places }));
  }
  return found;
}

/**
 * Pure: the Manifest's entries with a path, and the absolute folders that they name, without the project's own.
 * @throws UserError `path-dependency-missing` for an absolute path, and for one that only Windows reads.
 */
export function pathEntries(
  manifest: Manifest,
  projectFolder: string,
): { readonly entry: ManifestEntry; readonly folder: string }[] {
  return manifest.entries.flatMap((entry) => {
    if (entry.path === undefined) return [];
    // `win32` knows both forms: a Manifest may have been written on Windows.
    if (win32.isAbsolute(entry.path)) throw absolutePath(entry, entry.path, manifest, projectFolder);
    // Julia on Kaggle takes it for a part of the name.
    if (entry.path.includes('\\')) throw withBackslashes(entry, entry.path, manifest);
    const folder = resolve(manifest.folder, entry.path);
    return folder === projectFolder ? [] : [{ entry, folder }];
  });
}

interface Around {
  readonly manifest: Manifest;
  readonly places: ReadablePlaces;
}

async function open(
  entry: ManifestEntry,
  folder: string,
  { manifest, places }: Around,
): Promise<LocalPackage> {
  const detail = l10n.t('{0} says path = "{1}".', manifest.file, entry.path ?? '');
  if ((await places.look(folder))?.isDirectory() !== true) {
    throw missing(entry.name, l10n.t('there is no folder {0}', folder), detail);
  }
  const project = await readProjectFile(folder, places);
  const source = join(folder, 'src', `${entry.name}.jl`);
  if (project === undefined && (await places.look(source)) === undefined) {
    throw missing(entry.name, l10n.t('{0} has no package in it', folder), detail);
  }
  return { name: entry.name, uuid: entry.uuid ?? project?.uuid ?? '', folder, project };
}

function missing(name: string, problem: string, detail: string): UserError {
  return new UserError({
    code: 'path-dependency-missing',
    title: l10n.t('The path dependency {0} is missing: {1}.', name, problem),
    detail,
    actions: [
      { title: l10n.t('Put the package there; a git submodule comes with: git submodule update --init.') },
      { title: l10n.t('Or say where it is: {0}', developed(`../${name}`)) },
      fromRegistry(name),
    ],
  });
}

function absolutePath(
  entry: ManifestEntry,
  path: string,
  manifest: Manifest,
  projectFolder: string,
): UserError {
  const way = relative(projectFolder, path).split(sep).join('/');
  // Nothing relative leads to another drive, or to another machine's: the package has to move.
  const target = isAbsolute(path) && !win32.isAbsolute(way) ? way : `../${entry.name}`;
  return new UserError({
    code: 'path-dependency-missing',
    title: l10n.t(
      'The path dependency {0} has the absolute path {1}, which cannot hold on Kaggle.',
      entry.name,
      path,
    ),
    detail: l10n.t('in {0}', manifest.file),
    actions: [{ title: l10n.t('Say where it is here: {0}', developed(target)) }, fromRegistry(entry.name)],
  });
}

function withBackslashes(entry: ManifestEntry, path: string, manifest: Manifest): UserError {
  return new UserError({
    code: 'path-dependency-missing',
    title: l10n.t(
      'The path dependency {0} has the path {1} with backslashes, which only Windows reads.',
      entry.name,
      path,
    ),
    detail: l10n.t('in {0}', manifest.file),
    actions: [
      { title: l10n.t('Write it as path = "{0}" in {1}.', path.replaceAll('\\', '/'), manifest.file) },
    ],
  });
}

function developed(path: string): string {
  return (
    userCommand`julia-kaggle resolve --develop ${pathArgument(path)} --write` ??
    l10n.t('julia-kaggle resolve --develop, with its folder.')
  );
}

function fromRegistry(name: string): ErrorAction {
  return {
    title: l10n.t(
      'Or resolve without that folder, with the version of a registry: {0}',
      userCommand`julia-kaggle resolve --without ${{ text: name, pattern: /^[A-Za-z_]\w*$/ }} --write` ??
        l10n.t('julia-kaggle resolve --without, with its name.'),
    ),
    command: `resolve without ${name}`,
  };
}
