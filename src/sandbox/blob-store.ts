import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defined } from '../base/defined.ts';
import { fileError, exists } from '../base/files.ts';
import { Meter, sha256OfFile } from '../base/hash.ts';
import { untilFree } from '../base/in-use.ts';
import { makePrivateFolder, privateStream, removeFile } from './private-files.ts';

export interface Blob {
  readonly sha256: string;
  readonly bytes: number;
}

/** Contents by their sha256, below one folder. A blob appears whole or not at all. */
export class BlobStore {
  private constructor(
    private readonly folder: string,
    private readonly incoming: string,
  ) {}

  /** Removes what a killed process left half-written. */
  static async open(folder: string): Promise<BlobStore> {
    const incoming = join(folder, 'incoming');
    await rm(incoming, { recursive: true, force: true });
    await makePrivateFolder(incoming);
    return new BlobStore(folder, incoming);
  }

  path(sha256: string): string {
    return join(this.folder, sha256.slice(0, 2), sha256);
  }

  read(sha256: string): Readable {
    return createReadStream(this.path(sha256));
  }

  text(sha256: string): Promise<string> {
    return readFile(this.path(sha256), 'utf8');
  }

  /** Stores a stream, in constant memory. */
  async add(content: Readable | Iterable<string>, signal?: AbortSignal): Promise<Blob> {
    const path = join(this.incoming, randomUUID());
    const meter = new Meter();
    try {
      await pipeline(content, meter, privateStream(path), defined({ signal }));
      const blob = { sha256: meter.sha256(), bytes: meter.bytes };
      await this.#keep(path, blob.sha256);
      return blob;
    } catch (error) {
      await removeFile(path);
      throw fileError(error, path);
    }
  }

  /** Takes over a file of the same disk; it is gone from its place afterwards. Returns its sha256. */
  async adopt(path: string): Promise<string> {
    const sha256 = await sha256OfFile(path);
    await this.#keep(path, sha256);
    return sha256;
  }

  /** Deletes every blob that is not named. */
  async sweep(referenced: ReadonlySet<string>): Promise<void> {
    for (const prefix of await readdir(this.folder)) {
      if (prefix.length !== 2) continue;
      for (const sha256 of await readdir(join(this.folder, prefix)))
        if (!referenced.has(sha256)) await removeFile(this.path(sha256));
    }
  }

  async #keep(path: string, sha256: string): Promise<void> {
    const place = this.path(sha256);
    if (await exists(place)) {
      await removeFile(path);
      return;
    }
    await makePrivateFolder(join(this.folder, sha256.slice(0, 2)));
    await untilFree(() => rename(path, place));
  }
}
