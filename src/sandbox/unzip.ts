import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';
import type { BlobStore } from './blob-store.ts';
import type { StoredFile } from './records.ts';

const FILE_TYPE = 0o170000;
const PLAIN_FILE = 0o100000;

/**
 * Stores the plain files of a zip archive; folders and links are passed over. Names that are absolute or lead outside are
 * refused, and so are contents of another size or checksum than announced.
 * @throws Error for a damaged or encrypted archive
 */
export async function filesOfZip(blobs: BlobStore, path: string, signal: AbortSignal): Promise<StoredFile[]> {
  const archive = await openPromise(path, { lazyEntries: true });
  try {
    const files: StoredFile[] = [];
    for await (const entry of archive.eachEntry()) {
      signal.throwIfAborted();
      if (!isPlainFile(entry)) continue;
      if (!entry.canDecodeFileData())
        throw new Error(`'${entry.fileName}' is encrypted or packed in another way`);
      const content = Readable.from(checked(await archive.openReadStreamPromise(entry), entry));
      files.push({ name: plainName(entry.fileName), ...(await blobs.add(content, signal)) });
    }
    return files;
  } finally {
    archive.close();
  }
}

async function* checked(content: Readable, entry: Entry): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new Error(`the checksum of '${entry.fileName}' is wrong`);
}

/** Archives made elsewhere than on Unix say nothing of the type. */
function isPlainFile({ fileName, externalFileAttributes }: Entry): boolean {
  const type = (externalFileAttributes >>> 16) & FILE_TYPE;
  return !fileName.endsWith('/') && (type === 0 || type === PLAIN_FILE);
}

function plainName(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
