import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { GuardedFolder } from '../../base/guarded-folder.ts';

/** A file or folder that JuliaKaggle.toml names. */
export interface NamedFile {
  /** As it is written: relative to JuliaKaggle.toml. */
  readonly path: string;
  readonly kind: 'script' | 'model' | 'data';
}

/** Folders that hold neither models nor the package's programs. */
const SKIPPED = /^(\.|node_modules$|docs$)/;
/** What may be a model: not the package's own text files, and nothing that Kaggle would unpack. */
const NO_MODEL = /\.(jl|toml|md|ipynb|zip|tar|tgz|gz|7z|whl)$|^(LICENSE|Makefile)/i;
const MOST = 50;
const DEPTH = 3;

/** What the project in this folder has to offer for a key of its JuliaKaggle.toml. */
export async function nearbyValues(key: string, folder: string): Promise<readonly string[]> {
  switch (key) {
    case 'run.entry':
      return entries(folder);
    case 'run.script':
      return (await filesBelow(folder)).filter((path) => path.endsWith('.jl')).slice(0, MOST);
    case 'models.files':
      return modelsAmong(await filesBelow(folder)).slice(0, MOST);
    case 'data.folder':
    case 'data.hidden':
      return (await foldersBeside(folder)).slice(0, MOST);
    default:
      return [];
  }
}

/** Files that may be models, then the folders that hold nothing else. */
function modelsAmong(files: readonly string[]): string[] {
  const isModel = (path: string): boolean => !NO_MODEL.test(posix.basename(path));
  const models = files.filter(isModel);
  const folders = [...new Set(models.map((path) => posix.dirname(path)))].filter(
    (folder) => folder !== '.' && files.filter((path) => path.startsWith(`${folder}/`)).every(isModel),
  );
  return [...models, ...folders];
}

async function entries(folder: string): Promise<string[]> {
  const text = await new GuardedFolder(resolve(folder)).readText('Project.toml').catch(() => undefined);
  const [, name] = /^name\s*=\s*"([^"]+)"/m.exec(text ?? '') ?? [];
  return name === undefined ? [] : [`${name}.main`];
}

/** Relative paths with `/`. */
async function filesBelow(folder: string, prefix = '', depth = DEPTH): Promise<string[]> {
  const found = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => []);
  const files = found
    .filter((one) => one.isFile() && !SKIPPED.test(one.name))
    .map(({ name }) => prefix + name);
  const inner = found.filter((one) => one.isDirectory() && depth > 1 && !SKIPPED.test(one.name));
  for (const { name } of inner) files.push(...(await filesBelow(folder, `${prefix}${name}/`, depth - 1)));
  return files;
}

/** Folders in the project's, and beside it. */
async function foldersBeside(folder: string): Promise<string[]> {
  const below = await foldersIn(folder);
  const beside = (await foldersIn(join(folder, '..'))).map((name) => `../${name}`);
  return [...below, ...beside];
}

async function foldersIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found.filter((one) => one.isDirectory() && !SKIPPED.test(one.name)).map(({ name }) => name);
}

export type Missing<Named extends NamedFile> = Named & { readonly because: 'missing' | 'other-kind' };

const FITS: Readonly<Record<NamedFile['kind'], (found: Stats) => boolean>> = {
  script: (found) => found.isFile(),
  model: (found) => found.isFile() || found.isDirectory(),
  data: (found) => found.isDirectory(),
};

/** Those of the named files and folders that are not there, or are a file for a folder or the reverse. */
export async function missingFiles<Named extends NamedFile>(
  files: readonly Named[],
  folder: string,
): Promise<Missing<Named>[]> {
  const looked = await Promise.all(
    files.map(async (file): Promise<Missing<Named> | undefined> => {
      const found = await stat(resolve(folder, file.path)).catch(() => undefined);
      if (found === undefined) return { ...file, because: 'missing' };
      return FITS[file.kind](found) ? undefined : { ...file, because: 'other-kind' };
    }),
  );
  return looked.filter((file) => file !== undefined);
}
