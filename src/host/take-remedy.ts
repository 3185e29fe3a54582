import { join } from 'node:path';
import { commands, Uri } from 'vscode';
import { CONFIG_FILE } from '../core/config-file.ts';
import type { RemedyAction } from './remedy-action.ts';

/** Does what a remedy says. @param folder of the project, which becomes the current one; absent: it is that already. */
export async function takeRemedy({ command, argument }: RemedyAction, folder?: string): Promise<void> {
  if (folder !== undefined)
    await commands.executeCommand('juliaKaggle.chooseProject', Uri.file(join(folder, CONFIG_FILE)));
  await commands.executeCommand(`juliaKaggle.${command}`, ...(argument === undefined ? [] : [argument]));
}
