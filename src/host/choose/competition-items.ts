import type { QuickPickItem } from 'vscode';
import type { Competition } from '../../kaggle/client.ts';
import { shownItem } from '../shown-window.ts';

export interface CompetitionWords {
  readonly entered: string;
  readonly code: string;
  readonly notCode: string;
  readonly over: string;
  readonly until: (day: string) => string;
  /** What was typed, as the last part of an address. */
  readonly typed: string;
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
  words: CompetitionWords,
): CompetitionItem[] {
  const unique = [...new Map(competitions.map((each) => [each.slug, each])).values()];
  const rank = (each: Competition): number => (each.userHasEntered ? 0 : 2) + (isOver(each, now) ? 1 : 0);
  const deadline = (each: Competition): number => Date.parse(each.deadline ?? '') || Infinity;
  const items = unique
    .sort((a, b) => rank(a) - rank(b) || compare(deadline(a), deadline(b)) || (a.slug < b.slug ? -1 : 1))
    .map((each) => itemOf(each, now, words));
  const isSlug = /^[a-z0-9][a-z0-9-]*$/.test(typed);
  if (!isSlug || unique.some(({ slug }) => slug === typed)) return items;
  return [...items, { slug: typed, label: typed, description: words.typed, alwaysShow: true }];
}

function itemOf(each: Competition, now: number, words: CompetitionWords): CompetitionItem {
  const day = each.deadline?.slice(0, 10);
  const facts = [
    each.userHasEntered ? words.entered : undefined,
    each.isKernelsSubmissionsOnly ? words.code : words.notCode,
    isOver(each, now) ? words.over : day === undefined ? undefined : words.until(day),
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
