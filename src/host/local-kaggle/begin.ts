import type { ExtensionContext } from 'vscode';
import type { Feature } from '../feature.ts';
import type { ProjectAround } from '../project-around.ts';
import { localKaggleCommands } from './commands.ts';
import { greetExample } from './example.ts';
import { LocalKaggle } from './local-kaggle.ts';
import { LocalKaggleMemory } from './memory.ts';

/**
 * The local Kaggle of this window with its commands; the one that ran here when the window was closed is started again.
 * To be called before anything that asks Kaggle.
 */
export function beginLocalKaggle(
  context: ExtensionContext,
  around: ProjectAround,
): Feature & { readonly localKaggle: LocalKaggle } {
  const localKaggle = new LocalKaggle({
    ...around,
    memory: new LocalKaggleMemory(context.workspaceState),
    storage: context.storageUri ?? context.globalStorageUri,
  });
  localKaggle.restore();
  void greetExample(context).catch((error: unknown) => around.log.error(error));
  return {
    localKaggle,
    disposables: [],
    commands: localKaggleCommands(localKaggle, around.projects, context),
  };
}
