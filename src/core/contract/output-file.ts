import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/**
 * Saves one file out of a tar stream of `/kaggle/working` (its entries begin with `working/`).
 * Returns whether the file was there. `others` collects the other files, relative to the working folder.
 */
export async function saveFromWorking(
  tar: Readable,
  name: string,
  path: string,
  others: string[] = [],
): Promise<boolean> {
  const entries = extract();
  let found = false;
  const feeding = pipeline(tar, entries);
  for await (const entry of entries) {
    if (entry.header.name === `working/${name}` && entry.header.type === 'file') {
      await pipeline(entry, createWriteStream(path));
      found = true;
    } else {
      if (entry.header.type === 'file') others.push(entry.header.name.replace(/^working\//, ''));
      entry.resume();
    }
  }
  await feeding;
  return found;
}
