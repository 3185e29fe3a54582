import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/**
 * Saves one file out of a tar stream of `/kaggle/working` (its entries begin with `working/`).
 * Returns whether the file was there.
 */
export async function saveFromWorking(tar: Readable, name: string, path: string): Promise<boolean> {
  const entries = extract();
  let found = false;
  const feeding = pipeline(tar, entries);
  for await (const entry of entries) {
    if (entry.header.name === `working/${name}` && entry.header.type === 'file') {
      await pipeline(entry, createWriteStream(path));
      found = true;
    } else {
      entry.resume();
    }
  }
  await feeding;
  return found;
}
