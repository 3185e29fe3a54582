import { readTextIfPresent } from '../../base/files.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { dirname } from 'node:path';
import type { Project } from '../artefacts.ts';

/** A change of a file of the person's own. */
export interface StagedEdit {
  /** Absolute. */
  readonly file: string;
  /** Undefined: the file is new. */
  readonly before: string | undefined;
  readonly after: string;
}

/** What differs between the staged copy and the person's own files. @throws UserError `file-unreadable`. */
export function stagedEdits(project: Project): Promise<StagedEdit[]> {
  return Promise.all(
    editedFiles(project).map(async ({ source, text: after = '' }) => ({
      file: source,
      before: await readTextIfPresent(source),
      after,
    })),
  );
}

/**
 * Makes the changes of the staged copy in the person's own files, because they asked for it.
 * @returns the absolute paths that were written.
 * @throws UserError `disk-full`, `file-unreadable`.
 */
export async function writeStagedEdits(project: Project): Promise<string[]> {
  const edited = editedFiles(project);
  for (const { source, text = '' } of edited) await new GuardedFolder(dirname(source)).write(source, text);
  return edited.map(({ source }) => source);
}

function editedFiles({ files }: Project): Project['files'] {
  return files.filter(({ text }) => text !== undefined);
}
