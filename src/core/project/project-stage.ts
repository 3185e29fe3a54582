import { dirname, join, resolve } from 'node:path';
import { readTextIfPresent } from '../../base/files.ts';
import { fingerprint, sha256 } from '../../base/hash.ts';
import { parseChannel } from '../../julia/channel.ts';
import { PREFERENCES_FILE_NAMES, readFirst } from '../../julia/project-file.ts';
import type { Project, StagedFile } from '../artefacts.ts';
import { kaggleImageFor } from '../contract/kaggle-image.ts';
import type { KaggleConfig } from './config-schema.ts';
import { CONFIG_FILE, configInvalid, readConfig } from './config.ts';
import { type CudaPin, type FileEdit, planCudaPin } from './cuda-pin.ts';
import { environmentFiles, environmentFingerprint } from './environment-files.ts';
import { openProject, type PackageFile } from './find-project.ts';
import { readGitState } from './git-state.ts';
import { chooseEnvironment, type JuliaEnvironment, type ResolveJulia } from './julia-environment.ts';
import { isWithin, type PlaceOf, planLayout } from './layout.ts';
import { localCaches } from './local-caches.ts';
import { readModels } from './models.ts';
import { findPathDependencies, type LocalPackage } from './path-dependencies.ts';
import { runSettings } from './run-settings.ts';
import { SecretGuard } from './secrets.ts';
import { defaultDatasets, defaultTitle } from './slugs.ts';
import { listStagedFiles, type Staging } from './stage-files.ts';

export interface ReadProjectOptions {
  /** Settings of this machine, above JuliaKaggle.toml. */
  readonly overrides?: { readonly image?: string } | undefined;
  /** Variables of this process: git and the user's own ignore list are found by them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called for a channel only (`lts`, `release`, `1.10`): a project with an exact version needs no network. */
  readonly resolveJulia: ResolveJulia;
  /** Where the hashes of models that were read before are kept; absent: all are read. */
  readonly hashesFile?: string | undefined;
  /** Hears how far the models are read; many gigabytes take a while. */
  readonly onModelBytes?: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads the Julia package in `folder` and its JuliaKaggle.toml: everything that the later stages go by. Nothing is
 * written, nothing of the project is run.
 * @throws UserError `not-a-project`, `toml-syntax`, `config-invalid`, `manifest-missing`, `manifest-julia-version`,
 * `julia-version-unknown`, `path-dependency-missing`, `entry-missing`, `model-missing`, `bundle-refused`,
 * `file-changed`, `file-unreadable`; CancelledError.
 */
export async function readProject(folder: string, options: ReadProjectOptions): Promise<Project> {
  const project = await openProject(folder);
  const config = await readConfig(project.folder);
  const channel = channelOf(config.julia);
  const exact = channel === undefined ? config.julia : await options.resolveJulia(channel, options.signal);
  const julia = await chooseEnvironment(project, exact);
  const dependencies = await findPathDependencies(julia.manifest, project.folder);
  const guard = new SecretGuard(project.folder, config.secrets.allow);
  const notebook = await notebookSettings(config, project);
  lookAtTexts(guard, config, notebook, project.folder);
  const staged = await stage(project, config, julia, dependencies, guard, options);
  guard.refuse();
  const { placeOf } = staged;
  const pin = await findCudaPin(project, julia);
  const files = withEdits(staged.files, pin?.edits ?? [], placeOf);
  const models = await readModels(config.models.files, project.folder, {
    hashesFile: options.hashesFile,
    onBytes: options.onModelBytes,
    guard,
    signal: options.signal,
  });
  guard.refuse();
  const locals: readonly LocalPackage[] = [{ ...project, project }, ...dependencies];
  const packages = locals.map((local) => ({
    name: local.name,
    uuid: local.uuid,
    place: placeOf(local.folder),
  }));
  const place = placeOf(project.folder);
  const facts = {
    name: project.name,
    uuid: project.uuid,
    version: project.version ?? '0.0.0',
    competition: config.competition,
    juliaVersion: julia.juliaVersion,
    place,
    packages,
    localCaches: localCaches(
      julia.manifest,
      locals.map((local) => ({ name: local.name, extensions: local.project?.extensions ?? {} })),
    ),
    run: runSettings(config.run, { project, place, packages, files }),
    ...settings(config, project.name, julia.juliaVersion, options.overrides?.image),
    notebook,
    ...fullTestSet(config),
    environmentFingerprint: await environmentFingerprint(
      julia.manifest,
      locals,
      julia.workspaces,
      pin?.edits,
    ),
    sourcesFingerprint: sourcesFingerprint(files),
  };
  return {
    // Only what is the same on every machine: no absolute path, no time, nothing of git.
    fingerprint: fingerprint({
      ...facts,
      data: config.data.folder,
      models: models.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    }),
    root: project.folder,
    ...facts,
    imageOverride: options.overrides?.image,
    juliaChannel: channel,
    cudaPin: pin && { version: pin.version, diff: pin.edits.flatMap(({ diff }) => diff) },
    files,
    ignored: staged.ignored,
    models,
    dataFolder: config.data.folder === undefined ? undefined : resolve(project.folder, config.data.folder),
    git: await readGitState(project.folder, options.environment, options.signal),
  };
}

async function stage(
  project: PackageFile,
  config: KaggleConfig,
  { manifest, workspaces }: JuliaEnvironment,
  dependencies: readonly LocalPackage[],
  guard: SecretGuard,
  { environment, signal }: ReadProjectOptions,
): Promise<Staging & { readonly placeOf: PlaceOf }> {
  const shared = await environmentFiles(manifest, workspaces);
  const placeOf = planLayout([
    project,
    ...dependencies,
    ...shared.map((file) => ({ folder: dirname(file), name: project.name })),
  ]);
  const request = {
    folders: [project.folder, ...dependencies.map((dependency) => dependency.folder)],
    files: shared,
    leftOut: leftOut(project.folder, config),
    placeOf,
    guard,
    environment,
  };
  return { placeOf, ...(await listStagedFiles(request, signal)) };
}

async function findCudaPin(
  project: PackageFile,
  { manifest }: JuliaEnvironment,
): Promise<CudaPin | undefined> {
  const [text, localPreferences] = await Promise.all([
    readTextIfPresent(project.file),
    readFirst(project.folder, PREFERENCES_FILE_NAMES),
  ]);
  return planCudaPin({ manifest, project, projectText: text ?? '', localPreferences });
}

/** Pure: the files with what is changed or added in the staged copy, in the order of their places. */
function withEdits(
  files: readonly StagedFile[],
  edits: readonly FileEdit[],
  placeOf: (path: string) => string,
): StagedFile[] {
  const changed = edits.map(({ path, text }): StagedFile => ({
    place: placeOf(path),
    source: path,
    bytes: Buffer.byteLength(text),
    sha256: sha256(text),
    executable: false,
    text,
  }));
  const places = new Set(changed.map(({ place }) => place));
  return [...files.filter(({ place }) => !places.has(place)), ...changed].sort((a, b) =>
    a.place < b.place ? -1 : 1,
  );
}

/** The configured version when it is not exact. */
function channelOf(configured: string | undefined): string | undefined {
  return configured !== undefined && parseChannel(configured)?.kind !== 'exact' ? configured : undefined;
}

/** Models, data and cells have their own way to Kaggle; an edit of JuliaKaggle.toml is no edit of the package. */
function leftOut(folder: string, config: KaggleConfig): string[] {
  const data = config.data.folder;
  if (data !== undefined && isWithin(resolve(folder, data), folder)) {
    throw configInvalid(
      'data.folder',
      `is "${data}", which holds the project itself`,
      'Name the data folder only.',
    );
  }
  const { before, after } = config.notebook;
  const paths = [data, before, after, ...config.models.files].filter((path) => path !== undefined);
  return [join(folder, CONFIG_FILE), ...paths.map((path) => resolve(folder, path))];
}

/** Pure: what JuliaKaggle.toml says besides, with the defaults that hang on the project. */
function settings(
  config: KaggleConfig,
  name: string,
  juliaVersion: string,
  imageOverride: string | undefined,
) {
  const { competition, datasets, notebook, output } = config;
  const defaults = defaultDatasets(competition, name, juliaVersion);
  return {
    image: imageOverride ?? config.image.name ?? kaggleImageFor(notebook.accelerator),
    datasets: {
      julia: datasets.julia ?? defaults.julia,
      dotjulia: datasets.dotjulia ?? defaults.dotjulia,
      'dotjulia-delta': datasets['dotjulia-delta'] ?? defaults['dotjulia-delta'],
      inferenceapp: datasets.inferenceapp ?? defaults.inferenceapp,
      models: datasets.models ?? defaults.models,
      app: datasets.app ?? defaults.app,
      sysimage: datasets.sysimage ?? defaults.sysimage,
    },
    output,
    ...(config.score.better === undefined ? {} : { betterScore: config.score.better }),
    ...(config.test.network ? {} : { offlineTest: true }),
    packMode: config.pack.mode,
    packExclude: config.pack.exclude,
    packCodec: config.pack.codec,
    packKeep: config.pack.keep,
  };
}

async function notebookSettings(
  { competition, notebook }: KaggleConfig,
  { name, folder }: PackageFile,
): Promise<Project['notebook']> {
  return {
    title: notebook.title ?? defaultTitle(competition, name),
    accelerator: notebook.accelerator,
    timeLimitMinutes: notebook.time_limit_minutes,
    ...(await ownCells('before', notebook.before, folder)),
    ...(await ownCells('after', notebook.after, folder)),
  };
}

async function ownCells(
  key: 'before' | 'after',
  path: string | undefined,
  folder: string,
): Promise<Partial<Project['notebook']>> {
  if (path === undefined) return {};
  const text = await readTextIfPresent(join(folder, path));
  if (text !== undefined) return { [key]: text };
  throw configInvalid(
    `notebook.${key}`,
    `is "${path}", which is not there`,
    'Write your cells into it: Python, with "# %%" where a cell begins.',
  );
}

/** The user's own cells and the program's arguments stand in the notebook as they are. */
function lookAtTexts(
  guard: SecretGuard,
  { run, notebook: { before, after } }: KaggleConfig,
  cells: Project['notebook'],
  folder: string,
): void {
  guard.lookAtText(join(folder, CONFIG_FILE), run.args.join('\n'));
  if (before !== undefined) guard.lookAtText(join(folder, before), cells.before ?? '');
  if (after !== undefined) guard.lookAtText(join(folder, after), cells.after ?? '');
}

/** Pure: the size of the hidden test set, as far as JuliaKaggle.toml tells it. */
function fullTestSet({ data }: KaggleConfig): Pick<Project, 'fullTestSet'> {
  const { full_rows: rows, full_bytes: bytes } = data;
  if (rows === undefined && bytes === undefined) return {};
  return { fullTestSet: { ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }) } };
}

/** Pure: the content of every staged file and where it goes. */
function sourcesFingerprint(files: readonly StagedFile[]): string {
  return fingerprint(files.map(({ place, sha256, executable }) => ({ place, sha256, executable })));
}
