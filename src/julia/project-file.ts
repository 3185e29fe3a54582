import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { isUserError, UserError } from '../base/errors.ts';
import type { ReadablePlaces } from '../base/readable-places.ts';
import { isAtLeastMinor, type JuliaVersion, parseJuliaVersion } from './julia-version.ts';
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
 * @throws UserError `toml-syntax`, `not-a-project` where its name is spelled otherwise, and as `ReadablePlaces`.
 */
export async function readProjectFile(
  folder: string,
  places: ReadablePlaces,
): Promise<ProjectFile | undefined> {
  const found = await readFirst(folder, PROJECT_FILE_NAMES, places);
  if (found === undefined) return undefined;
  const name = basename(found.file);
  const others = ((await places.list(folder)) ?? []).map((entry) => entry.name);
  const written = others.includes(name) ? undefined : others.find((other) => isSameName(other, name));
  if (written !== undefined) throw otherwiseSpelled(join(folder, written), name);
  return parseProjectFile(found.text, found.file);
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Windows and macOS find a file by any spelling of its name, Linux by its own alone. */
function otherwiseSpelled(file: string, name: string): UserError {
  return new UserError({
    code: 'not-a-project',
    title: l10n.t('{0} is not named {1}, so Julia does not find it on Kaggle.', file, name),
    actions: [{ title: l10n.t('Rename it to {0}.', name) }],
  });
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

const UNREADABLE_CODES = ['toml-syntax', 'file-unreadable', 'unsafe-path'] as const;

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
    if (UNREADABLE_CODES.some((code) => isUserError(error, code))) return undefined;
    throw error;
  }
}

export const MANIFEST_NAMES = ['JuliaManifest.toml', 'Manifest.toml'] as const;
export const VERSIONED_MANIFEST = /^(?:Julia)?Manifest-v(\d{1,4})\.(\d{1,4})\.toml$/;

/**
 * The Manifest that Julia would read for this project file, as an absolute path, or undefined. The project's own
 * `manifest` key comes first, then the names for that Julia (1.11 and later), then the plain ones (julia-facts
 * section 2). Without a known version the newest of the versioned ones serves when there is no plain one. It may lie
 * where nothing may be read.
 */
export async function findManifest(
  project: ProjectFile,
  julia: JuliaVersion | undefined,
  places: ReadablePlaces,
): Promise<string | undefined> {
  const explicit = project.manifest === undefined ? [] : [resolve(project.folder, project.manifest)];
  const named = manifestNames(julia).map((name) => join(project.folder, name));
  for (const file of [...explicit, ...named]) if (await places.hasFile(file)) return file;
  if (julia !== undefined) return undefined;
  const [newest] = await versionedManifests(project.folder, places);
  return newest === undefined ? undefined : join(project.folder, newest);
}

/** Pure: the names that this Julia looks for, in its order. */
function manifestNames(julia: JuliaVersion | undefined): string[] {
  if (julia === undefined || !isAtLeastMinor(julia, 1, 11)) return [...MANIFEST_NAMES];
  const suffix = `-v${julia.major}.${julia.minor}.toml`;
  return [`JuliaManifest${suffix}`, `Manifest${suffix}`, ...MANIFEST_NAMES];
}

/** Names of the Manifests in this folder that are for one minor version of Julia, the newest first. */
async function versionedManifests(folder: string, places: ReadablePlaces): Promise<string[]> {
  const entries = (await places.list(folder)) ?? [];
  const known = entries.flatMap(({ name }) => {
    const [, major, minor] = VERSIONED_MANIFEST.exec(name) ?? [];
    const julia = parseJuliaVersion(`${major ?? ''}.${minor ?? ''}.0`);
    // Older ones never read them.
    return julia !== undefined && isAtLeastMinor(julia, 1, 11) ? [{ name, julia }] : [];
  });
  return known
    .sort(
      (one, other) =>
        other.julia.major - one.julia.major ||
        other.julia.minor - one.julia.minor ||
        (one.name < other.name ? -1 : 1),
    )
    .map(({ name }) => name);
}

/** The Manifests beside this one that are for other versions of Julia: names of files. */
export async function manifestsBeside(file: string, places: ReadablePlaces): Promise<string[]> {
  const folder = dirname(file);
  const plain = MANIFEST_NAMES.map(async (name) =>
    (await places.hasFile(join(folder, name))) ? [name] : [],
  );
  const names = [...(await versionedManifests(folder, places)), ...(await Promise.all(plain)).flat()];
  return names.filter((name) => join(folder, name) !== file);
}
