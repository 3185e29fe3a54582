import { join } from 'node:path';
import { l10n, Range, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import { applied, type ConfigPath, editToml } from './toml-edit.ts';

const CONFIG_FILE = 'JuliaKaggle.toml';
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
  const uri = Uri.file(join(folder, CONFIG_FILE));
  if (!(await isThere(uri))) await workspace.fs.writeFile(uri, new TextEncoder().encode(FIRST_LINE));
  const document = await workspace.openTextDocument(uri);
  const text = document.getText();
  const toml = value === undefined ? undefined : JSON.stringify(value);
  const edit = editToml(text, path, toml);
  if (edit === undefined) return;
  if (!(await holds(applied(text, edit), path, value))) {
    await window.showTextDocument(document);
    void window.showWarningMessage(
      l10n.t(
        '{0} has a form that is not changed by itself: write {1} there.',
        CONFIG_FILE,
        `${path.join('.')} = ${toml ?? ''}`,
      ),
    );
    return;
  }
  const change = new WorkspaceEdit();
  change.replace(uri, new Range(document.positionAt(edit.start), document.positionAt(edit.end)), edit.text);
  await workspace.applyEdit(change);
  await document.save();
}

/** Whether the text says so to those who read it: it may have a section as an inline table, say. */
async function holds(text: string, path: ConfigPath, value: string | undefined): Promise<boolean> {
  const { parseToml } = await import('../../julia/toml.ts');
  try {
    const table: unknown = parseToml(text, CONFIG_FILE);
    return path.reduce<unknown>((node, key) => memberOf(node, key), table) === value;
  } catch {
    return false;
  }
}

function memberOf(node: unknown, key: string): unknown {
  return typeof node === 'object' && node !== null
    ? (node as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

async function isThere(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
