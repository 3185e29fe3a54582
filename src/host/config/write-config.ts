import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { TextDocument } from 'vscode';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { CONFIG_FILE } from '../../core/config-file.ts';
import type { TomlValue } from '../../julia/toml-edit.ts';
import type { Vs } from '../editor/editor.ts';

const FIRST_LINE = '# How this package becomes a submission. Only `competition` is required.\n';

/** `['julia']`, or `['notebook', 'accelerator']`. */
type ConfigPath = readonly [key: string] | readonly [section: string, key: string];

/**
 * Gives a key of the project's JuliaKaggle.toml a value, or takes it out; the rest of the file stays as it is. Makes
 * the file where there is none. What is open and not saved yet is changed and saved too.
 */
export async function writeConfig(
  vs: Vs,
  folder: string,
  path: ConfigPath,
  value: TomlValue | undefined,
): Promise<void> {
  const document = await configOf(vs, folder);
  const { withoutKey, withValue } = await import('../../julia/toml-edit.ts');
  const text = document.getText();
  await edit(
    vs,
    document,
    path,
    value,
    value === undefined ? withoutKey(text, path) : withValue(text, path, value),
  );
}

/** Adds an item to a list of the project's JuliaKaggle.toml, as `writeConfig`, and shows the file. */
export async function addToConfig(vs: Vs, folder: string, path: ConfigPath, item: string): Promise<void> {
  const document = await configOf(vs, folder);
  const { withItem } = await import('../../julia/toml-edit.ts');
  await edit(vs, document, path, [item], withItem(document.getText(), path, item));
  await vs.window.showTextDocument(document);
}

/** @param after the text with the change; undefined: it cannot be made, and the person is told what to write. */
async function edit(
  vs: Vs,
  document: TextDocument,
  path: ConfigPath,
  value: TomlValue | undefined,
  after: string | undefined,
): Promise<void> {
  if (after !== undefined) {
    await replace(vs, document, after);
    return;
  }
  await vs.window.showTextDocument(document);
  const name = path.join('.');
  void vs.window.showWarningMessage(
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
  vs: Vs,
  folder: string,
  change: (text: string, file: string) => string,
): Promise<void> {
  const document = await configOf(vs, folder);
  await replace(vs, document, change(document.getText(), document.uri.fsPath));
}

async function configOf(vs: Vs, folder: string): Promise<TextDocument> {
  const files = new GuardedFolder(folder);
  const there = await files.look(CONFIG_FILE);
  if (there === undefined) await files.createNew(CONFIG_FILE, FIRST_LINE);
  // The editor would write through a link.
  else if (!there.isFile()) await files.readText(CONFIG_FILE);
  return vs.workspace.openTextDocument(vs.Uri.file(join(folder, CONFIG_FILE)));
}

/** Replaces what is different, so that cursors and folded lines elsewhere stay. */
async function replace(vs: Vs, document: TextDocument, after: string): Promise<void> {
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
  const change = new vs.WorkspaceEdit();
  change.replace(
    document.uri,
    new vs.Range(place(start), place(old.length - same)),
    now.slice(start, now.length - same).join(''),
  );
  await vs.workspace.applyEdit(change);
  await document.save();
}

/** Where there is none yet: a file that becomes one when it is saved. */
const BEGINNING = 'competition = "" # the last part of its address on Kaggle\n';

/** Opens the JuliaKaggle.toml of the project in this folder; a new one where there is none. */
export async function openSettings(vs: Vs, folder: string): Promise<void> {
  const file = vs.Uri.file(join(folder, CONFIG_FILE));
  if (await isThere(file.fsPath)) {
    await vs.window.showTextDocument(file);
    return;
  }
  const document = await vs.workspace.openTextDocument(file.with({ scheme: 'untitled' }));
  if (document.getText() === '') {
    const edit = new vs.WorkspaceEdit();
    edit.insert(document.uri, new vs.Position(0, 0), BEGINNING);
    await vs.workspace.applyEdit(edit);
  }
  await vs.window.showTextDocument(document);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
