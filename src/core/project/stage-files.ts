import * as l10n from '@vscode/l10n';
import type { FileHandle } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { cancellable } from '../../base/abort.ts';
import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/errors.ts';
import type { FileHashes } from '../../base/file-hashes.ts';
import type { Variables } from '../../base/programs.ts';
import { type IgnoreLists, rulesAbove, UserLists } from './ignore-files.ts';
import { type FullFolder, fullestFolder } from './full-folder.ts';
import type { PlaceOf } from './layout.ts';
import { SecretSearch } from './secret-search.ts';
import { keptFinding, readFinding, type SecretGuard } from './secrets.ts';
import { fileError, isWithin } from '../../base/files.ts';
import { sha256OfHandle } from '../../base/hash.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import type { StagedFile } from '../artefacts.ts';
import { type FoundFile, filesOfRoot, isSkipped } from './walk.ts';

export interface StagingRequest {
  /** Absolute folders that are staged whole; one inside another is staged once. */
  readonly folders: readonly string[];
  /** Absolute single files besides, e.g. a workspace's Manifest. */
  readonly files: readonly string[];
  /** Absolute files and folders that stay here: models and data have their own way to Kaggle. */
  readonly leftOut: readonly string[];
  readonly placeOf: PlaceOf;
  /** Looks at each file. */
  readonly guard: SecretGuard;
  /** Variables of this process: the user's own ignore list is found by them. */
  readonly environment: Variables;
  readonly places: ReadablePlaces;
  /** What earlier runs read. Absent: all is read. */
  readonly hashes?: FileHashes | undefined;
  /** Hears how many files are known, of how many, and the folder that has most of them. */
  readonly onFiles?: ((done: number, total: number, fullest: FullFolder | undefined) => void) | undefined;
}

/** So many files are read at once. */
const BATCH = 4;
/** So many batches are told at once. */
const TELL_BATCHES = 50;

export interface Staging {
  /** In the order of their places. */
  readonly files: StagedFile[];
  /** Places of what git ignores and is staged all the same; of a folder with a slash at its end. */
  readonly ignored: string[];
}

/**
 * The files that go into the depot's `dev` folder, with their content's sha256.
 * @throws UserError `bundle-refused`, `file-changed`, and as `ReadablePlaces`; CancelledError.
 */
export async function listStagedFiles(request: StagingRequest, signal: AbortSignal): Promise<Staging> {
  const lists = new UserLists(request.environment, signal);
  const { folders, places } = request;
  const roots = outermost(folders);
  const realRoots = await Promise.all(
    folders.map(async (folder) => (await places.resolve(folder)) ?? folder),
  );
  const leftOut = new Set(request.leftOut);
  for (const path of request.leftOut) {
    const spelled = await spelledThere(path, folders, realRoots, places);
    if (spelled !== undefined) leftOut.add(spelled);
  }
  const scope = { realRoots, leftOut, folders, lists, places, signal };
  const found = new Map<string, FoundFile>(request.files.map((path) => [path, { path }]));
  const ignored = new Set<string>();
  for (const path of request.files) if (await isIgnored(path, scope)) ignored.add(request.placeOf(path));
  for (const root of roots) {
    for await (const file of filesOfRoot(root, scope)) {
      found.set(file.path, file);
      if (file.ignored === undefined) continue;
      const place = request.placeOf(file.ignored);
      ignored.add(file.ignored === file.path ? place : `${place}/`);
    }
  }
  const files = await describeAll([...found.values()], request, signal);
  return { files: files.sort((a, b) => (a.place < b.place ? -1 : 1)), ignored: outermostPlaces(ignored) };
}

/** Those first that need not be read. */
async function describeAll(
  found: readonly FoundFile[],
  request: StagingRequest,
  signal: AbortSignal,
): Promise<StagedFile[]> {
  const files: StagedFile[] = [];
  const pending: string[] = [];
  for (const file of found) {
    const known = knownFacts(file, request.hashes);
    if (known === undefined) pending.push(file.path);
    else files.push(asStaged(file.path, known, request));
  }
  const { onFiles } = request;
  const fullest = onFiles && fullestFolder(pending.map((path) => request.placeOf(path)));
  for (let at = 0; at < pending.length; at += BATCH) {
    const batch = pending.slice(at, at + BATCH).map((path) => describe(path, request, signal));
    files.push(...(await Promise.all(batch)));
    if (at % (BATCH * TELL_BATCHES) === 0) onFiles?.(files.length, found.length, fullest);
  }
  return files;
}

/** What is known of a file that looks as it did when it was read; on Windows its content says whether it is a program. */
function knownFacts({ path, plain }: FoundFile, hashes: FileHashes | undefined): FileFacts | undefined {
  if (plain === undefined || hashes === undefined || process.platform === 'win32') return undefined;
  const { look, real } = plain;
  const known = hashes.known(path, look);
  const finding = readFinding(known?.finding);
  if (known === undefined || finding === undefined) return undefined;
  const executable = (look.mode & 0o111n) !== 0n;
  return { source: real, bytes: Number(look.size), sha256: known.sha256, executable, ...finding };
}

/** How the file system spells a path below one of the folders: that of Windows or macOS finds `data` by `Data`. */
async function spelledThere(
  path: string,
  folders: readonly string[],
  realRoots: readonly string[],
  places: StagingRequest['places'],
): Promise<string | undefined> {
  const real = await places.resolve(path);
  if (real === undefined) return undefined;
  return folders
    .map((folder, at) => join(folder, relative(realRoots[at] ?? folder, real)))
    .find((found) => found !== path && found.toLowerCase() === path.toLowerCase());
}

/** Without what lies in a folder that is named itself. */
function outermostPlaces(places: ReadonlySet<string>): string[] {
  const folders = [...places].filter((place) => place.endsWith('/'));
  const isInside = (place: string): boolean =>
    folders.some((folder) => folder !== place && place.startsWith(folder));
  return [...places].filter((place) => !isInside(place)).sort();
}

async function isIgnored(path: string, lists: IgnoreLists): Promise<boolean> {
  return (await rulesAbove(path, lists, false)).isIgnored;
}

/** Without the folders that another one brings along; one in a part that is skipped there comes by itself. */
function outermost(folders: readonly string[]): string[] {
  const brings = (outer: string, inner: string): boolean =>
    outer !== inner && isWithin(outer, inner) && !relative(outer, inner).split(sep).some(isSkipped);
  return folders.filter((folder) => !folders.some((other) => brings(other, folder)));
}

async function describe(path: string, request: StagingRequest, signal: AbortSignal): Promise<StagedFile> {
  const { places, hashes } = request;
  return asStaged(path, await readFacts(path, places, signal, defined({ hashes })), request);
}

function asStaged(path: string, facts: FileFacts, { placeOf, guard }: StagingRequest): StagedFile {
  guard.lookAt(path, facts);
  const { source, bytes, sha256, executable } = facts;
  return { place: placeOf(path), source, bytes, sha256, executable };
}

export interface Reading {
  /** What earlier runs read. Absent: the file is read. */
  readonly hashes?: FileHashes;
  /** Hears how many more bytes were read, or need not be read. */
  readonly onBytes?: (more: number) => void;
}

interface FileFacts {
  /** Its path without links: what is read later is read there. */
  readonly source: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly executable: boolean;
  /** What secret its content holds, in words; undefined: none. */
  readonly holds: string | undefined;
}

/**
 * Size and sha256 of a file, and whether it holds a secret: read once, in constant memory.
 * @throws UserError `file-changed` when it is being written or removed meanwhile, and as `ReadablePlaces`;
 * CancelledError.
 */
export async function readFacts(
  path: string,
  places: ReadablePlaces,
  signal: AbortSignal,
  reading: Reading = {},
): Promise<FileFacts> {
  const found = await places.find(path);
  const handle = await found?.guard.open(found.real);
  if (found === undefined || handle === undefined) throw changed(path);
  try {
    return { source: found.real, ...(await factsOf(handle, path, signal, reading)) };
  } catch (error) {
    throw fileError(error, path);
  } finally {
    await handle.close();
  }
}

async function factsOf(
  handle: FileHandle,
  path: string,
  signal: AbortSignal,
  { hashes, onBytes }: Reading,
): Promise<Omit<FileFacts, 'source'>> {
  const before = await handle.stat({ bigint: true });
  const facts = { bytes: Number(before.size), executable: await isExecutable(handle, before.mode) };
  const known = hashes?.known(path, before);
  const finding = readFinding(known?.finding);
  if (known !== undefined && finding !== undefined) {
    onBytes?.(facts.bytes);
    return { ...facts, sha256: known.sha256, ...finding };
  }
  const search = new SecretSearch();
  const sha256 = await cancellable(signal, () =>
    sha256OfHandle(handle, {
      signal,
      bytes: facts.bytes,
      onPiece: (piece) => {
        search.update(piece);
        onBytes?.(piece.length);
      },
    }),
  );
  const after = await handle.stat({ bigint: true });
  const isSame = before.size === after.size && before.mtimeNs === after.mtimeNs && after.nlink > 0n;
  if (!isSame) throw changed(path);
  const holds = search.end();
  hashes?.remember(path, after, sha256, keptFinding(holds));
  return { ...facts, sha256, holds };
}

/** Whether it is a program: NTFS has no such bit, so that there its first bytes have to tell. */
export async function isExecutable(
  handle: FileHandle,
  mode: bigint,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  if (platform !== 'win32') return (mode & 0o111n) !== 0n;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  const start = buffer.toString('latin1', 0, bytesRead);
  return start.startsWith('#!') || start === '\x7fELF';
}

function changed(path: string): UserError {
  return new UserError({
    code: 'file-changed',
    title: l10n.t('{0} changed while it was being read.', path),
    actions: [{ title: l10n.t('Run again when whatever writes it is done.') }],
  });
}
