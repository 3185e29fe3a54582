import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { isUserError } from '../base/errors.ts';
import { type ProjectFile, readProjectFile } from './project-file.ts';

/**
 * The workspaces that the project is a member of, the nearest first; the last one owns the Manifest (Julia 1.12 and
 * later, `base_project` in base/loading.jl; julia-facts section 2). Empty for a project of its own.
 */
export async function findWorkspaces(project: ProjectFile): Promise<ProjectFile[]> {
  const found: ProjectFile[] = [];
  let root = await findWorkspace(project.folder);
  while (root !== undefined) {
    found.push(root);
    root = await findWorkspace(root.folder);
  }
  return found;
}

/** The nearest folder above whose `[workspace] projects` names this one. */
async function findWorkspace(member: string): Promise<ProjectFile | undefined> {
  const home = homedir();
  let folder = member;
  // Like Julia: never above the home folder when the search began below it.
  while (folder !== dirname(folder) && folder !== home) {
    folder = dirname(folder);
    const candidate = await readCandidate(folder);
    if (candidate?.workspaceProjects.some((path) => resolve(folder, path) === member)) return candidate;
  }
  return undefined;
}

/** A file above the project that is no readable project file is none of our business. */
async function readCandidate(folder: string): Promise<ProjectFile | undefined> {
  try {
    return await readProjectFile(folder);
  } catch (error) {
    if (isUserError(error, 'toml-syntax') || isUserError(error, 'file-unreadable')) return undefined;
    throw error;
  }
}
