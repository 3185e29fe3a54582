import * as l10n from '@vscode/l10n';
import { UserError } from '../base/errors.ts';

/** The most that a listing takes per page. (kaggle-api 1.3, 2.4, 4.3) */
export const PAGE_SIZE = 200;

/** More than any real listing has. */
const MAX_PAGES = 500;
const MAX_ITEMS = MAX_PAGES * PAGE_SIZE;

export interface Page<T> {
  readonly items: readonly T[];
  /** None on the last page. */
  readonly nextPageToken: string | undefined;
}

/**
 * Every item of every page. A token that came before ends it.
 * @throws UserError `kaggle-answer` for a listing of more than MAX_PAGES pages or MAX_ITEMS items.
 */
export async function allPages<T>(
  fetchPage: (pageToken: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  const tokens = new Set<string | undefined>([undefined]);
  let pageToken: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { items: more, nextPageToken } = await fetchPage(pageToken);
    if (items.length + more.length > MAX_ITEMS) break;
    for (const item of more) items.push(item);
    if (tokens.has(nextPageToken)) return items;
    tokens.add(nextPageToken);
    pageToken = nextPageToken;
  }
  throw new UserError({
    code: 'kaggle-answer',
    title: l10n.t('Kaggle sent a list without an end.'),
    detail: l10n.t('It has more than {0} pages or {1} entries.', MAX_PAGES, MAX_ITEMS),
    actions: [
      { title: l10n.t('Run again. If it stays so, something on the way changes what Kaggle answers.') },
    ],
  });
}
