import * as l10n from '@vscode/l10n';
import type { QuickPickItem } from 'vscode';
import { isCancelled, isUserError } from '../../base/errors.ts';
import type { KaggleClient } from '../../kaggle/client.ts';
import type { Around } from '../around.ts';

/** Kaggle is asked when the person pauses. */
const PAUSE_MS = 300;

type SearchAround = Pick<Around, 'vs' | 'core' | 'log' | 'clock'>;

export interface Search<Found, Item extends QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  readonly find: (kaggle: KaggleClient, typed: string, signal: AbortSignal) => Promise<readonly Found[]>;
  /** Pure. Nothing is found where Kaggle cannot be asked. */
  readonly items: (found: readonly Found[], typed: string) => readonly Item[];
}

/** Asks for something that Kaggle searches for while the person types. */
export function pickFromKaggle<Found, Item extends QuickPickItem>(
  around: SearchAround,
  { title, placeholder, find, items }: Search<Found, Item>,
): Promise<Item | undefined> {
  const pick = around.vs.window.createQuickPick<Item>();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  let looking = new AbortController();
  const look = async (pauseMs: number): Promise<void> => {
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    const typed = pick.value.trim();
    pick.busy = true;
    const found = await search((kaggle) => find(kaggle, typed, signal), around, pauseMs, signal);
    if (signal.aborted) return;
    pick.busy = false;
    const isAnswered = typeof found !== 'string';
    pick.title = isAnswered ? title : found;
    pick.items = items(isAnswered ? found : [], typed);
    // Else it is the one whose label is most like what was typed: that which was not found.
    pick.activeItems = pick.items.slice(0, 1);
  };
  return new Promise<Item | undefined>((resolve) => {
    pick.onDidChangeValue(() => look(PAUSE_MS));
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
    void look(0);
  }).finally(() => {
    looking.abort();
    pick.dispose();
  });
}

/** What Kaggle finds; a sentence when it cannot be asked. */
async function search<Found>(
  find: (kaggle: KaggleClient) => Promise<readonly Found[]>,
  { clock, core, log }: SearchAround,
  pauseMs: number,
  signal: AbortSignal,
): Promise<readonly Found[] | string> {
  try {
    await clock.sleep(pauseMs, signal);
    return await find(await core.kaggle());
  } catch (error) {
    if (isCancelled(error)) return [];
    log.error(error);
    return isUserError(error) ? error.title : l10n.t('Kaggle could not be asked.');
  }
}
