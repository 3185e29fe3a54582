import { join, resolve } from 'node:path';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { parseJuliaVersion } from '../../julia/julia-version.ts';
import { type Manifest } from '../../julia/manifest.ts';
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
  /** All that Pkg reads besides, by its absolute path. */
  readonly files: readonly TextFile[];
  /** Where its Manifest may be. */
  readonly folders: readonly string[];
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
  const files = await filesOfPkg(project, workspaces, manifest, places);
  refuseSecrets(project.folder, config, files, manifest);
  return {
    project,
    notebook,
    juliaVersion,
    image: await imageOf(config, juliaVersion, request),
    manifest,
    files: [...files].map(([file, text]) => ({ file, text })),
    folders: [project, ...workspaces].map((each) => each.folder),
  };
}

/** The project files that Pkg reads, those of its workspaces and path dependencies included, by their paths. */
async function filesOfPkg(
  project: ProjectFile,
  workspaces: readonly ProjectFile[],
  manifest: Manifest | undefined,
  places: ReadablePlaces,
): Promise<Map<string, string>> {
  const readers = [project, ...workspaces, ...(await membersOf(workspaces, places))];
  const others = await pathDependencies([project, ...workspaces], manifest, places);
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
  manifest: Manifest | undefined,
  places: ReadablePlaces,
): Promise<string[]> {
  const [{ folder: own } = { folder: '' }] = projects;
  const named = manifest === undefined ? [] : pathEntries(manifest, own).map(({ folder }) => folder);
  const folders = new Set(named);
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
