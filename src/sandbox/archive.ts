import { addAbortSignal, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, type Extract, type Header } from 'tar-stream';
import type { Blob, BlobStore } from './blob-store.ts';
import type { StoredFile } from './records.ts';
import { filesOfZip } from './unzip.ts';

/**
 * Kaggle decides by the file's extension alone what an archive is (kaggle-api 2.6). `unsupported`: Kaggle unpacks it,
 * this sandbox cannot. Any other name, or none, leaves the file as it is.
 */
const FORMS = [
  ['.tar.gz', 'gzip-tar'],
  ['.tgz', 'gzip-tar'],
  ['.tar', 'tar'],
  ['.gz', 'gzip'],
  ['.zip', 'zip'],
  ['.whl', 'zip'],
  ['.7z', 'unsupported'],
] as const;

export interface Archive {
  readonly form: (typeof FORMS)[number][1];
  /** The name without its extension: of the folder or, for a lone `.gz`, of the file inside. */
  readonly stem: string;
}

/** What Kaggle takes the file for; undefined: it stays intact. */
export function archiveOf(name: string): Archive | undefined {
  const found = FORMS.find(([extension]) => name.toLowerCase().endsWith(extension));
  return found && { form: found[1], stem: name.slice(0, -found[0].length) };
}

/** An archive that could not be unpacked, in words for its owner. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

/**
 * The files as they appear in a notebook: archives unpacked, in a folder of the archive's name, or at the top when the
 * archive is the only file (reports differ, kaggle-api 2.6). Links are dropped and modes forgotten.
 * @throws ArchiveError
 */
export async function unpackAll(
  blobs: BlobStore,
  uploads: readonly StoredFile[],
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const files = new Map<string, StoredFile>();
  for (const upload of uploads) {
    for (const file of await unpackOne(blobs, upload, uploads.length === 1, signal))
      files.set(file.name, file);
  }
  refuseFileAsFolder(files);
  return [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function unpackOne(
  blobs: BlobStore,
  upload: StoredFile,
  alone: boolean,
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const archive = archiveOf(upload.name);
  if (archive === undefined) return [upload];
  switch (archive.form) {
    case 'unsupported':
      throw new ArchiveError(
        `Kaggle unpacks '${upload.name}'; this sandbox cannot unpack 7z archives. Send a .zip, .tar, .tar.gz or .gz.`,
      );
    case 'gzip':
      return [{ name: archive.stem, ...(await gunzip(blobs, upload, signal)) }];
    case 'zip':
      return inFolder(await unzip(blobs, upload, signal), alone ? undefined : archive.stem);
    case 'tar':
    case 'gzip-tar': {
      const content = await unpackTar(blobs, upload, archive.form === 'gzip-tar', signal);
      return inFolder(content, alone ? undefined : archive.stem);
    }
  }
}

function inFolder(files: StoredFile[], folder: string | undefined): StoredFile[] {
  return folder === undefined ? files : files.map((file) => ({ ...file, name: `${folder}/${file.name}` }));
}

async function unzip(blobs: BlobStore, upload: StoredFile, signal: AbortSignal): Promise<StoredFile[]> {
  try {
    return await filesOfZip(blobs, blobs.path(upload.sha256), signal);
  } catch (error) {
    throw damaged(upload, error, signal);
  }
}

async function gunzip(blobs: BlobStore, upload: StoredFile, signal: AbortSignal): Promise<Blob> {
  const packed = blobs.read(upload.sha256);
  try {
    return await blobs.add(throughGunzip(packed), signal);
  } catch (error) {
    throw damaged(upload, error, signal);
  } finally {
    packed.destroy();
  }
}

async function unpackTar(
  blobs: BlobStore,
  upload: StoredFile,
  gzip: boolean,
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const archive = blobs.read(upload.sha256);
  try {
    return await filesOfTar(blobs, gzip ? throughGunzip(archive) : archive, signal);
  } catch (error) {
    throw damaged(upload, error, signal);
  } finally {
    archive.destroy();
  }
}

function throughGunzip(archive: Readable): Readable {
  const inflate = createGunzip();
  archive.on('error', (error) => inflate.destroy(error));
  return archive.pipe(inflate);
}

/** Stores the plain files of a tar stream; whatever else is in it is passed over. `keep` chooses by name. */
export async function filesOfTar(
  blobs: BlobStore,
  tar: Readable,
  signal: AbortSignal,
  keep: (name: string) => boolean = () => true,
): Promise<StoredFile[]> {
  const archive = extract();
  const feeding = feed(addAbortSignal(signal, tar), archive);
  const files: StoredFile[] = [];
  try {
    for await (const entry of archive) {
      const name = fileNameOf(entry.header);
      if (name === undefined || !keep(name)) entry.resume();
      else files.push({ name, ...(await blobs.add(Readable.from(entry), signal)) });
    }
  } finally {
    archive.destroy();
    await feeding;
  }
  return files;
}

/** `tar.pipe(archive)` for a stream that is not of Node.js' own classes. An error of `tar` becomes one of `archive`. */
async function feed(tar: Readable, archive: Extract): Promise<void> {
  const closed = new Promise<void>((resolve) => archive.once('close', resolve));
  try {
    for await (const chunk of tar as AsyncIterable<Buffer>) {
      if (archive.destroyed) return;
      if (!archive.write(chunk))
        await Promise.race([closed, new Promise<void>((resolve) => archive.once('drain', resolve))]);
    }
    archive.end(undefined);
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** The entry's relative path; undefined for what is no plain file or points outside. */
function fileNameOf(header: Header): string | undefined {
  if (header.type !== 'file' && header.type !== 'contiguous-file') return undefined;
  const parts = header.name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? undefined : parts.join('/');
}

function refuseFileAsFolder(files: ReadonlyMap<string, StoredFile>): void {
  for (const name of files.keys()) {
    const parts = name.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      if (files.has(folder))
        throw new ArchiveError(`'${folder}' is both a file and the folder of an unpacked archive.`);
    }
  }
}

function damaged(upload: StoredFile, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ArchiveError(`'${upload.name}' is not the archive that its name says: ${reason}`);
}
