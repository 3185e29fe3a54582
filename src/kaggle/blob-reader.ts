import * as l10n from '@vscode/l10n';
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { throwIfAborted } from '../base/abort.ts';
import { UserError } from '../base/errors.ts';
import { GuardedFolder } from '../base/guarded-folder.ts';

/** A file that is to be uploaded. */
export interface BlobSource {
  /** Path in the dataset, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The stage that makes it, for the remedy when it is another; absent: `pack`. */
  readonly madeBy?: string;
}

/** How much is read at once of what only has to be hashed. */
const SKIP_BYTES = 1024 * 1024;

/** Reads a file part by part for an upload, and notices when it is not, or no longer, the file that was announced. */
export class BlobReader {
  /** Milliseconds since 1970, when the file was changed last. */
  readonly modifiedMs: number;
  readonly #file: BlobSource;
  readonly #handle: FileHandle;
  #hash: Hash = createHash('sha256');
  #hashed = 0;

  private constructor(file: BlobSource, handle: FileHandle, modifiedMs: number) {
    this.#file = file;
    this.#handle = handle;
    this.modifiedMs = modifiedMs;
  }

  /** @throws UserError `file-changed` when it is missing or has another size, `unsafe-path` when it is no plain file. */
  static async open(file: BlobSource): Promise<BlobReader> {
    const handle = await new GuardedFolder(dirname(file.path)).open(file.path);
    if (handle === undefined) throw changed(file);
    const { size, mtimeMs } = await handle.stat();
    if (size === file.bytes) return new BlobReader(file, handle, mtimeMs);
    await handle.close();
    throw changed(file);
  }

  /**
   * The bytes from `from` up to, not including, `to`. Reading from 0 begins anew; what comes before `from` and was not
   * read yet, as when an upload is resumed, is hashed on the way.
   * @throws UserError `file-changed` when the file ends before `to`; CancelledError.
   */
  async read(from: number, to: number, signal: AbortSignal): Promise<Uint8Array> {
    if (from === 0) this.#restart();
    await this.#hashUpTo(from, signal);
    const bytes = await this.#fill(Buffer.allocUnsafe(to - from), from);
    if (to > this.#hashed) {
      this.#hash.update(bytes.subarray(this.#hashed - from));
      this.#hashed = to;
    }
    return bytes;
  }

  /** @throws UserError `file-changed` when the bytes of the file are not those announced by sha256; CancelledError. */
  async verify(signal: AbortSignal): Promise<void> {
    await this.#hashUpTo(this.#file.bytes, signal);
    if (this.#hash.copy().digest('hex') !== this.#file.sha256) throw changed(this.#file);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #restart(): void {
    this.#hash = createHash('sha256');
    this.#hashed = 0;
  }

  /** What an earlier process sent may be many gigabytes. */
  async #hashUpTo(end: number, signal: AbortSignal): Promise<void> {
    if (this.#hashed >= end) return;
    const space = Buffer.allocUnsafe(SKIP_BYTES);
    while (this.#hashed < end) {
      throwIfAborted(signal);
      const length = Math.min(SKIP_BYTES, end - this.#hashed);
      this.#hash.update(await this.#fill(space.subarray(0, length), this.#hashed));
      this.#hashed += length;
    }
  }

  /** Reads as many bytes as `buffer` has. */
  async #fill(buffer: Buffer, from: number): Promise<Uint8Array> {
    for (let filled = 0; filled < buffer.length;) {
      const { bytesRead } = await this.#handle.read(buffer, filled, buffer.length - filled, from + filled);
      if (bytesRead === 0) throw changed(this.#file);
      filled += bytesRead;
    }
    return buffer;
  }
}

function changed(file: BlobSource): UserError {
  return new UserError({
    code: 'file-changed',
    title: l10n.t(
      '{0} is not the file that was {1}: it changed or is gone.',
      file.path,
      file.madeBy === undefined ? 'packed' : 'made',
    ),
    actions: [
      { title: l10n.t('Make it anew, and run again.'), command: `run --fresh ${file.madeBy ?? 'pack'}` },
    ],
  });
}
