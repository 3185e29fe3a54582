import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';

/** One file of a tar stream: read from this machine, or given as text. */
export interface TarFile {
  /** Path inside the archive, with `/`. */
  readonly path: string;
  readonly from: { readonly file: string; readonly bytes: number } | { readonly text: string };
  readonly executable?: boolean;
  /** Whole seconds since 1970; the same for all when absent. */
  readonly modifiedSeconds?: number;
}

/** A fixed time for files whose time nobody looks at: 2000-01-01. */
const SOME_TIME_SECONDS = 946_684_800;

/** The time that the file gets in the archive, in whole seconds since 1970. */
export function modifiedSecondsOf(file: TarFile): number {
  return file.modifiedSeconds ?? SOME_TIME_SECONDS;
}

/**
 * A tar stream of the files, owned by root, in the given order, in constant memory. `onBytes` hears how many bytes of
 * content went in so far. A file that has another size than announced makes the stream fail.
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

function writeFile(archive: Pack, file: TarFile, onBytes: (bytes: number) => void): Promise<void> {
  const header = {
    name: file.path,
    mode: file.executable === true ? 0o755 : 0o644,
    mtime: new Date(modifiedSecondsOf(file) * 1000),
    uid: 0,
    gid: 0,
  };
  const { from } = file;
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => {
      if (error) reject(error);
      else resolve();
    };
    if ('text' in from) {
      archive.entry(header, from.text, settle);
      return;
    }
    const entry = archive.entry({ ...header, size: from.bytes }, settle);
    const source = createReadStream(from.file);
    source.on('data', (chunk) => onBytes(chunk.length));
    source.on('error', reject);
    entry.on('error', reject);
    source.pipe(entry);
  });
}
