import * as l10n from '@vscode/l10n';
import type { QuickPickItem } from 'vscode';
import type { Competition } from '../../kaggle/client.ts';
import type { Around } from '../around.ts';
import { shownItem } from '../editor/editor.ts';
import { isSlug } from '../editor/remedies.ts';
import { pickFromKaggle } from '../editor/search-pick.ts';

type ChooseAround = Pick<Around, 'vs' | 'core' | 'log' | 'clock'>;

/** Asks for a competition, which Kaggle searches for while the person types. Gives the last part of its address. */
export async function chooseCompetition(around: ChooseAround, present?: string): Promise<string | undefined> {
  const chosen = await pickFromKaggle<Competition, CompetitionItem>(around, {
    title: l10n.t('Choose a Competition'),
    placeholder: present ?? l10n.t('Search, or type the last part of its address'),
    find: async ({ competitions }, typed, signal) => {
      const [entered, all] = await Promise.all([
        competitions.list(typed, signal),
        competitions.search(typed, signal),
      ]);
      return [...entered, ...all];
    },
    items: (found, typed) => competitionItems(found, typed, around.clock.now()),
  });
  return chosen?.slug;
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
