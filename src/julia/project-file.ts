import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import type { ReadablePlaces } from '../base/readable-places.ts';
import { extensions } from './manifest.ts';
import { checkShape, parseToml } from './toml.ts';

/** In the order in which Julia looks for them (julia-facts section 2). */
export const PROJECT_FILE_NAMES = ['JuliaProject.toml', 'Project.toml'] as const;
export const PREFERENCES_FILE_NAMES = ['JuliaLocalPreferences.toml', 'LocalPreferences.toml'] as const;
export const ARTIFACTS_FILE_NAMES = ['JuliaArtifacts.toml', 'Artifacts.toml'] as const;

const source = z.object({
  path: z.optional(z.string()),
  url: z.optional(z.string()),
  rev: z.optional(z.string()),
  subdir: z.optional(z.string()),
});
type PackageSource = z.infer<typeof source>;

/** As a VersionNumber of Julia is written; Julia itself is stricter. */
const VERSION = /^v?\d[0-9A-Za-z.+-]{0,99}$/;

const uuids = z._default(z.record(z.string(), z.string()), {});
const schema = z.object({
  name: z.optional(z.string()),
  uuid: z.optional(z.string()),
  version: z.optional(z.string().check(z.regex(VERSION))),
  deps: uuids,
  extras: uuids,
  weakdeps: uuids,
  extensions,
  compat: z._default(z.record(z.string(), z.unknown()), {}),
  sources: z._default(z.record(z.string(), source), {}),
  manifest: z.optional(z.string()),
  workspace: z.optional(z.object({ projects: z._default(z.array(z.string()), []) })),
  preferences: z._default(z.record(z.string(), z.unknown()), {}),
});

/** What a Project.toml says, as far as this program uses it (julia-facts section 2). */
export interface ProjectFile {
  /** Absolute path of the file, and of its folder. */
  readonly file: string;
  readonly folder: string;
  readonly name: string | undefined;
  readonly uuid: string | undefined;
  readonly version: string | undefined;
  /** Package name to uuid. */
  readonly deps: Readonly<Record<string, string>>;
  readonly extras: Readonly<Record<string, string>>;
  readonly weakdeps: Readonly<Record<string, string>>;
  /** `[extensions]`: each with the packages that trigger it. */
  readonly extensions: Readonly<Record<string, readonly string[]>>;
  /** `[compat] julia`, e.g. `1.10`. */
  readonly compatJulia: string | undefined;
  readonly sources: Readonly<Record<string, PackageSource>>;
  /** `manifest = "path"`, relative to the folder. */
  readonly manifest: string | undefined;
  /** `[workspace] projects`: folders relative to this one. */
  readonly workspaceProjects: readonly string[];
  readonly preferences: Readonly<Record<string, unknown>>;
}

/**
 * Reads the folder's project file, or gives undefined when it has none.
 * @throws UserError `toml-syntax`, and as `ReadablePlaces`.
 */
export async function readProjectFile(
  folder: string,
  places: ReadablePlaces,
): Promise<ProjectFile | undefined> {
  const found = await readFirst(folder, PROJECT_FILE_NAMES, places);
  return found === undefined ? undefined : parseProjectFile(found.text, found.file);
}

/** Pure: the facts of a project file's text. `file` is its absolute path. @throws UserError `toml-syntax`. */
export function parseProjectFile(text: string, file: string): ProjectFile {
  const { compat, workspace, name, uuid, version, manifest, ...tables } = checkShape(
    schema,
    parseToml(text, file),
    file,
  );
  return {
    ...tables,
    file,
    folder: dirname(file),
    name,
    uuid,
    version,
    manifest,
    compatJulia: typeof compat['julia'] === 'string' ? compat['julia'] : undefined,
    workspaceProjects: workspace?.projects ?? [],
  };
}

/** A text file by its absolute path. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** The first of the names that the folder has, with its text; Julia never reads a second one. */
export async function readFirst(
  folder: string,
  names: readonly string[],
  places: Pick<ReadablePlaces, 'readText'>,
): Promise<TextFile | undefined> {
  for (const name of names) {
    const file = join(folder, name);
    const text = await places.readText(file);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}
