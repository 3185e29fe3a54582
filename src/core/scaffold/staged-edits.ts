import { GuardedFolder } from '../../base/guarded-folder.ts';
import { dirname } from 'node:path';
import type { Project } from '../artefacts.ts';

/**
 * Makes the changes of the staged copy in the person's own files, because they asked for it.
 * @returns the absolute paths that were written.
 * @throws UserError `disk-full`, `file-unreadable`.
 */
export async function writeStagedEdits({ files }: Project): Promise<string[]> {
  const edited = files.filter(({ text }) => text !== undefined);
  for (const { source, text = '' } of edited) await new GuardedFolder(dirname(source)).write(source, text);
  return edited.map(({ source }) => source);
}
