import { lstat } from 'node:fs/promises';
import type { BundlePart } from '../artefacts.ts';

/** Whether all files of a part are still there, by their sizes; a link in place of one is none of ours. */
export async function isThere(part: BundlePart): Promise<boolean> {
  const sizes = await Promise.all(part.files.map((file) => lstat(file.path).catch(() => undefined)));
  return part.files.every(
    (file, index) => sizes[index]?.isFile() === true && sizes[index].size === file.bytes,
  );
}
