import { join, resolve } from 'node:path';
import type { ReadablePlaces } from '../base/readable-places.ts';
import { isAtLeastMinor, type JuliaVersion } from './julia-version.ts';
import type { ProjectFile } from './project-file.ts';

const PLAIN_NAMES = ['JuliaManifest.toml', 'Manifest.toml'] as const;
const VERSIONED_NAME = /^(Julia)?Manifest-v\d+\.\d+\.toml$/;

/**
 * The Manifest that Julia would read for this project file, as an absolute path, or undefined. The project's own
 * `manifest` key comes first, then the names for that Julia (1.11 and later), then the plain ones (julia-facts
 * section 2). Without a known version a single versioned file serves when there is no plain one. It may lie where
 * nothing may be read.
 */
export async function findManifest(
  project: ProjectFile,
  julia: JuliaVersion | undefined,
  places: ReadablePlaces,
): Promise<string | undefined> {
  const explicit = project.manifest === undefined ? [] : [resolve(project.folder, project.manifest)];
  const named = manifestNames(julia).map((name) => join(project.folder, name));
  for (const file of [...explicit, ...named]) if (await isThere(file, places)) return file;
  return julia === undefined ? onlyVersioned(project.folder, places) : undefined;
}

/** Pure: the names that this Julia looks for, in its order. */
function manifestNames(julia: JuliaVersion | undefined): string[] {
  if (julia === undefined || !isAtLeastMinor(julia, 1, 11)) return [...PLAIN_NAMES];
  const suffix = `-v${julia.major}.${julia.minor}.toml`;
  return [`JuliaManifest${suffix}`, `Manifest${suffix}`, ...PLAIN_NAMES];
}

async function onlyVersioned(folder: string, places: ReadablePlaces): Promise<string | undefined> {
  const entries = (await places.list(folder)) ?? [];
  const names = entries.map(({ name }) => name).filter((name) => VERSIONED_NAME.test(name));
  return names.length === 1 ? join(folder, names[0] ?? '') : undefined;
}

/** Anything but a folder: whoever reads it says what is wrong with a pipe. */
async function isThere(path: string, places: ReadablePlaces): Promise<boolean> {
  return (await places.lookAnywhere(path))?.isDirectory() === false;
}
