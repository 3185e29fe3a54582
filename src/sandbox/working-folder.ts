import type { Readable } from 'node:stream';
import { filesOfTar } from './archive.ts';
import type { BlobStore } from './blob-store.ts';
import type { StoredFile } from './records.ts';

/** The entries of the archive of /kaggle/working begin with this. */
const FOLDER = 'working/';

/** Keeps what a notebook left in /kaggle/working. */
export class WorkingFolder {
  files: readonly StoredFile[] = [];

  constructor(
    private readonly blobs: BlobStore,
    private readonly keep: (name: string) => boolean,
    private readonly signal: AbortSignal,
  ) {}

  async take(tar: Readable): Promise<void> {
    const wanted = (name: string): boolean => name.startsWith(FOLDER) && this.keep(name.slice(FOLDER.length));
    const files = await filesOfTar(this.blobs, tar, this.signal, wanted);
    this.files = files.map((file) => ({ ...file, name: file.name.slice(FOLDER.length) }));
  }
}
