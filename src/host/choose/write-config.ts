import { join } from 'node:path';
import { l10n, Range, type TextDocument, Uri, workspace, WorkspaceEdit } from 'vscode';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { CONFIG_FILE } from '../../core/config-file.ts';
import { window } from '../window.ts';

const FIRST_LINE = '# How this package becomes a submission. Only `competition` is required.\n';

/** `['julia']`, or `['notebook', 'accelerator']`. */
type ConfigPath = readonly [key: string] | readonly [section: string, key: string];

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
  const { withoutKey, withValue } = await import('../../julia/toml-edit.ts');
  const text = document.getText();
  const after = value === undefined ? withoutKey(text, path) : withValue(text, path, value);
  if (after !== undefined) {
    await replace(document, after);
    return;
  }
  await window.showTextDocument(document);
  const name = path.join('.');
  void window.showWarningMessage(
    value === undefined
      ? l10n.t('{0} has a form that is not changed by itself: take {1} out there.', CONFIG_FILE, name)
      : l10n.t(
          '{0} has a form that is not changed by itself: write {1} there.',
          CONFIG_FILE,
          `${name} = ${JSON.stringify(value)}`,
        ),
  );
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
  await replace(document, change(document.getText(), document.uri.fsPath));
}

async function configOf(folder: string): Promise<TextDocument> {
  const files = new GuardedFolder(folder);
  const there = await files.look(CONFIG_FILE);
  if (there === undefined) await files.createNew(CONFIG_FILE, FIRST_LINE);
  // The editor would write through a link.
  else if (!there.isFile()) await files.readText(CONFIG_FILE);
  return workspace.openTextDocument(Uri.file(join(folder, CONFIG_FILE)));
}

/** Replaces what is different, so that cursors and folded lines elsewhere stay. */
async function replace(document: TextDocument, after: string): Promise<void> {
  const before = document.getText();
  if (after === before) return;
  // By whole characters: half of one has no place in a document.
  const [old, now] = [Array.from(before), Array.from(after)];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let same = 0;
  while (same < shorter - start && old.at(-1 - same) === now.at(-1 - same)) same += 1;
  const place = (count: number) => document.positionAt(old.slice(0, count).join('').length);
  const change = new WorkspaceEdit();
  change.replace(
    document.uri,
    new Range(place(start), place(old.length - same)),
    now.slice(start, now.length - same).join(''),
  );
  await workspace.applyEdit(change);
  await document.save();
}
