import * as l10n from '@vscode/l10n';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { isUserError, messageOf, systemCode } from '../../../base/errors.ts';
import { formatBytes, plural } from '../../../base/format.ts';

/** What a file holds is not what its name says. The message completes "<file> cannot be read: ...". */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

const CHUNK_BYTES = 256 * 1024;
/** A table shrinks to a fifth or a twentieth. What grows so much more is made to fill memories and disks. */
const HARMLESS_BYTES = 100_000_000;
const MAX_RATIO = 200;
/** Names of more files than any submission has. */
const MAX_ENTRIES = 200_000;
const FILE_TYPE = 0o170000;
const PLAIN_FILE = 0o100000;

/** How files begin that are often taken for others. */
const BEGINNINGS = [
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['gzip', '\x1f\x8b'],
  ['parquet', 'PAR1'],
  ['arrow', 'ARROW1'],
  ['hdf5', '\x89HDF'],
  ['7z', '7z\xbc\xaf'],
  ['numpy', '\x93NUMPY'],
  ['page', '<!DOCTYPE'],
  ['page', '<!doctype'],
  ['page', '<html'],
  ['utf16', '\xff\xfe'],
  ['utf16', '\xfe\xff'],
] as const;
export type FileKind = (typeof BEGINNINGS)[number][0];

/** Pure: a kind of files, with its article. */
export function kindInWords(kind: FileKind): string {
  return {
    zip: l10n.t('a zip archive'),
    gzip: l10n.t('a gzip file'),
    parquet: l10n.t('a Parquet file'),
    arrow: l10n.t('an Arrow file'),
    hdf5: l10n.t('an HDF5 or JLD2 file'),
    '7z': l10n.t('a 7z archive'),
    numpy: l10n.t('a NumPy file'),
    page: l10n.t('a web page'),
    utf16: l10n.t('UTF-16 text'),
  }[kind];
}

/** Pure: what a file looks like by its first bytes, undefined for text and what is not known. */
export function kindOfContent(beginning: Buffer): FileKind | undefined {
  const text = beginning.subarray(0, 16).toString('latin1');
  return BEGINNINGS.find(([, start]) => text.startsWith(start))?.[0];
}

/**
 * The bytes of a text file, unpacked where it is a `.gz` or a `.zip` with one file, in constant memory.
 * @throws ContentError; errors of the file system.
 */
export async function* textBytes(path: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of unpacked(path)) {
    if (isFirst && chunk.length > 0) {
      isFirst = false;
      const kind = kindOfContent(chunk);
      if (kind !== undefined) throw new ContentError(l10n.t('it is {0} by its content', kindInWords(kind)));
    }
    if (chunk.includes(0)) throw new ContentError(l10n.t('it holds bytes that are no text'));
    yield chunk;
  }
}

async function* unpacked(path: string): AsyncGenerator<Buffer> {
  const lower = path.toLowerCase();
  if (lower.endsWith('.zip')) yield* onlyFileOf(path);
  else if (lower.endsWith('.gz')) yield* gunzipped(path);
  else yield* createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
}

async function* gunzipped(path: string): AsyncGenerator<Buffer> {
  const { size } = await stat(path);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const text = file.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  file.on('error', (error) => text.destroy(error));
  try {
    yield* bounded(text as AsyncIterable<Buffer>, size);
  } catch (error) {
    throw inWords(error, l10n.t('it is no gzip file, or a damaged one'));
  } finally {
    file.destroy();
  }
}

async function* onlyFileOf(path: string): AsyncGenerator<Buffer> {
  const { size } = await stat(path);
  const zip = await open(path);
  try {
    const [entry, ...others] = await plainEntries(zip);
    if (entry === undefined || others.length > 0)
      throw new ContentError(
        l10n.t('it holds {0}, not one', plural(others.length + (entry ? 1 : 0), 'file')),
      );
    yield* bounded((await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>, size);
  } catch (error) {
    throw inWords(error, l10n.t('it is a damaged zip archive'));
  } finally {
    zip.close();
  }
}

async function* bounded(chunks: AsyncIterable<Buffer>, packedBytes: number): AsyncGenerator<Buffer> {
  const most = Math.max(HARMLESS_BYTES, MAX_RATIO * packedBytes);
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(bytes, packedBytes);
    yield chunk;
  }
}

function tooLarge(bytes: number, packedBytes: number): ContentError {
  return new ContentError(
    l10n.t(
      '{0} of it unpack to more than {1}, which no submission does',
      formatBytes(packedBytes),
      formatBytes(bytes),
    ),
  );
}

/**
 * The files in a zip archive: names with `/` and sizes. Nothing is unpacked.
 * @throws ContentError for an archive that is damaged or encrypted, or that holds what unpacking could be tricked by: a
 * link, a name that leads outside, a name twice, contents that grow beyond measure; errors of the file system.
 */
export async function zipContents(path: string): Promise<{ name: string; bytes: number }[]> {
  const { size } = await stat(path);
  const zip = await open(path);
  try {
    const entries = await plainEntries(zip);
    const bytes = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
    if (bytes > Math.max(HARMLESS_BYTES, MAX_RATIO * size)) throw tooLarge(bytes, size);
    return entries.map(({ fileName: name, uncompressedSize }) => ({ name, bytes: uncompressedSize }));
  } catch (error) {
    throw inWords(error, l10n.t('it is a damaged zip archive'));
  } finally {
    zip.close();
  }
}

async function open(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, lazyEntries: true });
  } catch (error) {
    throw inWords(error, l10n.t('it is no zip archive, or a damaged one'));
  }
}

async function plainEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  const names = new Set<string>();
  for await (const entry of zip.eachEntry()) {
    const { fileName: name } = entry;
    if (name.endsWith('/')) continue;
    const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
    if (type !== 0 && type !== PLAIN_FILE)
      throw new ContentError(l10n.t('{0} in it is a link or a device', name));
    if (!entry.canDecodeFileData())
      throw new ContentError(l10n.t('{0} in it is encrypted, or packed in another way than usual', name));
    if (names.has(name)) throw new ContentError(l10n.t('{0} is in it twice', name));
    if (names.size === MAX_ENTRIES)
      throw new ContentError(l10n.t('it holds more than {0} files, which no submission does', MAX_ENTRIES));
    names.add(name);
    entries.push(entry);
  }
  return entries;
}

/** What comes of the content and not of the file system is said with the file. */
function inWords(error: unknown, meaning: string): unknown {
  const isOfSystem = /^E[A-Z0-9]+$/.test(systemCode(error) ?? '');
  if (error instanceof ContentError || isUserError(error) || isOfSystem) return error;
  return new ContentError(`${meaning} (${messageOf(error)})`, { cause: error });
}
