import * as l10n from '@vscode/l10n';
import { join, relative, resolve, sep } from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { parseJuliaVersion } from '../../julia/julia-version.ts';
import { type Manifest, withoutPackages } from '../../julia/manifest.ts';
import {
  parseProjectFile,
  type ProjectFile,
  PROJECT_FILE_NAMES,
  readFirst,
  readProjectFile,
  type TextFile,
} from '../../julia/project-file.ts';
import { imageFor } from '../contract/image/default-image.ts';
import { type RunRecord } from '../pipeline/record.ts';
import { juliaResolver } from '../pipeline/resolve-julia.ts';
import { readConfig } from '../project/config.ts';
import type { KaggleConfig } from '../project/config-schema.ts';
import { isPackageName, openProject } from '../project/find-project.ts';
import { findProjectsAbove } from '../project/find-projects.ts';
import { locate, workspacesOf } from '../project/julia-environment.ts';
import { type OwnEnvironment, withOwnEnvironment } from '../project/notebooks.ts';
import { pathEntries } from '../project/path-dependencies.ts';
import { SecretGuard } from '../project/secrets.ts';
import { channelOf } from '../project/settings.ts';
import type { Ports, WorkContext } from '../stage.ts';

export interface ResolveRequest extends Pick<WorkContext, 'progress' | 'log'> {
  /** The folder with Project.toml. */
  readonly folder: string;
  readonly ports: Ports;
  readonly record: () => Promise<RunRecord>;
  readonly overrides?: { readonly image?: string } | undefined;
  /** Packages that are added to the project before. */
  readonly add?: readonly string[] | undefined;
  /** Packages that are taken from a registry, not from where the Manifest has them. */
  readonly without?: readonly string[] | undefined;
  /** Folders of packages that are developed, relative to the project's. */
  readonly develop?: readonly string[] | undefined;
  /** Texts that stand in place of the project's files, by their absolute paths: they are not written yet. */
  readonly given?: ReadonlyMap<string, string> | undefined;
  readonly signal: AbortSignal;
}

/** What a resolve begins with. */
export interface ToResolve {
  readonly project: ProjectFile & { readonly name: string; readonly text: string };
  /** The notebook that the project's files are in. */
  readonly notebook: OwnEnvironment | undefined;
  readonly juliaVersion: string;
  readonly image: string;
  /** Of this project or its workspace, for this Julia or another. */
  readonly manifest: Manifest | undefined;
  /** The same without what is found anew. */
  readonly kept: Manifest | undefined;
  /** Packages on this machine that are developed: asked for, or named by the project and found above it. */
  readonly developed: readonly Developed[];
  /** All that Pkg reads besides, by its absolute path. */
  readonly files: readonly TextFile[];
  /** Where its Manifest may be. */
  readonly folders: readonly string[];
}

/** A package, and the way to it from the project's folder, with slashes. */
export interface Developed {
  readonly name: string;
  readonly path: string;
}

/**
 * Reads what Pkg needs to know of the project.
 * @throws UserError as `readConfig` and `ReadablePlaces`, `bundle-refused`.
 */
export async function readToResolve(
  folder: string,
  around: ReadablePlaces,
  request: ResolveRequest,
): Promise<ToResolve> {
  const { places, notebook } = await withOwnEnvironment(folder, around);
  const opened = await openProject(folder, places);
  const project = { ...opened, text: (await places.readText(opened.file)) ?? '' };
  const config = await readConfig(project.folder, places);
  const { ports, signal, record } = request;
  const channel = channelOf(config.julia);
  const wanted =
    channel === undefined
      ? config.julia
      : await juliaResolver(record, ports, { renew: false })(channel, signal);
  const julia = parseJuliaVersion(wanted ?? '');
  // From one of another Julia the path dependencies are known.
  const manifest = ((await locate(project, julia, places)) ?? (await locate(project, undefined, places)))
    ?.manifest;
  const juliaVersion =
    wanted ?? manifest?.juliaVersion ?? (await ports.julia.resolve('release', { renew: false }, signal));
  const workspaces = await workspacesOf(project, parseJuliaVersion(juliaVersion), places);
  const { kept, developed } = await beginningOf(project, manifest, request, places);
  const files = await filesOfPkg(project, { workspaces, manifest: kept, developed }, places);
  refuseSecrets(project.folder, config, files, kept);
  return {
    project,
    notebook,
    juliaVersion,
    image: await imageOf(config, juliaVersion, request),
    manifest,
    kept,
    developed,
    files: [...files].map(([file, text]) => ({ file, text })),
    folders: [project, ...workspaces].map((each) => each.folder),
  };
}

/** The project files that Pkg reads, those of its workspaces and path dependencies included, by their paths. */
async function filesOfPkg(
  project: ProjectFile,
  {
    workspaces,
    manifest,
    developed,
  }: Pick<ToResolve, 'manifest' | 'developed'> & {
    readonly workspaces: readonly ProjectFile[];
  },
  places: ReadablePlaces,
): Promise<Map<string, string>> {
  const readers = [project, ...workspaces, ...(await membersOf(workspaces, places))];
  const folders = developed.map(({ path }) => resolve(project.folder, path));
  const others = await pathDependencies([project, ...workspaces], { manifest, folders }, places);
  const files = new Map<string, string>();
  for (const each of [...readers.map((reader) => reader.folder), ...others]) {
    const found = await readFirst(each, PROJECT_FILE_NAMES, places);
    if (found === undefined) continue;
    files.set(found.file, found.text);
    const { name } = parseProjectFile(found.text, found.file);
    // Pkg wants to see it there, and runs none of it.
    if (name !== undefined && isPackageName(name)) files.set(join(each, 'src', `${name}.jl`), '');
  }
  return files;
}

/** What is developed, and what stays of the Manifest beside it. */
async function beginningOf(
  project: ProjectFile,
  manifest: Manifest | undefined,
  { add = [], without = [], develop = [] }: ResolveRequest,
  places: ReadablePlaces,
): Promise<Pick<ToResolve, 'kept' | 'developed'>> {
  const developed = [
    ...(await packagesAt(develop, project.folder, places)),
    ...(await packagesAbove(project, { manifest, add }, places)),
  ];
  const anew = [...without, ...developed.map(({ name }) => name)];
  return { developed, kept: manifest && withoutPackages(manifest, anew) };
}

/** @throws UserError `wrong-usage` for a folder without a package, and as `ReadablePlaces`. */
async function packagesAt(
  paths: readonly string[],
  project: string,
  places: ReadablePlaces,
): Promise<Developed[]> {
  await places.demand(paths.map((path) => resolve(project, path)));
  return Promise.all(
    paths.map(async (path) => {
      const folder = resolve(project, path);
      const name = (await readProjectFile(folder, places))?.name;
      if (name !== undefined) return { name, path: wayTo(folder, project) };
      throw new UserError({
        code: 'wrong-usage',
        title: l10n.t('{0} is no folder with a package.', folder),
        actions: [{ title: l10n.t('Name the one with its Project.toml: {0}', '--develop ../Own') }],
      });
    }),
  );
}

/**
 * Packages that the project lies in and names, as `examples` and `test` of a package do: no registry need have them, and
 * it is these very files that are meant.
 */
async function packagesAbove(
  project: ProjectFile,
  { manifest, add }: Pick<ResolveRequest, 'add'> & Pick<ToResolve, 'manifest'>,
  places: ReadablePlaces,
): Promise<Developed[]> {
  const known = new Set([
    ...(manifest?.entries.map(({ name }) => name) ?? []),
    ...Object.keys(project.sources),
  ]);
  const found: Developed[] = [];
  for (const { folder } of await findProjectsAbove(project.folder)) {
    const above = await readFirst(folder, PROJECT_FILE_NAMES, { readText: (path) => places.readAbove(path) });
    const { name, uuid } = above === undefined ? {} : parseProjectFile(above.text, above.file);
    if (name === undefined || uuid === undefined || known.has(name)) continue;
    if (project.deps[name] === uuid || add?.includes(name) === true)
      found.push({ name, path: wayTo(folder, project.folder) });
  }
  return found;
}

function wayTo(folder: string, project: string): string {
  return relative(project, folder).split(sep).join('/');
}

/** The image is a stranger's, and has a network. @throws UserError `bundle-refused`. */
function refuseSecrets(
  folder: string,
  { secrets }: KaggleConfig,
  files: ReadonlyMap<string, string>,
  manifest: Manifest | undefined,
): void {
  const guard = new SecretGuard(folder, secrets.allow);
  for (const [file, text] of files) guard.lookAtText(file, text);
  if (manifest !== undefined) guard.lookAtText(manifest.file, manifest.text);
  guard.refuse();
}

/** All members of the workspaces: Pkg reads their project files. */
async function membersOf(workspaces: readonly ProjectFile[], places: ReadablePlaces): Promise<ProjectFile[]> {
  const members: ProjectFile[] = [];
  const pending = [...workspaces];
  for (const { folder, workspaceProjects } of pending)
    for (const path of workspaceProjects) {
      const member = await readProjectFile(resolve(folder, path), places);
      if (member === undefined || members.some((known) => known.folder === member.folder)) continue;
      members.push(member);
      pending.push(member);
    }
  return members;
}

/** The folders of the path dependencies, by the Manifest and by `[sources]`, those of path dependencies included. */
async function pathDependencies(
  projects: readonly ProjectFile[],
  { manifest, folders: more }: Pick<ToResolve, 'manifest' | 'folders'>,
  places: ReadablePlaces,
): Promise<string[]> {
  const [{ folder: own } = { folder: '' }] = projects;
  const named = manifest === undefined ? [] : pathEntries(manifest, own).map(({ folder }) => folder);
  const folders = new Set([...named, ...more]);
  for (const { folder, sources } of projects)
    for (const path of pathsIn(sources)) folders.add(resolve(folder, path));
  await places.demand([...folders]);
  // What is added while it is walked is walked too.
  for (const folder of folders) {
    const found = await readProjectFile(folder, places);
    const more = pathsIn(found?.sources ?? {}).map((path) => resolve(folder, path));
    await places.demand(more);
    for (const path of more) folders.add(path);
  }
  return [...folders];
}

function pathsIn(sources: ProjectFile['sources']): string[] {
  return Object.values(sources).flatMap(({ path }) => path ?? []);
}

async function imageOf(
  config: KaggleConfig,
  juliaVersion: string,
  { overrides, record }: ResolveRequest,
): Promise<string> {
  const named = overrides?.image ?? config.image.name ?? (await record()).artefacts.project?.image;
  const route = config.submit.as === 'file' ? 'file' : 'notebook';
  return named ?? imageFor(route, { accelerator: config.notebook.accelerator, juliaVersion });
}
