import { resolve } from 'node:path';
import { fingerprint, sha256 } from '../../base/hash.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import type { Manifest } from '../../julia/manifest.ts';
import {
  ARTIFACTS_FILE_NAMES,
  PREFERENCES_FILE_NAMES,
  PROJECT_FILE_NAMES,
  type ProjectFile,
  readFirst,
} from '../../julia/project-file.ts';
import { tomlText } from '../../julia/toml.ts';
import type { FileEdit } from './cuda-pin.ts';
import type { LocalPackage } from './path-dependencies.ts';

/**
 * The files outside of the packages that Julia needs to find the project's environment: the Manifest, and in a
 * workspace the project files of its root and members with the root's preferences (julia-facts section 2).
 */
export async function environmentFiles(
  manifest: Manifest,
  workspaces: readonly ProjectFile[],
  places: ReadablePlaces,
): Promise<string[]> {
  const files = workspaces.map(async (root) => {
    const members = root.workspaceProjects.map((path) =>
      readFirst(resolve(root.folder, path), PROJECT_FILE_NAMES, places),
    );
    const found = [readFirst(root.folder, PREFERENCES_FILE_NAMES, places), ...members];
    return [
      root.file,
      ...(await Promise.all(found)).flatMap((item) => (item === undefined ? [] : item.file)),
    ];
  });
  return [manifest.file, ...(await Promise.all(files)).flat()];
}

/**
 * The fingerprint of what the depot depends on: the Manifest, and of each package on this machine its dependencies,
 * preferences and artifacts, with what is changed in the staged copy. Sources, paths on this machine, comments and layout of Project.toml do not count.
 */
export async function environmentFingerprint(
  manifest: Manifest,
  packages: readonly LocalPackage[],
  workspaces: readonly ProjectFile[],
  places: ReadablePlaces,
  edits?: readonly FileEdit[],
): Promise<string> {
  const locals = packages.map(async ({ name, folder, project }) => ({
    name,
    ...(await facts(folder, project, places)),
    artifacts: await textOf(folder, ARTIFACTS_FILE_NAMES, places),
  }));
  return fingerprint({
    manifest: sha256(manifest.text),
    packages: await Promise.all(locals),
    workspaces: await Promise.all(workspaces.map((root) => facts(root.folder, root, places))),
    edits: edits?.map(({ diff }) => diff),
  });
}

async function facts(
  folder: string,
  project: ProjectFile | undefined,
  places: ReadablePlaces,
): Promise<Record<string, unknown>> {
  return {
    deps: project?.deps,
    extras: project?.extras,
    // As text: a preference may be an integer that JSON has no form for.
    preferences: tomlText(project?.preferences ?? {}),
    localPreferences: await textOf(folder, PREFERENCES_FILE_NAMES, places),
  };
}

async function textOf(
  folder: string,
  names: readonly string[],
  places: ReadablePlaces,
): Promise<string | undefined> {
  return (await readFirst(folder, names, places))?.text;
}
