import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CONFIG_FILE } from '../core/config-file.ts';

/** A folder with a Julia project. */
export interface FoundProject {
  /** Absolute path. */
  readonly folder: string;
  /** The folder's own name. */
  readonly name: string;
  /** It has a JuliaKaggle.toml. */
  readonly configured: boolean;
}

const PROJECT_FILES = ['Project.toml', 'JuliaProject.toml'];

/** The Julia projects in these folders and directly below them: as deep as the activation events look. */
export async function findProjects(roots: readonly string[]): Promise<FoundProject[]> {
  const found = await Promise.all(roots.map((root) => projectsBelow(root)));
  return inOrder(found.flat());
}

/** Pure: each project once, those with a JuliaKaggle.toml first, then by path. */
export function inOrder(projects: readonly FoundProject[]): FoundProject[] {
  const unique = new Map(projects.map((project) => [project.folder, project]));
  const rank = ({ configured }: FoundProject): number => (configured ? 0 : 1);
  return [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.folder < b.folder ? -1 : 1));
}

/** Pure: the project that this folder is, or undefined when the names of its files say that it is none. */
export function projectAt(folder: string, files: readonly string[]): FoundProject | undefined {
  if (!PROJECT_FILES.some((name) => files.includes(name))) return undefined;
  return { folder, name: basename(folder), configured: files.includes(CONFIG_FILE) };
}

/**
 * Pure: the project to work on, or undefined when the person has to say. A choice made before counts as long as its
 * project is there; otherwise the only project does, or the only one with a JuliaKaggle.toml.
 */
export function obviousProject(projects: readonly FoundProject[], chosen?: string): FoundProject | undefined {
  const [first, second] = projects;
  const before = projects.find(({ folder }) => folder === chosen);
  if (before !== undefined) return before;
  return second === undefined || (first?.configured === true && !second.configured) ? first : undefined;
}

async function projectsBelow(root: string): Promise<FoundProject[]> {
  const { files, folders } = await look(root);
  const own = projectAt(root, files);
  const below = await Promise.all(
    folders
      .filter((name) => !name.startsWith('.') && name !== 'node_modules')
      .map(async (name) => projectAt(join(root, name), (await look(join(root, name))).files)),
  );
  return [own, ...below].filter((project) => project !== undefined);
}

/** Names in a folder; none when it cannot be read. */
async function look(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = (wanted: boolean): string[] =>
    entries.filter((entry) => entry.isDirectory() === wanted).map(({ name }) => name);
  return { files: names(false), folders: names(true) };
}
