import * as l10n from '@vscode/l10n';
import { isUserError, UserError } from '../../base/errors.ts';
import type { GuardedFolder } from '../../base/guarded-folder.ts';
import { sha256OfFile } from '../../base/hash.ts';
import type { BundleFile, Project } from '../artefacts.ts';

/**
 * Does `work`, which sends these files. When it finds one that does not hold any more what was packed, although its size
 * is the same, that one is removed, so that the next run packs it again. A model is the user's own, and stays.
 * @param folders those that the program's own files lie in: nothing elsewhere is removed, whatever a record says.
 * @throws what `work` throws; UserError `file-changed` with the remedy to run again.
 */
export async function removingDamaged<T>(
  files: readonly BundleFile[],
  { models }: Pick<Project, 'models'>,
  folders: readonly GuardedFolder[],
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
      const folder = folders.find((each) => each.holds(path));
      await folder?.remove(path);
      removed += folder === undefined ? 0 : 1;
    }
    if (removed === 0) throw error;
    throw new UserError({
      code: 'file-changed',
      title: error.title,
      actions: [{ title: l10n.t('Run again: it was removed, and is packed anew.'), command: 'run' }],
      cause: error,
    });
  }
}
