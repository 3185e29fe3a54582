import type { ExtensionContext } from 'vscode';
import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import { LocalKaggle, LocalKaggleMemory } from './local-kaggle.ts';

/**
 * The local Kaggle of this window with its commands; the one that ran here when the window was closed is started again.
 * To be called before anything that asks Kaggle.
 */
export function beginLocalKaggle(
  around: Around,
  context: Pick<ExtensionContext, 'workspaceState' | 'storageUri' | 'globalStorageUri'>,
): Feature & { readonly localKaggle: LocalKaggle } {
  const localKaggle = new LocalKaggle({
    ...around,
    memory: new LocalKaggleMemory(context.workspaceState),
    storage: context.storageUri ?? context.globalStorageUri,
  });
  localKaggle.restore();
  return {
    localKaggle,
    disposables: [],
    commands: [
      { id: 'juliaKaggle.startLocalKaggle', run: () => localKaggle.start() },
      { id: 'juliaKaggle.stopLocalKaggle', run: () => localKaggle.stop() },
      { id: 'juliaKaggle.showLocalKaggle', run: () => localKaggle.show() },
    ],
  };
}
