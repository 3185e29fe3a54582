import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { systemCode, UserError } from '../base/errors.ts';
import { fileError } from '../base/files.ts';
import type { BlobSource } from './client.ts';

/** Reads a file part by part for an upload, and notices when it is not, or no longer, the file that was announced. */
export class BlobReader {
  /** Seconds since 1970. */
  readonly modifiedSeconds: number;
  readonly #file: BlobSource;
  readonly #handle: FileHandle;
  #hash: Hash = createHash('sha256');
  #hashed = 0;

  private constructor(file: BlobSource, handle: FileHandle, modifiedSeconds: number) {
    this.#file = file;
    this.#handle = handle;
    this.modifiedSeconds = modifiedSeconds;
  }

  /** @throws UserError `file-changed` when it is missing or has another size. */
  static async open(file: BlobSource): Promise<BlobReader> {
    const handle = await open(file.path, 'r').catch((error: unknown) => {
      throw systemCode(error) === 'ENOENT' ? changed(file) : fileError(error, file.path);
    });
    const { size, mtimeMs } = await handle.stat();
    if (size === file.bytes) return new BlobReader(file, handle, Math.floor(mtimeMs / 1000));
    await handle.close();
    throw changed(file);
  }

  /**
   * The bytes from `from` up to, not including, `to`. Reading from 0 begins anew; apart from that, no byte may be
   * skipped.
   * @throws UserError `file-changed` when the file ends before `to`.
   */
  async read(from: number, to: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafe(to - from);
    for (let filled = 0; filled < buffer.length;) {
      const { bytesRead } = await this.#handle.read(buffer, filled, buffer.length - filled, from + filled);
      if (bytesRead === 0) throw changed(this.#file);
      filled += bytesRead;
    }
    this.#digest(buffer, from);
    return buffer;
  }

  /** @throws UserError `file-changed` when the bytes read were not those announced by sha256. */
  verify(): void {
    if (this.#hash.copy().digest('hex') !== this.#file.sha256) throw changed(this.#file);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #digest(bytes: Uint8Array, from: number): void {
    if (from === 0) {
      this.#hash = createHash('sha256');
      this.#hashed = 0;
    }
    this.#hash.update(bytes.subarray(this.#hashed - from));
    this.#hashed = from + bytes.length;
  }
}

function changed(file: BlobSource): UserError {
  return new UserError({
    code: 'file-changed',
    title: `${file.path} is not the file that was packed: it changed or is gone.`,
    actions: [{ title: 'Run again; it is packed anew.' }],
  });
}
