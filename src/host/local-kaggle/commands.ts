import type { ExtensionContext } from 'vscode';
import type { Command } from '../commands.ts';
import type { Projects } from '../projects.ts';
import { openExample, openSource } from './example.ts';
import type { LocalKaggle } from './local-kaggle.ts';

/** The commands about the local Kaggle and the example. */
export function localKaggleCommands(
  localKaggle: LocalKaggle,
  projects: Projects,
  context: Pick<ExtensionContext, 'extensionUri' | 'globalState'>,
): readonly Command[] {
  return [
    { id: 'juliaKaggle.openExample', run: () => openExample(context) },
    { id: 'juliaKaggle.openExampleSource', run: () => openSource(projects.current?.folder) },
    { id: 'juliaKaggle.startLocalKaggle', run: () => localKaggle.start() },
    { id: 'juliaKaggle.stopLocalKaggle', run: () => localKaggle.stop() },
    { id: 'juliaKaggle.showLocalKaggle', run: () => localKaggle.show() },
  ];
}
