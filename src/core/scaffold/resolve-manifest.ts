import * as l10n from '@vscode/l10n';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../base/errors.ts';
import { isWithin } from '../../base/files.ts';
import { withLock } from '../../base/lock.ts';
import { ownText } from '../../base/own-text.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { runScript } from '../../docker/run-script.ts';
import { type TarFile, tarText } from '../../docker/tar-files.ts';
import { isAtLeastMinor, parseJuliaVersion, sameMinor } from '../../julia/julia-version.ts';
import { type Manifest, parseManifest, unregisteredOnly } from '../../julia/manifest.ts';
import {
  parseProjectFile,
  type ProjectFile,
  PROJECT_FILE_NAMES,
  readFirst,
  readProjectFile,
  type TextFile,
} from '../../julia/project-file.ts';
import { getImage } from '../build/get-image.ts';
import { depotOf, ensureJuliaVolume, noteBuild } from '../build/volumes.ts';
import { buildEnvironment, juliaFlags } from '../contract/depot/julia-environment.ts';
import { findingError } from '../contract/diagnosis/finding.ts';
import { errorExcerpt } from '../contract/diagnosis/julia-log.ts';
import { findingsIn, isTelling, ofProject } from '../contract/diagnosis/rules.ts';
import { imageFor } from '../contract/image/default-image.ts';
import { fetchJulia, juliaMounts } from '../contract/image/julia.ts';
import { BUILD_STAMP, juliaProgram, STAGED } from '../contract/image/paths.ts';
import { placesOf } from '../contract/image/places.ts';
import { factReader, factsOf, julianTell, scriptFile } from '../contract/script-facts.ts';
import { checkoutOf } from '../pipeline/checkouts.ts';
import { labelledEngine } from '../pipeline/leftovers.ts';
import { whileAgreeing } from '../pipeline/read-project.ts';
import { lockOf, prepareFolder, type RunRecord } from '../pipeline/record.ts';
import { juliaResolver } from '../pipeline/resolve-julia.ts';
import { readConfig } from '../project/config.ts';
import type { KaggleConfig } from '../project/config-schema.ts';
import { isPackageName, openProject } from '../project/find-project.ts';
import { locate, workspacesOf } from '../project/julia-environment.ts';
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
  readonly signal: AbortSignal;
}

/** A package of a Manifest with its versions; one of them absent: it comes, or goes. */
export interface VersionChange {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** A Manifest as Julia resolves it, beside what is there. */
export interface ResolvedManifest {
  /** Absolute path of the Manifest. */
  readonly file: string;
  /** Undefined: there is none yet. */
  readonly before: string | undefined;
  readonly after: string;
  readonly juliaVersion: string;
  readonly changes: readonly VersionChange[];
}

/** What a resolve begins with. */
interface ToResolve {
  readonly project: ProjectFile & { readonly name: string };
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
 * Resolves the project's environment in the image, with the project's Julia: without a Manifest, or with one of another
 * Julia, resolves all versions again; else only what changed in Project.toml. Writes nothing to the project. Undefined where
 * the Manifest stays as it is.
 * @throws UserError as `readConfig` and `ReadablePlaces`, `path-dependency-missing`, `bundle-refused`, `package-missing`, `julia-failed`,
 * `run-locked` and those of the engine; CancelledError.
 */
export async function resolveManifest(request: ResolveRequest): Promise<ResolvedManifest | undefined> {
  const { folder, ports, signal } = request;
  const input = await whileAgreeing(folder, request, async () =>
    read(folder, await placesOf(folder, ports), request),
  );
  const lock = lockOf(await prepareFolder(input.project.folder));
  const { file, after } = await withLock(lock, signal, (held) =>
    resolveIn(input, { ...request, signal: held }),
  );
  const { juliaVersion, manifest } = input;
  const old = manifest?.file === file ? manifest : undefined;
  const now = parseManifest(after, file);
  if (old !== undefined && isDeepStrictEqual({ ...old, text: '' }, { ...now, text: '' })) return undefined;
  return { file, before: old?.text, after, juliaVersion, changes: versionChanges(manifest, now) };
}

async function read(folder: string, places: ReadablePlaces, request: ResolveRequest): Promise<ToResolve> {
  const project = await openProject(folder, places);
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
  refuseSecrets(project.folder, config, files, manifest);
  return {
    project,
    juliaVersion,
    image: await imageOf(config, juliaVersion, request),
    manifest,
    files: [...files].map(([file, text]) => ({ file, text })),
    folders: [project, ...workspaces].map((each) => each.folder),
  };
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

/** Where a file of this machine is put, so that relative paths between them stay what they are. */
const ROOT = `${STAGED}/resolve`;
const DETAIL_LINES = 20;

/** Pure: the path in the container; of Windows the drive is a folder. */
export function placeOf(path: string): string {
  return `${ROOT}/${path
    .replaceAll('\\', '/')
    .replace(/^([A-Za-z]):/, '$1')
    .replace(/^\/+/, '')}`;
}

async function resolveIn(
  input: ToResolve,
  request: ResolveRequest,
): Promise<{ readonly file: string; readonly after: string }> {
  const { project, juliaVersion } = input;
  const { signal, progress, log } = request;
  const checkout = await checkoutOf(request.ports, project.folder, signal);
  const ports = labelledEngine(request.ports, checkout, { root: project.folder });
  const context: WorkContext = { ports, signal, checkout, progress, log };
  const engine = await ports.engine(signal);
  const image = await getImage(engine, input.image, context);
  const julia = await fetchJulia(juliaVersion, context);
  const juliaVolume = await ensureJuliaVolume(engine, julia, image, context);
  const volume = await depotOf(engine, juliaVersion, image, checkout);
  await noteBuild(engine, volume, undefined, context);
  const { how, manifest } = beginning(input);
  progress(l10n.t('Resolving {0} with Julia {1}', project.name, juliaVersion));
  const program = ['rm -f "$1"', 'shift', 'exec "$@"'].join(' && ');
  const script = {
    image: image.name,
    command: [
      ...['bash', '-c', program, 'bash', BUILD_STAMP],
      juliaProgram(juliaVersion),
      ...juliaFlags(placeOf(project.folder), 'auto'),
      `${STAGED}/resolve.jl`,
      how,
    ],
    environment: buildEnvironment(ports.environment),
    mounts: juliaMounts({ volume, juliaVolume, julia }),
    network: 'bridge' as const,
    installs: true,
    files: [
      scriptFile('resolve.jl', ownText(import.meta.dirname, 'scripts', 'resolve.jl')),
      julianTell(),
      ...[...input.files, ...manifest].map(({ file, text }): TarFile => ({
        path: placeOf(file).slice(1),
        from: { text },
      })),
    ],
    read: factReader('resolved'),
    onLine: log,
    isTelling,
  };
  return runScript(engine, script, async ({ exit, facts, lines }, container) => {
    const path = factsOf(facts, 'resolved').at(-1)?.file;
    if (exit.exitCode !== 0 || path === undefined) throw explainResolve(project, exit.exitCode, lines);
    const file = hostPathOf(path, input.folders);
    if (file === undefined)
      throw explainResolve(project, exit.exitCode, [`${path} is not a Manifest of this project`]);
    return { file, after: await tarText(await container.getArchive(path), MOST_BYTES) };
  });
}

/** The largest Manifests have hundreds of kilobytes. */
const MOST_BYTES = 20e6;

/**
 * Pure: what is there is kept as far as it can be. The standard library of another Julia has other versions, and its form
 * may be one that this Julia cannot read: of such a Manifest only what no registry has goes along.
 */
function beginning({ manifest, juliaVersion }: ToResolve): {
  readonly how: 'update' | 'resolve';
  readonly manifest: readonly TextFile[];
} {
  const wanted = parseJuliaVersion(juliaVersion);
  if (manifest === undefined || wanted === undefined) return { how: 'update', manifest: [] };
  const has = parseJuliaVersion(manifest.juliaVersion ?? '');
  const isOld = !isAtLeastMinor(wanted, 1, 7);
  const isItsOwn = has === undefined ? isOld : sameMinor(wanted, has);
  const { file, text } = manifest;
  if (isItsOwn) return { how: 'resolve', manifest: [{ file, text }] };
  return { how: 'update', manifest: [{ file, text: unregisteredOnly(manifest, isOld ? '1' : '2.0') }] };
}

/** Pure: the file of this machine for a Manifest in the container: only beside a project file of the project's own. */
export function hostPathOf(path: string, folders: readonly string[]): string | undefined {
  const folder = folders.find((each) => placeOf(each) === dirname(path));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const file = folder === undefined ? undefined : join(folder, name);
  if (file === undefined || folder === undefined || !isWithin(folder, file)) return undefined;
  return /^(?:Julia)?Manifest(?:-v\d+\.\d+)?\.toml$/.test(name) ? file : undefined;
}

/** Pure: the packages whose version is another, those that come and those that go, by name. */
export function versionChanges(before: Manifest | undefined, after: Manifest): VersionChange[] {
  const versionsOf = (manifest: Manifest | undefined): Map<string, string> =>
    new Map(manifest?.entries.map(({ name, version }) => [name, version ?? '']));
  const [old, now] = [versionsOf(before), versionsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .map((name) => ({ name, before: old.get(name), after: now.get(name) }))
    .filter((change) => change.before !== change.after)
    .map(({ name, before: from, after: to }) => ({
      name,
      ...(from === undefined ? {} : { before: from }),
      ...(to === undefined ? {} : { after: to }),
    }));
}

function explainResolve(
  { name }: ToResolve['project'],
  exitCode: number,
  lines: readonly string[],
): UserError {
  // Where in Pkg it failed says nothing to anybody.
  const end = lines.findIndex((line) => line.startsWith('Stacktrace:'));
  const detail = errorExcerpt(end < 0 ? lines : lines.slice(0, end), DETAIL_LINES);
  const [first] = findingsIn('build', lines, ofProject({ name }, lines));
  if (first !== undefined) return findingError(first, 'julia-failed', detail);
  return new UserError({
    code: 'julia-failed',
    title: l10n.t('Julia could not resolve the dependencies of {0} (exit code {1}).', name, exitCode),
    detail,
    actions: [{ title: l10n.t('Correct Project.toml by what the details say, and resolve again.') }],
  });
}
