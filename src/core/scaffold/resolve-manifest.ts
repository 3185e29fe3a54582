import * as l10n from '@vscode/l10n';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../base/errors.ts';
import { isWithin } from '../../base/files.ts';
import { withLock } from '../../base/lock.ts';
import { ownText } from '../../base/own-text.ts';
import { runScript } from '../../docker/run-script.ts';
import { type TarFile, tarText } from '../../docker/tar-files.ts';
import { isAtLeastMinor, parseJuliaVersion, sameMinor } from '../../julia/julia-version.ts';
import { type Manifest, parseManifest, unregisteredOnly } from '../../julia/manifest.ts';
import { parseProjectFile, type ProjectFile, type TextFile } from '../../julia/project-file.ts';
import { withPlutoEnvironment } from '../../julia/pluto.ts';
import { withValue } from '../../julia/toml-edit.ts';
import { getImage } from '../build/get-image.ts';
import { depotOf, ensureJuliaVolume, noteBuild } from '../build/volumes.ts';
import { buildEnvironment, juliaFlags } from '../contract/depot/julia-environment.ts';
import { findingError } from '../contract/diagnosis/finding.ts';
import { errorExcerpt } from '../contract/diagnosis/julia-log.ts';
import { findingsIn, isTelling, ofProject } from '../contract/diagnosis/rules.ts';
import { fetchJulia, juliaMounts } from '../contract/image/julia.ts';
import { BUILD_STAMP, juliaProgram, STAGED } from '../contract/image/paths.ts';
import { placesOf } from '../contract/image/places.ts';
import { factReader, factsOf, julianTell, scriptFile } from '../contract/script-facts.ts';
import { checkoutOf } from '../pipeline/checkouts.ts';
import { labelledEngine } from '../pipeline/leftovers.ts';
import { whileAgreeing } from '../pipeline/read-project.ts';
import { lockOf, prepareFolder } from '../pipeline/record.ts';
import { isPackageName, isUuid } from '../project/find-project.ts';
import { type OwnEnvironment } from '../project/notebooks.ts';
import type { WorkContext } from '../stage.ts';
import { readToResolve, type ResolveRequest, type ToResolve } from './resolve-input.ts';
import type { StagedEdit } from './staged-edits.ts';

/** A package of a Manifest with its versions; one of them absent: it comes, or goes. */
export interface VersionChange {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** A Manifest as Julia resolves it, beside what is there. */
export interface ResolvedManifest {
  /** Absolute path of the Manifest, or of the notebook that it is in. */
  readonly file: string;
  /** What changes: Project.toml where packages were added, and the Manifest. */
  readonly edits: readonly StagedEdit[];
  readonly juliaVersion: string;
  readonly changes: readonly VersionChange[];
}

/**
 * Resolves the project's environment in the image, with the project's Julia: without a Manifest, or with one of another
 * Julia, resolves all versions again; else only what changed in Project.toml. Writes nothing to the project. Undefined where
 * all stays as it is.
 * @throws UserError `wrong-usage`, as `readConfig` and `ReadablePlaces`, `path-dependency-missing`, `bundle-refused`, `package-missing`, `julia-failed`,
 * `run-locked` and those of the engine; CancelledError.
 */
export async function resolveManifest(request: ResolveRequest): Promise<ResolvedManifest | undefined> {
  const { folder, ports, signal, add = [], without = [], given } = request;
  demandNames([...add, ...without]);
  const input = await whileAgreeing(folder, request, async () => {
    const places = await placesOf(folder, ports);
    return readToResolve(folder, given === undefined ? places : places.with(given), request);
  });
  const lock = lockOf(await prepareFolder(input.project.folder));
  const resolved = await withLock(lock, signal, (held) => resolveIn(input, { ...request, signal: held }));
  const { juliaVersion, manifest, project, notebook } = input;
  const { file, after } = resolved;
  const old = manifest?.file === file ? manifest : undefined;
  const now = parseManifest(after, file);
  const isSame = old !== undefined && isDeepStrictEqual({ ...old, text: '' }, { ...now, text: '' });
  const text = project.text && withDeps(project.text, project, resolved.deps);
  const edits = [
    ...(text === project.text ? [] : [{ file: project.file, before: project.text, after: text }]),
    ...(isSame ? [] : [{ file, before: old?.text, after }]),
  ];
  if (edits.length === 0) return undefined;
  const changes = versionChanges(manifest, now);
  if (notebook === undefined) return { file, edits, juliaVersion, changes };
  const written = withEnvironment(notebook, { project: text, manifest: after });
  return {
    file: notebook.file,
    edits: [{ file: notebook.file, before: notebook.text, after: written }],
    juliaVersion,
    changes,
  };
}

/** @throws UserError `wrong-usage`. */
function demandNames(names: readonly string[]): void {
  const wrong = names.find((name) => !isPackageName(name));
  if (wrong === undefined) return;
  throw new UserError({
    code: 'wrong-usage',
    title: l10n.t('"{0}" is no name for a Julia package.', wrong),
    actions: [{ title: l10n.t('Give one such as: {0}', '--add CSV DataFrames') }],
  });
}

/** Pure: the project file with these dependencies besides, all else as its writer left it. @throws UserError `toml-syntax`. */
function withDeps(
  text: string,
  { deps: before, file }: ProjectFile,
  deps: Readonly<Record<string, string>>,
): string {
  return Object.entries(deps).reduce((changed, [name, uuid]) => {
    if (Object.hasOwn(before, name)) return changed;
    const after = withValue(changed, ['deps', name], uuid);
    if (after !== undefined) return after;
    throw new UserError({
      code: 'toml-syntax',
      title: l10n.t('{0} has a form of [deps] that is not changed by itself.', file),
      actions: [{ title: l10n.t('Write it there: {0}', `${name} = "${uuid}"`) }],
    });
  }, text);
}

/** Pure: the notebook with what was resolved. @throws UserError `entry-missing` where it has another form than Pluto's. */
function withEnvironment(
  { file, text }: OwnEnvironment,
  environment: { readonly project: string; readonly manifest: string },
): string {
  const written = withPlutoEnvironment(text, environment);
  if (written !== undefined) return written;
  throw new UserError({
    code: 'entry-missing',
    title: l10n.t('{0} has no cells for a Project.toml and a Manifest.toml, as Pluto writes them.', file),
    actions: [{ title: l10n.t('Save it in Pluto, then resolve again.') }],
  });
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

interface Resolved {
  readonly file: string;
  readonly after: string;
  /** The packages that were added, with their uuids. */
  readonly deps: Readonly<Record<string, string>>;
}

async function resolveIn(input: ToResolve, request: ResolveRequest): Promise<Resolved> {
  const { project, juliaVersion } = input;
  const { signal, progress, log } = request;
  const developed = input.developed.map(({ name }) => name);
  const add = (request.add ?? []).filter((name) => !developed.includes(name));
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
      ...input.developed.map(({ path }) => `@${path}`),
      ...add,
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
    const after = await tarText(await container.getArchive(path), MOST_BYTES);
    const named = [...add, ...developed];
    if (named.length === 0) return { file, after, deps: {} };
    const text = await tarText(await container.getArchive(placeOf(project.file)), MOST_BYTES);
    const { deps } = parseProjectFile(text, project.file);
    return {
      file,
      after,
      deps: Object.fromEntries(
        Object.entries(deps).filter(([name, uuid]) => named.includes(name) && isUuid(uuid)),
      ),
    };
  });
}

/** The largest Manifests have hundreds of kilobytes. */
const MOST_BYTES = 20e6;

/**
 * Pure: what is there is kept as far as it can be. The standard library of another Julia has other versions, and its form
 * may be one that this Julia cannot read: of such a Manifest only what no registry has goes along.
 */
function beginning({ kept: manifest, juliaVersion }: ToResolve): {
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
