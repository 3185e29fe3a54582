import * as l10n from '@vscode/l10n';
import type { QuickPickItem } from 'vscode';
import { isCancelled, isUserError } from '../../base/errors.ts';
import type { Competition } from '../../kaggle/client.ts';
import type { Around } from '../around.ts';
import { shownItem } from '../editor/editor.ts';
import { isSlug } from '../editor/remedies.ts';

/** Kaggle is asked when the person pauses. */
const PAUSE_MS = 300;

type ChooseAround = Pick<Around, 'vs' | 'core' | 'log' | 'clock'>;

/** Asks for a competition, which Kaggle searches for while the person types. Gives the last part of its address. */
export function chooseCompetition(around: ChooseAround, present?: string): Promise<string | undefined> {
  const pick = around.vs.window.createQuickPick<CompetitionItem>();
  const title = l10n.t('Choose a Competition');
  pick.title = title;
  pick.placeholder = present ?? l10n.t('Search, or type the last part of its address');
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  let looking = new AbortController();
  const look = async (pauseMs: number): Promise<void> => {
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    const typed = pick.value.trim();
    pick.busy = true;
    const found = await search(typed, around, pauseMs, signal);
    if (signal.aborted) return;
    pick.busy = false;
    const isAnswered = typeof found !== 'string';
    pick.title = isAnswered ? title : found;
    const items = competitionItems(isAnswered ? found : [], typed, around.clock.now());
    pick.items = items;
    // Else it is the one whose label is most like what was typed: that which was not found.
    pick.activeItems = items.slice(0, 1);
  };
  return new Promise<string | undefined>((resolve) => {
    pick.onDidChangeValue(() => look(PAUSE_MS));
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.slug);
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
async function search(
  typed: string,
  { clock, core, log }: ChooseAround,
  pauseMs: number,
  signal: AbortSignal,
): Promise<readonly Competition[] | string> {
  try {
    await clock.sleep(pauseMs, signal);
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

export interface CompetitionItem extends QuickPickItem {
  readonly slug: string;
}

/**
 * Pure: the competitions to choose from: those that one has entered first, then those that can still be won, the
 * nearest deadline first; what was typed, where no competition has that name.
 * @param now milliseconds since 1970
 */
export function competitionItems(
  competitions: readonly Competition[],
  typed: string,
  now: number,
): CompetitionItem[] {
  const unique = [...new Map(competitions.map((each) => [each.slug, each])).values()];
  const rank = (each: Competition): number => (each.userHasEntered ? 0 : 2) + (isOver(each, now) ? 1 : 0);
  const deadline = (each: Competition): number => Date.parse(each.deadline ?? '') || Infinity;
  const items = unique
    .sort((a, b) => rank(a) - rank(b) || compare(deadline(a), deadline(b)) || (a.slug < b.slug ? -1 : 1))
    .map((each) => itemOf(each, now));
  if (!isSlug(typed) || unique.some(({ slug }) => slug === typed)) return items;
  return [
    ...items,
    { slug: typed, label: typed, description: l10n.t('as typed, not looked up'), alwaysShow: true },
  ];
}

function itemOf(each: Competition, now: number): CompetitionItem {
  const day = each.deadline?.slice(0, 10);
  const facts = [
    each.userHasEntered ? l10n.t('entered') : undefined,
    each.isKernelsSubmissionsOnly ? l10n.t('code competition') : l10n.t('takes files, not notebooks'),
    isOver(each, now) ? l10n.t('over') : day === undefined ? undefined : l10n.t('until {0}', day),
  ];
  return shownItem({
    slug: each.slug,
    label: each.title,
    description: each.slug,
    detail: facts.filter((fact) => fact !== undefined).join(' · '),
    // Kaggle has searched: what it found is shown, whether or not it has the letters.
    alwaysShow: true,
  });
}

function isOver({ deadline, submissionsDisabled }: Competition, now: number): boolean {
  return submissionsDisabled || (deadline !== undefined && Date.parse(deadline) < now);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
