import type { ExtensionContext } from 'vscode';
import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import { greetExample, openExample, openSource } from './example.ts';

/** What the walkthrough leads through: an example, which it follows into its window. */
export function beginWalkthrough(
  { vs, log, projects }: Around,
  { extensionUri, globalState }: Pick<ExtensionContext, 'extensionUri' | 'globalState'>,
): Feature {
  const example = { vs, extensionUri, memory: globalState };
  greetExample(example).catch((error: unknown) => log.error(error));
  // Who starts a window to look at this extension looks at it.
  if (process.env['JULIA_KAGGLE_OPEN_PIPELINE'] === '1')
    void vs.commands.executeCommand('workbench.view.extension.juliaKaggle');
  return {
    disposables: [],
    commands: [
      { id: 'juliaKaggle.openQuickExample', run: () => openExample('file', example) },
      { id: 'juliaKaggle.openExample', run: () => openExample('notebook', example) },
      { id: 'juliaKaggle.openExampleSource', run: () => openSource(vs, projects.current?.folder) },
    ],
  };
}
