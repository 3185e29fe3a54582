import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PROJECT_FILE_NAMES } from '../../julia/project-file.ts';
import { CONFIG_FILE } from '../config-file.ts';

/** A folder with a Julia project. */
export interface FoundProject {
  /** Absolute path. */
  readonly folder: string;
  /** The folder's own name. */
  readonly name: string;
  /** It has a JuliaKaggle.toml. */
  readonly configured: boolean;
}

/**
 * The Julia projects in these folders and directly below them, as deep as the editor's activation events look: each
 * once, those with a JuliaKaggle.toml first, then by path. Names of files decide; nothing is read.
 * @param depth 0: in the folders themselves only.
 */
export async function findProjects(roots: readonly string[], depth: 0 | 1 = 1): Promise<FoundProject[]> {
  const found = await Promise.all(roots.map((root) => projectsIn(resolve(root), depth)));
  const unique = new Map(found.flat().map((project) => [project.folder, project]));
  const rank = ({ configured }: FoundProject): number => (configured ? 0 : 1);
  return [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.folder < b.folder ? -1 : 1));
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

/** None where the folder cannot be read. */
async function projectsIn(folder: string, depth: number): Promise<FoundProject[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const own = { folder, name: basename(folder), configured: files.includes(CONFIG_FILE) };
  const below = entries.filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules',
  );
  const inner =
    depth > 0 ? await Promise.all(below.map(({ name }) => projectsIn(join(folder, name), depth - 1))) : [];
  return [...(PROJECT_FILE_NAMES.some((name) => files.includes(name)) ? [own] : []), ...inner.flat()];
}
