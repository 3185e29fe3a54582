import { invalid } from './api-error.ts';

const DEFAULT_PAGE_SIZE = 20;
/** The largest page of nearly all lists (kaggle-api 1.3, 2.4, 4.3). */
const MAX_PAGE_SIZE = 200;

export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
  /** 1-based; the official client sends -1 for "the first" (kaggle-api 1.5). Loses against a token. */
  readonly page?: number;
}

/** One page of a list and the token of the next one, empty after the last. @throws ApiError 400 for a foreign token. */
export function pageOf<T>(
  items: readonly T[],
  request: PageRequest,
  maxPageSize = MAX_PAGE_SIZE,
): { items: T[]; nextPageToken: string } {
  const size = request.pageSize > 0 ? Math.min(request.pageSize, maxPageSize) : DEFAULT_PAGE_SIZE;
  const start =
    request.pageToken === '' ? (Math.max(1, request.page ?? 1) - 1) * size : offsetOf(request.pageToken);
  const end = start + size;
  return { items: items.slice(start, end), nextPageToken: end < items.length ? tokenOf(end) : '' };
}

function tokenOf(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url');
}

function offsetOf(token: string): number {
  const [, digits] = /^offset:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? [];
  if (digits === undefined) throw invalid('Invalid page token');
  return Number(digits);
}
