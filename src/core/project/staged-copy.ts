import { basename, dirname, join } from 'node:path';
import { FileHashes } from '../../base/file-hashes.ts';
import { sha256 } from '../../base/hash.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { parseProjectFile } from '../../julia/project-file.ts';
import { withValue } from '../../julia/toml-edit.ts';
import type { StagedFile } from '../artefacts.ts';
import { bridgeFiles } from '../contract/evaluation/bridge.ts';
import type { KaggleConfig } from './config-schema.ts';
import type { FileEdit } from './cuda-pin.ts';
import { environmentFiles } from './environment-files.ts';
import { isPackageName, type OpenProject } from './find-project.ts';
import type { JuliaEnvironment } from './julia-environment.ts';
import { type PlaceOf, planLayout } from './layout.ts';
import type { LocalPackage } from './path-dependencies.ts';
import type { SecretGuard } from './secrets.ts';
import { leftOut } from './settings.ts';
import { listStagedFiles, type Staging, type StagingRequest } from './stage-files.ts';

interface ToStage {
  readonly julia: JuliaEnvironment;
  readonly dependencies: readonly LocalPackage[];
  readonly places: ReadablePlaces;
  /** Looks at each file. */
  readonly guard: SecretGuard;
}

interface StageOptions extends Pick<StagingRequest, 'environment' | 'onFiles'> {
  /** Folder with the hashes of files that were read before, by project; absent: all are read. */
  readonly stagedHashes?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The files that are staged, and where each goes.
 * @throws as `listStagedFiles`.
 */
export async function stage(
  project: OpenProject,
  config: KaggleConfig,
  { julia: { manifest, workspaces }, dependencies, places, guard }: ToStage,
  { environment, signal, stagedHashes, onFiles }: StageOptions,
): Promise<Staging & { readonly placeOf: PlaceOf }> {
  const needed = await environmentFiles(manifest, workspaces, places);
  // What a notebook brings along is no file.
  const shared = needed.filter((file) => !places.given.has(file));
  const placeOf = planLayout([
    { folder: project.folder, name: folderName(project) },
    ...dependencies,
    ...shared.map((file) => ({ folder: dirname(file), name: folderName(project) })),
  ]);
  const request = {
    folders: [project.folder, ...dependencies.map((dependency) => dependency.folder)],
    files: shared,
    leftOut: leftOut(project.folder, config),
    placeOf,
    guard,
    environment,
    places,
    onFiles,
    hashes: await openHashes(project.folder, stagedHashes),
  };
  try {
    const staged = await listStagedFiles(request, signal);
    // To read fewer takes no longer than to recall them, and leaves nothing behind.
    if (staged.files.length < FEW_FILES) request.hashes = undefined;
    return { placeOf, ...staged };
  } finally {
    await request.hashes?.save();
  }
}

const FEW_FILES = 500;

function openHashes(project: string, folder: string | undefined): Promise<FileHashes | undefined> {
  if (folder === undefined) return Promise.resolve(undefined);
  return FileHashes.open(join(folder, `${sha256(project).slice(0, 32)}.json`), () => Date.now());
}

/** Pure: what the project's folder is called below `dev`, where it can choose: a title may be anything. */
function folderName({ name }: OpenProject): string {
  return isPackageName(name) ? name : 'project';
}

/** The edits of the staged copy, with the uuid of a package that has none of its own. */
export async function withUuid(
  { file, name, uuid, isPackage }: OpenProject,
  edits: readonly FileEdit[],
  places: ReadablePlaces,
): Promise<readonly FileEdit[]> {
  const before = edits.find(({ path }) => path === file);
  const text = before?.text ?? (await places.readText(file)) ?? '';
  if (!isPackage || parseProjectFile(text, file).uuid !== undefined) return edits;
  const changed = withValue(text, ['uuid'], uuid) ?? `uuid = "${uuid}"\n${text}`;
  const edit = { path: file, text: changed, diff: [basename(file), `+ uuid = "${uuid}"  # ${name}`] };
  return [...edits.filter((other) => other !== before), edit];
}

/** Pure: the files of a notebook's own environment, in place of those of the folder. */
export function withGiven(
  files: readonly StagedFile[],
  { given }: Pick<ReadablePlaces, 'given'>,
  placeOf: PlaceOf,
): StagedFile[] {
  const texts = [...given].map(([path, text]) => ({ path, text, place: placeOf(path) }));
  const places = new Set(texts.map(({ place }) => place));
  const made = texts.flatMap(({ path, text, place }): StagedFile[] =>
    text === undefined
      ? []
      : [
          {
            ...{ place, source: path, bytes: Buffer.byteLength(text), sha256: sha256(text) },
            ...{ executable: false, text, isMade: true },
          },
        ],
  );
  return inOrder([...files.filter(({ place }) => !places.has(place)), ...made]);
}

/** Pure: the files with what is changed or added in the staged copy, in the order of their places. */
export function withEdits(
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
  return inOrder([...files.filter(({ place }) => !places.has(place)), ...changed]);
}

/** Pure: what a function that is called takes besides. */
export function addedFiles({ run }: KaggleConfig): StagedFile[] {
  return run.predict === undefined ? [] : bridgeFiles();
}

/** Pure: by their places. */
export function inOrder(files: readonly StagedFile[]): StagedFile[] {
  return files.toSorted((a, b) => (a.place < b.place ? -1 : 1));
}

/** Pure: the content of every staged file and where it goes. */
export function sourcesFingerprint(files: readonly StagedFile[]): string {
  // In the order of the names, as `fingerprint` would write them, which takes its time for thousands.
  return sha256(
    JSON.stringify(files.map(({ place, sha256, executable }) => ({ executable, place, sha256 }))),
  );
}
