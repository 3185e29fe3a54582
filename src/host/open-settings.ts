import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Position, Uri, workspace, WorkspaceEdit } from 'vscode';
import { CONFIG_FILE } from '../core/config-file.ts';
import { window } from './window.ts';

/** Where there is none yet: a file that becomes one when it is saved. */
const BEGINNING = 'competition = "" # the last part of its address on Kaggle\n';

/** Opens the JuliaKaggle.toml of the project in this folder; a new one where there is none. */
export async function openSettings(folder: string): Promise<void> {
  const file = Uri.file(join(folder, CONFIG_FILE));
  if (await isThere(file.fsPath)) {
    await window.showTextDocument(file);
    return;
  }
  const document = await workspace.openTextDocument(file.with({ scheme: 'untitled' }));
  if (document.getText() === '') {
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, new Position(0, 0), BEGINNING);
    await workspace.applyEdit(edit);
  }
  await window.showTextDocument(document);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
