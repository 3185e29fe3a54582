import type { Logger } from '../base/logger.ts';

/** A file that Kaggle lists. */
export interface RemoteFile {
  readonly name: string;
  readonly bytes: number;
  /** Of a competition's data: ISO-8601, UTC; absent where Kaggle does not say. */
  readonly created?: string;
}

/**
 * Whether a file name from the server stays below the folder it is written to: relative, with `/`, without `..`.
 * (kaggle-api 4.3)
 */
export function isSafeName(name: string): boolean {
  const segments = name.split('/');
  return !/[\\\0]|^[A-Za-z]:/.test(name) && segments.every((each) => !['', '.', '..'].includes(each));
}

/** Leaves out files whose names lead elsewhere, and says so. */
export function withSafeNames<T extends { readonly name: string }>(
  files: readonly T[],
  logger: Logger,
): readonly T[] {
  const safe = files.filter(({ name }) => isSafeName(name));
  // The names stay unsaid: a server that echoes what it was sent may have put the credential there.
  if (safe.length < files.length)
    logger.warn(
      `Left out ${files.length - safe.length} of ${files.length} remote files: their names are unsafe.`,
    );
  return safe;
}
