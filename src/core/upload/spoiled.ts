import { rm } from 'node:fs/promises';
import { isUserError, UserError } from '../../base/errors.ts';
import { sha256OfFile } from '../../base/hash.ts';
import type { BundleFile, Project } from '../artefacts.ts';

/**
 * Does `work`, which sends these files. When it finds one that does not hold any more what was packed, although its size
 * is the same, that one is removed, so that the next run packs it anew. A model is the person's own, and stays.
 * @throws what `work` throws; UserError `file-changed` with the remedy to run again.
 */
export async function removingSpoiled<T>(
  files: readonly BundleFile[],
  { models }: Pick<Project, 'models'>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUserError(error, 'file-changed')) throw error;
    const own = files.filter(({ path }) => !models.some(({ source }) => source === path));
    let removed = 0;
    for (const { path, sha256 } of own) {
      const found = await sha256OfFile(path, signal).catch(() => undefined);
      if (found === undefined || found === sha256) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    if (removed === 0) throw error;
    throw new UserError({
      code: 'file-changed',
      title: error.title,
      actions: [{ title: 'Run again: it was removed, and is packed anew.', command: 'run' }],
      cause: error,
    });
  }
}
