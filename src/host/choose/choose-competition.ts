import { l10n } from 'vscode';
import { isCancelled, isUserError } from '../../base/errors.ts';
import type { Competition } from '../../kaggle/client.ts';
import type { AccountAround } from '../account.ts';
import { competitionItems, type CompetitionItem, type CompetitionWords } from './competition-items.ts';
import { window } from '../window.ts';

/** Kaggle is asked when the person pauses. */
const PAUSE_MS = 300;

const words: CompetitionWords = {
  entered: l10n.t('entered'),
  code: l10n.t('code competition'),
  notCode: l10n.t('takes files, not notebooks'),
  over: l10n.t('over'),
  until: (day) => l10n.t('until {0}', day),
  typed: l10n.t('as typed, not looked up'),
};

/** Asks for a competition, which Kaggle searches for while the person types. Gives the last part of its address. */
export function chooseCompetition(around: AccountAround, present?: string): Promise<string | undefined> {
  const pick = window.createQuickPick<CompetitionItem>();
  const title = l10n.t('Choose a Competition');
  pick.title = title;
  pick.placeholder = present ?? l10n.t('Search, or type the last part of its address');
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  let looking = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    const typed = pick.value.trim();
    pick.busy = true;
    const found = await search(typed, around, signal);
    if (signal.aborted) return;
    pick.busy = false;
    const isAnswered = typeof found !== 'string';
    pick.title = isAnswered ? title : found;
    const items = competitionItems(isAnswered ? found : [], typed, Date.now(), words);
    pick.items = items;
    // Else it is the one whose label is most like what was typed: that which was not found.
    pick.activeItems = items.slice(0, 1);
  };
  return new Promise<string | undefined>((resolve) => {
    pick.onDidChangeValue(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void look(), PAUSE_MS);
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.slug);
      pick.hide();
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
    void look();
  }).finally(() => {
    clearTimeout(timer);
    looking.abort();
    pick.dispose();
  });
}

/** What Kaggle finds; a sentence when it cannot be asked. */
async function search(
  typed: string,
  { core, log }: AccountAround,
  signal: AbortSignal,
): Promise<readonly Competition[] | string> {
  try {
    const kaggle = await core.kaggle();
    const [entered, all] = await Promise.all([
      kaggle.competitions.list(typed, signal),
      kaggle.competitions.search(typed, signal),
    ]);
    return [...entered, ...all];
  } catch (error) {
    if (isCancelled(error)) return [];
    log.error(error);
    return isUserError(error) ? error.title : l10n.t('Kaggle could not be asked.');
  }
}
