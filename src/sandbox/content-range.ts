/** Where the bytes of a PUT belong. */
export interface ByteRange {
  readonly start: number;
  /** The file anew, whatever was there before. */
  readonly whole: boolean;
}

/**
 * What a PUT of a resumable upload means by its `Content-Range` (kaggle-api 2.3): absent, the whole file;
 * `bytes 0-99/500`, that part; a star instead of the part, the question how much is there.
 */
export function rangeOfUpload(
  header: string | undefined,
  contentLength: number,
): ByteRange | 'query' | 'malformed' {
  if (header === undefined) return { start: 0, whole: true };
  const [, part = '', first, last, total = ''] = /^bytes (\*|(\d+)-(\d+))\/(\d+|\*)$/.exec(header) ?? [];
  if (total === '' || (total !== '*' && Number(total) !== contentLength)) return 'malformed';
  if (part === '*') return 'query';
  if (Number(first) > Number(last) || Number(last) >= contentLength) return 'malformed';
  return { start: Number(first), whole: false };
}
