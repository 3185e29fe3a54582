import { join } from 'node:path';
import { l10n, Range, type TextDocument, Uri, workspace, WorkspaceEdit } from 'vscode';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { CONFIG_FILE } from '../../core/config-file.ts';
import { applied, type ConfigPath, editToml, isOnlyChange } from './toml-edit.ts';
import { window } from '../window.ts';

const FIRST_LINE = '# How this package becomes a submission. Only `competition` is required.\n';

/**
 * Gives a key of the project's JuliaKaggle.toml a value, or takes it out; the rest of the file stays as it is. Makes
 * the file where there is none. What is open and not saved yet is changed and saved too.
 */
export async function writeConfig(
  folder: string,
  path: ConfigPath,
  value: string | undefined,
): Promise<void> {
  const document = await configOf(folder);
  const text = document.getText();
  const toml = value === undefined ? undefined : JSON.stringify(value);
  const edit = editToml(text, path, toml);
  if (edit === undefined) return;
  if (!(await holds(text, applied(text, edit), path, value))) {
    await window.showTextDocument(document);
    const name = path.join('.');
    void window.showWarningMessage(
      toml === undefined
        ? l10n.t('{0} has a form that is not changed by itself: take {1} out there.', CONFIG_FILE, name)
        : l10n.t(
            '{0} has a form that is not changed by itself: write {1} there.',
            CONFIG_FILE,
            `${name} = ${toml}`,
          ),
    );
    return;
  }
  await replace(document, edit);
}

/**
 * Changes the text of the project's JuliaKaggle.toml, and saves it. Makes the file where there is none.
 * @param change gets the text and the file's path. What it throws leaves all as it is.
 */
export async function changeConfig(
  folder: string,
  change: (text: string, file: string) => string,
): Promise<void> {
  const document = await configOf(folder);
  const before = document.getText();
  const after = change(before, document.uri.fsPath);
  if (after !== before) await replace(document, { start: 0, end: before.length, text: after });
}

async function configOf(folder: string): Promise<TextDocument> {
  const files = new GuardedFolder(folder);
  const there = await files.look(CONFIG_FILE);
  if (there === undefined) await files.createNew(CONFIG_FILE, FIRST_LINE);
  // The editor would write through a link.
  else if (!there.isFile()) await files.readText(CONFIG_FILE);
  return workspace.openTextDocument(Uri.file(join(folder, CONFIG_FILE)));
}

async function replace(
  document: TextDocument,
  { start, end, text }: { readonly start: number; readonly end: number; readonly text: string },
): Promise<void> {
  const change = new WorkspaceEdit();
  change.replace(document.uri, new Range(document.positionAt(start), document.positionAt(end)), text);
  await workspace.applyEdit(change);
  await document.save();
}

/** Whether the change is seen by those who read the file, and is the only one: it may have a section as an inline table. */
async function holds(
  before: string,
  after: string,
  path: ConfigPath,
  value: string | undefined,
): Promise<boolean> {
  const { parseToml } = await import('../../julia/toml.ts');
  try {
    return isOnlyChange(parseToml(before, CONFIG_FILE), parseToml(after, CONFIG_FILE), path, value);
  } catch {
    return false;
  }
}
