import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError, makeFolder } from '../base/files.ts';

/** A file on its way in: it has a temporary name beside the final one until it is whole. */
export class PartFile {
  bytes = 0;
  readonly #path: string;
  readonly #handle: FileHandle;
  #md5: Hash = createHash('md5');

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async create(path: string): Promise<PartFile> {
    return translated(path, async () => {
      await makeFolder(dirname(path));
      return new PartFile(path, await open(partOf(path), 'w'));
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await translated(this.#path, async () => {
      for (let written = 0; written < bytes.length;) {
        const at = this.bytes + written;
        written += (await this.#handle.write(bytes, written, bytes.length - written, at)).bytesWritten;
      }
    });
    this.#md5.update(bytes);
    this.bytes += bytes.length;
  }

  /** Forgets what was written so far. */
  async restart(): Promise<void> {
    await translated(this.#path, () => this.#handle.truncate(0));
    this.#md5 = createHash('md5');
    this.bytes = 0;
  }

  /** md5 of what was written, in base64 as `X-Goog-Hash` has it. */
  md5(): string {
    return this.#md5.copy().digest('base64');
  }

  /** Gives the file its final name. */
  async commit(): Promise<void> {
    await translated(this.#path, async () => {
      await this.#handle.close();
      await rename(partOf(this.#path), this.#path);
    });
  }

  /**
   * Gives the final name to what `unpack` makes of the file.
   * @param unpack reads the one path and writes the other.
   */
  async commitUnpacked(unpack: (packed: string, unpacked: string) => Promise<void>): Promise<void> {
    await translated(this.#path, () => this.#handle.close());
    await unpack(partOf(this.#path), unpackedOf(this.#path));
    await translated(this.#path, () => rename(unpackedOf(this.#path), this.#path));
    await this.discard();
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(partOf(this.#path), { force: true });
    await rm(unpackedOf(this.#path), { force: true });
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}

function unpackedOf(path: string): string {
  return `${path}.unpacked`;
}

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, path);
  }
}
