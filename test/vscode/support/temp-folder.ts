import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** A new temporary folder with a short path (it will hold Unix sockets), and the way to remove it. */
export async function tempFolder(): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), 'vsc-'));
  // The last files of a server that was just ended may still be on their way.
  const remove = (): Promise<void> =>
    rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return { path, remove };
}
