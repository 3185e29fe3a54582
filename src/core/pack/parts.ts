import { stat } from 'node:fs/promises';
import type { BundlePart } from '../artefacts.ts';

/** Whether all files of a part are still there, by their sizes. */
export async function isThere(part: BundlePart): Promise<boolean> {
  const sizes = await Promise.all(part.files.map((file) => stat(file.path).catch(() => undefined)));
  return part.files.every((file, index) => sizes[index]?.size === file.bytes);
}
