import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isWithin } from '../../base/files.ts';
import { ReadablePlaces } from '../../base/readable-places.ts';
import { PROJECT_FILE_NAMES } from '../../julia/project-file.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { type IgnoreRules, ignores, rulesOf } from './ignore-files.ts';

/** A folder with a Julia project. */
export interface FoundProject {
  /** Absolute path. */
  readonly folder: string;
  /** The folder's own name. */
  readonly name: string;
  /** It has a JuliaKaggle.toml. */
  readonly configured: boolean;
}

/** Levels below a folder in which projects are looked for, as deep as the editor's activation events. */
const DEPTH = 3;
/** So many folders are looked into: a project does not lie behind thousands of others. */
const MOST_FOLDERS = 3000;
/** Folders of other tools, and of a package whose environments are for its own use. */
const OTHERS = new Set(['node_modules', 'venv', '__pycache__', 'test', 'docs']);

/**
 * The Julia projects in these folders and below them, git-ignored folders left out: each once, those with a
 * JuliaKaggle.toml first, then by path. Names of files decide, and ignore files.
 * @param depth levels below; 0: in the folders themselves only.
 */
export async function findProjects(roots: readonly string[], depth = DEPTH): Promise<FoundProject[]> {
  const found = await Promise.all(roots.map((root) => projectsBelow(resolve(root), depth)));
  const unique = new Map(found.flat().map((project) => [project.folder, project]));
  const rank = ({ configured }: FoundProject): number => (configured ? 0 : 1);
  return [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.folder < b.folder ? -1 : 1));
}

/** The projects in the folders above one, the nearest first, up to the top of the repository; else in the next one. */
export async function findProjectsAbove(folder: string): Promise<FoundProject[]> {
  const found: FoundProject[] = [];
  const { roots } = await ReadablePlaces.around(folder);
  const top = roots.find((root) => root !== folder && isWithin(root, folder)) ?? dirname(folder);
  for (let above = dirname(folder); isWithin(top, above); above = dirname(above)) {
    found.push(...(await findProjects([above], 0)));
    if (above === dirname(above)) break;
  }
  return found;
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

/** None where a folder cannot be read. The nearer ones first, so that of many folders these are looked into. */
async function projectsBelow(root: string, depth: number): Promise<FoundProject[]> {
  const places = await ReadablePlaces.around(root);
  const found: FoundProject[] = [];
  let level: { readonly folder: string; readonly rules: readonly IgnoreRules[] }[] = [
    { folder: root, rules: [] },
  ];
  let left = MOST_FOLDERS;
  for (let at = 0; at <= depth && level.length > 0; at += 1) {
    left -= level.length;
    const looked = await Promise.all(level.map((each) => lookInto(each, at < depth, places)));
    found.push(...looked.flatMap(({ project }) => project ?? []));
    level = looked.flatMap(({ below }) => below).slice(0, Math.max(0, left));
  }
  return found;
}

async function lookInto(
  { folder, rules: above }: { readonly folder: string; readonly rules: readonly IgnoreRules[] },
  isGoingOn: boolean,
  places: ReadablePlaces,
) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const configured = files.includes(CONFIG_FILE);
  const isProject = PROJECT_FILE_NAMES.some((name) => files.includes(name));
  const project = isProject ? { folder, name: basename(folder), configured } : undefined;
  if (!isGoingOn) return { project, below: [] };
  const rules = [...above, ...(await rulesOf(folder, places).catch(() => []))];
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !OTHERS.has(entry.name))
    .map(({ name }) => join(folder, name))
    .filter((path) => !ignores(rules, path, true))
    .map((path) => ({ folder: path, rules }));
  return { project, below };
}
