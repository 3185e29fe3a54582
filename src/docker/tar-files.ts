import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, pack, type Pack } from 'tar-stream';
import { UserError } from '../base/errors.ts';
import { fileError } from '../base/files.ts';
import { GuardedFolder } from '../base/guarded-folder.ts';
import { fingerprint } from '../base/hash.ts';
import { isAt } from '../base/readable-places.ts';

/** One file of a tar stream: read from this machine, or given as text. */
export interface TarFile {
  /** Path inside the archive, with `/`. */
  readonly path: string;
  readonly from: FileContent | { readonly text: string };
  readonly executable?: boolean;
  /** Whole seconds since 1970; the same for all when absent. */
  readonly modifiedSeconds?: number;
}

/** A plain file of this machine, as it was looked at before. */
interface FileContent {
  /** Absolute. */
  readonly file: string;
  /** The path had no link in it: one that is there now came meanwhile, and what it leads to is not read. */
  readonly isReal?: boolean;
  readonly bytes: number;
  /** Of what it has to be; absent: its size is all that is compared. */
  readonly sha256?: string;
}

type EntryHeader = Pick<Header, 'name' | 'mode' | 'mtime' | 'uid' | 'gid'>;

/** A fixed time for files whose time nobody looks at: 2000-01-01. */
const SOME_TIME_SECONDS = 946_684_800;

/** The time that the file gets in the archive, in whole seconds since 1970. */
export function modifiedSecondsOf(file: TarFile): number {
  return file.modifiedSeconds ?? SOME_TIME_SECONDS;
}

/**
 * A tar stream of the files, owned by root, in the given order, in constant memory. `onBytes` hears how many bytes of
 * content went in so far. It fails with UserError `file-changed` when a file is not what was announced, with `unsafe-path`
 * when it is no plain file any more, and with `file-unreadable`. Whoever destroys it closes the file that is read.
 */
export function tarOfFiles(files: readonly TarFile[], onBytes?: (done: number) => void): Readable {
  const archive = pack();
  let done = 0;
  const write = async (): Promise<void> => {
    for (const file of files) {
      await writeFile(archive, file, (bytes) => {
        done += bytes;
        onBytes?.(done);
      });
    }
    archive.finalize();
  };
  write().catch((error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  // tar-stream's own kind of stream lacks half of what Node.js's have.
  return Readable.from(archive, { objectMode: false });
}

/** An entry of a tar stream whose content was read. */
interface HashedEntry {
  /** Below `top`. */
  readonly path: string;
  readonly header: Header;
  readonly sha256: string;
}

/** The entries of a plain tar stream, in constant memory for each. @param top see `tarFingerprint`. */
async function* hashedEntries(tar: Readable, top: string): AsyncGenerator<HashedEntry> {
  const entries = extract();
  // A failure of the source comes out of the loop below.
  const feeding = pipeline(tar, entries).catch(() => undefined);
  for await (const entry of entries) {
    const hash = createHash('sha256');
    for await (const chunk of entry) hash.update(chunk as Buffer);
    yield { path: below(top, entry.header.name), header: entry.header, sha256: hash.digest('hex') };
  }
  await feeding;
}

/**
 * Pure: the path of an entry below the folder `top`, without what a `./` or a slash at the end adds. Podman leaves the top
 * out where that is a mount, and begins paths by a slash there (seen with 4.3.1).
 */
export function below(top: string, path: string): string {
  const plain = path.replace(/^(\.\/)+/, '').replace(/\/$/, '');
  if (plain.startsWith('/')) return plain.slice(1);
  return top !== '' && plain.startsWith(`${top}/`) ? plain.slice(top.length + 1) : plain;
}

/**
 * What a plain tar stream holds, as one hash over path, kind, permissions, time and content of each entry, in whatever
 * order they come. Folders do not count: engines give them times of their own. Constant memory for each entry.
 * @param top the folder that all entries lie in, which is no part of their paths; empty for none.
 */
export async function tarFingerprint(tar: Readable, top: string): Promise<string> {
  const found = new Map<string, unknown>();
  const links: [path: string, target: string][] = [];
  for await (const { path, header, sha256 } of hashedEntries(tar, top)) {
    const { type, mode, mtime, linkname } = header;
    if (type === 'link') links.push([path, below(top, linkname)]);
    else if (type === 'symlink') found.set(path, { type, linkname });
    else if (type !== 'directory') {
      const seconds = Math.floor(mtime.getTime() / 1000);
      found.set(path, { type, mode: mode & 0o7777, seconds, sha256 });
    }
  }
  // Which of two names is the link to the other is a matter of order.
  for (const [path, target] of links) found.set(path, found.get(target) ?? { dangling: target });
  return fingerprint([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The sha256 of each plain file in a tar stream, by its path below `top` (see `tarFingerprint`). */
export async function tarHashes(tar: Readable, top: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { path, header, sha256 } of hashedEntries(tar, top)) {
    const first = header.type === 'link' ? found.get(below(top, header.linkname)) : undefined;
    if (header.type === 'file' || first !== undefined) found.set(path, first ?? sha256);
  }
  return found;
}

/** The text of the first plain file in a tar stream, cut after so many bytes; empty when there is none. */
export async function tarText(tar: Readable, mostBytes = Infinity): Promise<string> {
  const entries = extract();
  const feeding = pipeline(tar, entries).catch(() => undefined);
  let text: Buffer | undefined;
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.type === 'file') text ??= Buffer.concat(chunks).subarray(0, mostBytes);
  }
  await feeding;
  return text?.toString() ?? '';
}

function writeFile(archive: Pack, file: TarFile, onBytes: (bytes: number) => void): Promise<void> {
  const header = {
    name: file.path,
    mode: file.executable === true ? 0o755 : 0o644,
    mtime: new Date(modifiedSecondsOf(file) * 1000),
    uid: 0,
    gid: 0,
  };
  const { from } = file;
  return 'text' in from
    ? writeText(archive, header, from.text)
    : writeContent(archive, header, from, onBytes);
}

function writeText(archive: Pack, header: EntryHeader, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Nothing of a file is read before it is certain which one it is. */
async function openContent({ file, isReal = false }: FileContent): Promise<FileHandle> {
  const handle = await new GuardedFolder(dirname(file)).open(file);
  if (handle === undefined) throw changed(file);
  if (!isReal || (await isAt(handle, file))) return handle;
  await handle.close();
  throw changed(file);
}

async function writeContent(
  archive: Pack,
  header: EntryHeader,
  content: FileContent,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { file, bytes, sha256 } = content;
  const handle = await openContent(content);
  if (archive.destroyed) {
    await handle.close();
    return;
  }
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  let read = 0;
  return new Promise((resolve, reject) => {
    const source = handle.createReadStream();
    const entry = archive.entry({ ...header, size: bytes }, (error) => {
      source.destroy();
      if (error) reject(error);
      else resolve();
    });
    source.on('data', (chunk) => {
      read += chunk.length;
      hash?.update(chunk);
      onBytes(chunk.length);
    });
    source.on('error', (error) => reject(asError(error, file)));
    source.on('end', () => {
      if (read === bytes && hash?.digest('hex') === sha256) entry.end(undefined);
      else reject(changed(file));
    });
    entry.on('error', reject);
    // Ended above: at the end of an entry of another size the archive would fail in words of its own.
    source.pipe(entry, { end: false });
  });
}

function asError(error: Error, file: string): Error {
  const translated = fileError(error, file);
  return translated instanceof Error ? translated : error;
}

/** Between the look at a file and its copy may lie the pull of an image: somebody went on working meanwhile. */
function changed(file: string): UserError {
  return new UserError({
    code: 'file-changed',
    title: l10n.t('{0} changed while it was copied to the engine.', file),
    actions: [{ title: l10n.t('Run again when whatever writes it is done.') }],
  });
}
