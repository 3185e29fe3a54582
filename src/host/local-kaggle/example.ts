import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { commands, l10n, type Memento, Uri, workspace } from 'vscode';
import { copyExample } from './copy-example.ts';
import { window } from '../window.ts';

/** The example that was just made, until its window has opened. */
const MADE = 'exampleMade';
const WALKTHROUGH = 'julia-on-kaggle.julia-on-kaggle#start';

interface Around {
  readonly extensionUri: Uri;
  readonly globalState: Memento;
}

/** Copies the example into a folder of the person's choice and opens it. @throws UserError `file-unreadable`, `disk-full`. */
export async function openExample({ extensionUri, globalState }: Around): Promise<void> {
  const [parent] =
    (await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: l10n.t('Put the Example Here'),
      title: l10n.t('Where Is the Example to Be Put?'),
    })) ?? [];
  if (parent === undefined) return;
  const { agreedPlaces, cacheFolder } = await import('../../core/pipeline/ports.ts');
  const agreed = agreedPlaces(cacheFolder(process.env, homedir(), process.platform));
  const examples = Uri.joinPath(extensionUri, 'examples').fsPath;
  const folder = await copyExample(examples, parent.fsPath, agreed);
  await globalState.update(MADE, folder);
  const hasFolder = (workspace.workspaceFolders ?? []).length > 0;
  await commands.executeCommand('vscode.openFolder', Uri.file(folder), { forceNewWindow: hasFolder });
}

/** Opens the walkthrough again in the window of an example that was just made: opening a folder closes it. */
export async function greetExample({ globalState }: Pick<Around, 'globalState'>): Promise<void> {
  const made = globalState.get<string>(MADE);
  const isHere = workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === made) === true;
  if (made === undefined || !isHere) return;
  await globalState.update(MADE, undefined);
  await commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
}

/** Opens the file of a package's source that a first change suits: its model, else the package's own file. */
export async function openSource(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const source = join(folder, 'src');
  const names = (await readdir(source).catch(() => [])).filter((name) => name.endsWith('.jl'));
  const name = names.find((one) => one === 'model.jl') ?? names[0];
  if (name !== undefined) await window.showTextDocument(Uri.file(join(source, name)));
}
