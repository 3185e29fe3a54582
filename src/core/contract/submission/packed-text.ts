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
const BEGINNINGS: readonly (readonly [kind: string, beginning: string])[] = [
  ['a zip archive', 'PK\x03\x04'],
  ['a zip archive', 'PK\x05\x06'],
  ['a gzip file', '\x1f\x8b'],
  ['a Parquet file', 'PAR1'],
  ['an Arrow file', 'ARROW1'],
  ['an HDF5 or JLD2 file', '\x89HDF'],
  ['a 7z archive', '7z\xbc\xaf'],
  ['a NumPy file', '\x93NUMPY'],
  ['a web page', '<!DOCTYPE'],
  ['a web page', '<!doctype'],
  ['a web page', '<html'],
  ['UTF-16 text', '\xff\xfe'],
  ['UTF-16 text', '\xfe\xff'],
];

/** Pure: what a file looks like by its first bytes, e.g. `a zip archive`; undefined for text and what is not known. */
export function kindOfContent(beginning: Buffer): string | undefined {
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
      if (kind !== undefined) throw new ContentError(`it is ${kind} by its content`);
    }
    if (chunk.includes(0)) throw new ContentError('it holds bytes that are no text');
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
    throw inWords(error, 'it is no gzip file, or a damaged one');
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
      throw new ContentError(`it holds ${plural(others.length + (entry ? 1 : 0), 'file')}, not one`);
    yield* bounded((await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>, size);
  } catch (error) {
    throw inWords(error, 'it is a damaged zip archive');
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
    `${formatBytes(packedBytes)} of it unpack to more than ${formatBytes(bytes)}, which no submission does`,
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
    throw inWords(error, 'it is a damaged zip archive');
  } finally {
    zip.close();
  }
}

async function open(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, lazyEntries: true });
  } catch (error) {
    throw inWords(error, 'it is no zip archive, or a damaged one');
  }
}

async function plainEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  const names = new Set<string>();
  for await (const entry of zip.eachEntry()) {
    const { fileName: name } = entry;
    if (name.endsWith('/')) continue;
    const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
    if (type !== 0 && type !== PLAIN_FILE) throw new ContentError(`${name} in it is a link or a device`);
    if (!entry.canDecodeFileData())
      throw new ContentError(`${name} in it is encrypted, or packed in another way than usual`);
    if (names.has(name)) throw new ContentError(`${name} is in it twice`);
    if (names.size === MAX_ENTRIES)
      throw new ContentError(`it holds more than ${MAX_ENTRIES} files, which no submission does`);
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
