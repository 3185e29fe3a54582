import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { isUserError } from '../base/errors.ts';
import type { ReadablePlaces } from '../base/readable-places.ts';
import { parseProjectFile, PROJECT_FILE_NAMES, type ProjectFile, readFirst } from './project-file.ts';

const UNREADABLE = ['toml-syntax', 'file-unreadable', 'unsafe-path'] as const;

/**
 * The workspaces that the project is a member of, the nearest first; the last one owns the Manifest (Julia 1.12 and
 * later, `base_project` in base/loading.jl; julia-facts section 2). Empty for a project of its own.
 */
export async function findWorkspaces(project: ProjectFile, places: ReadablePlaces): Promise<ProjectFile[]> {
  const found: ProjectFile[] = [];
  let root = await findWorkspace(project.folder, places);
  while (root !== undefined) {
    found.push(root);
    root = await findWorkspace(root.folder, places);
  }
  return found;
}

/** The nearest folder above whose `[workspace] projects` names this one. */
async function findWorkspace(member: string, places: ReadablePlaces): Promise<ProjectFile | undefined> {
  const home = homedir();
  let folder = member;
  // Like Julia: never above the home folder when the search began below it.
  while (folder !== dirname(folder) && folder !== home) {
    folder = dirname(folder);
    const candidate = await readCandidate(folder, places);
    if (candidate?.workspaceProjects.some((path) => resolve(folder, path) === member)) return candidate;
  }
  return undefined;
}

/** A file above the project that is no readable project file is none of our business. */
async function readCandidate(folder: string, places: ReadablePlaces): Promise<ProjectFile | undefined> {
  try {
    const found = await readFirst(folder, PROJECT_FILE_NAMES, { readText: (path) => places.readAbove(path) });
    return found === undefined ? undefined : parseProjectFile(found.text, found.file);
  } catch (error) {
    if (UNREADABLE.some((code) => isUserError(error, code))) return undefined;
    throw error;
  }
}
