/** The most that a listing takes per page. (kaggle-api 1.3, 2.4, 4.3) */
export const PAGE_SIZE = 200;

/** More than any real listing has; a server that never ends its pages is not followed forever. */
const MAX_PAGES = 500;

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** Every item of every page. */
export async function allPages<T>(
  fetchPage: (pageToken: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { items: more, nextPageToken } = await fetchPage(pageToken);
    items.push(...more);
    if (nextPageToken === '' || nextPageToken === pageToken) break;
    pageToken = nextPageToken;
  }
  return items;
}
