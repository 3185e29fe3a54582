import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { throwIfAborted } from '../../base/abort.ts';
import { isUserError } from '../../base/errors.ts';
import { ReadablePlaces } from '../../base/readable-places.ts';
import { MANIFEST_NAME } from '../../julia/find-manifest.ts';
import { PROJECT_FILE_NAMES, readProjectFile } from '../../julia/project-file.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { isPackageName } from './find-project.ts';

/** A folder with a Julia project file. */
export interface FoundProject {
  /** Absolute. */
  readonly folder: string;
  /** The package's name, else the folder's. */
  readonly name: string;
  /** Only a package can be submitted; `docs` and `test` are environments mostly. `broken`: the file does not parse. */
  readonly kind: 'package' | 'environment' | 'broken';
  /** It has a JuliaKaggle.toml. */
  readonly configured: boolean;
  /** Names of the Manifests beside the project file: plain ones, and those of a Julia. */
  readonly manifests: readonly string[];
  /** `[workspace] projects`: folders relative to this one. */
  readonly members: readonly string[];
}

export interface FindProjectsOptions {
  readonly signal: AbortSignal;
  /** Folders below the root that are looked into; 0: the root only. */
  readonly depth?: number;
}

const DEPTH = 6;
/** So many folders are read at once: the disk is asked for several, and no descriptor runs out. */
const AT_ONCE = 32;

/** Neither sources nor anybody's projects; hidden folders, the user's `.julia` among them, are not looked into either. */
const SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  'site-packages',
  '__pycache__',
  'venv',
  'target',
  'build',
  'dist',
  'out',
  'deps',
]);

/** A folder with both is somebody's depot, whatever it is called. */
const DEPOT_MARKS = ['packages', 'compiled'];

/**
 * The Julia projects in these folders and below them, links not followed: those with a JuliaKaggle.toml first, then
 * packages, then by path; each once, also when one root lies in another. A folder that cannot be read has none.
 * @throws CancelledError.
 */
export async function findProjects(
  roots: string | readonly string[],
  { signal, depth = DEPTH }: FindProjectsOptions,
): Promise<FoundProject[]> {
  const found = new Map<string, FoundProject>();
  let level = new Set((typeof roots === 'string' ? [roots] : roots).map((root) => resolve(root)));
  const seen = new Set<string>();
  for (let far = 0; level.size > 0 && far <= depth; far += 1) {
    const next = new Set<string>();
    await eachOf(level, signal, async (folder) => {
      seen.add(folder);
      const entries = await entriesOf(folder);
      const project = await projectIn(folder, entries);
      if (project !== undefined) found.set(folder, project);
      for (const name of foldersToEnter(entries)) next.add(join(folder, name));
    });
    level = new Set([...next].filter((folder) => !seen.has(folder)));
  }
  return [...found.values()].sort(
    (a, b) => rank(a) - rank(b) || (a.folder < b.folder ? -1 : a.folder > b.folder ? 1 : 0),
  );
}

function rank({ configured, kind }: FoundProject): number {
  if (configured) return 0;
  return kind === 'package' ? 1 : 2;
}

async function eachOf(
  folders: ReadonlySet<string>,
  signal: AbortSignal,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const rest = [...folders];
  const worker = async (): Promise<void> => {
    for (let folder = rest.pop(); folder !== undefined; folder = rest.pop()) {
      throwIfAborted(signal);
      await work(folder);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rest.length) }, worker));
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

function foldersToEnter(entries: readonly Dirent[]): string[] {
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (DEPOT_MARKS.every((mark) => names.includes(mark))) return [];
  return names.filter((name) => !name.startsWith('.') && !SKIPPED.has(name));
}

async function projectIn(folder: string, entries: readonly Dirent[]): Promise<FoundProject | undefined> {
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  if (!PROJECT_FILE_NAMES.some((name) => files.includes(name))) return undefined;
  const common = {
    folder,
    configured: files.includes(CONFIG_FILE),
    manifests: files.filter((name) => MANIFEST_NAME.test(name)).sort(),
  };
  try {
    const { name, uuid, workspaceProjects } =
      (await readProjectFile(folder, await ReadablePlaces.around(folder))) ?? {};
    const isPackage = name !== undefined && uuid !== undefined && isPackageName(name);
    return {
      ...common,
      name: name ?? basename(folder),
      kind: isPackage ? 'package' : 'environment',
      members: workspaceProjects ?? [],
    };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { ...common, name: basename(folder), kind: 'broken', members: [] };
  }
}
