import * as l10n from '@vscode/l10n';
import { basename, dirname } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { readTextIfPresent } from '../../base/files.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
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
  return files.filter(({ text, isMade }) => text !== undefined && isMade !== true);
}

/**
 * Makes a change that was shown in the person's own file, because they asked for it.
 * @throws UserError `file-changed` when the file is not as it was looked at, `disk-full`, `file-unreadable`.
 */
export async function applyChange(edit: StagedEdit): Promise<void> {
  await applyChanges([edit]);
}

/** Makes several, none where one of the files is not as it was. @throws as `applyChange`. */
export async function applyChanges(edits: readonly StagedEdit[]): Promise<void> {
  for (const { file, before } of edits) {
    if ((await new GuardedFolder(dirname(file)).readText(file)) === before) continue;
    throw new UserError({
      code: 'file-changed',
      title: l10n.t('{0} was changed meanwhile.', file),
      actions: [{ title: l10n.t('Look at the change again, then make it.') }],
    });
  }
  for (const edit of edits) await write(edit);
}

async function write({ file, before, after }: StagedEdit): Promise<void> {
  const folder = new GuardedFolder(dirname(file));
  if (before === undefined) await folder.createNew(basename(file), after);
  else await folder.write(file, after);
}
