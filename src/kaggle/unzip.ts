import * as l10n from '@vscode/l10n';
import { createWriteStream } from 'node:fs';
import { basename } from 'node:path/posix';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { throwIfAborted } from '../base/abort.ts';
import { isUserError, messageOf, systemCode } from '../base/errors.ts';
import { fileError } from '../base/files.ts';
import { fits } from '../base/download.ts';
import type { SizeRule } from '../base/http.ts';
import { isSafeName } from './remote-name.ts';

/** Deflate cannot do better, so what claims more is made to fill disks. */
const MAX_RATIO = 1_100;

/** Why an archive was not unpacked, in a sentence. */
export class UnzipError extends Error {
  override readonly name = 'UnzipError';
}

/**
 * Unpacks the one file of an archive, as Kaggle packs a big file of its own accord. Sizes and the archive's own
 * checksum are compared. What is written to `target` before a failure stays there.
 * @param target where nothing is.
 * @param name the file's name; the entry must have it, whatever folder it is in.
 * @param size how large the file is by Kaggle's list, or may be at most.
 * @throws UnzipError; UserError `disk-full`, `file-unreadable`; CancelledError.
 */
export async function unzipSingle(
  archive: string,
  target: string,
  name: string,
  size: SizeRule,
  signal: AbortSignal,
): Promise<void> {
  try {
    const zip = await openPromise(archive, { autoClose: false, lazyEntries: true });
    try {
      await extract(zip, await onlyEntry(zip, basename(name), size), target, signal);
    } finally {
      zip.close();
    }
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof UnzipError) throw error;
    const translated = fileError(error, target);
    if (isUserError(translated) || isSystemError(error)) throw translated;
    throw new UnzipError(l10n.t('The archive is damaged: {0}.', messageOf(error)), { cause: error });
  }
}

/** `ENOENT` and the like, not zlib's `Z_DATA_ERROR`. */
function isSystemError(error: unknown): boolean {
  return /^E[A-Z0-9]+$/.test(systemCode(error) ?? '');
}

async function onlyEntry(zip: ZipFile, name: string, size: SizeRule): Promise<Entry> {
  const found: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    found.push(entry);
    if (found.length > 1) break;
  }
  const [entry] = found;
  if (entry === undefined || found.length > 1)
    throw new UnzipError(l10n.t('The archive does not hold one file.'));
  // The entry's name is compared only: where it is unpacked to, the caller says.
  if (!isSafeName(entry.fileName) || basename(entry.fileName) !== name)
    throw new UnzipError(l10n.t('The archive holds {0} instead.', JSON.stringify(entry.fileName)));
  const { uncompressedSize, compressedSize } = entry;
  if (!fits(size, uncompressedSize) || uncompressedSize > MAX_RATIO * (compressedSize + 100))
    throw new UnzipError(
      l10n.t(
        'The archive claims to hold {0} bytes, which is not what is listed, or cannot be.',
        uncompressedSize,
      ),
    );
  return entry;
}

/** The size is compared by yauzl, while it unpacks. */
async function extract(zip: ZipFile, entry: Entry, target: string, signal: AbortSignal): Promise<void> {
  let checksum = 0;
  const summing = new Transform({
    transform: (chunk: Buffer, _, done) => {
      checksum = crc32(chunk, checksum);
      done(null, chunk);
    },
  });
  await pipeline(
    await zip.openReadStreamPromise(entry),
    summing,
    createWriteStream(target, { flags: 'wx' }),
    { signal },
  );
  if (checksum !== entry.crc32) throw new UnzipError(l10n.t('The archive is damaged: its checksum differs.'));
}
