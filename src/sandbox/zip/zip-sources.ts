import type { Competitions } from '../competition.ts';
import type { StoredFile } from '../records.ts';
import type { Store } from '../store.ts';
import type { ZippedFile } from './zip-content.ts';

/** What is given out as one archive: the files of a `competition` (by slug), or of a `dataset` (by id and version). */
export interface ZipSource {
  readonly of: string;
  readonly id: string;
  /** 0 for what has none. */
  readonly version: number;
}

/** The files of an archive; undefined when what they belong to is not there any more. */
export async function filesToZip(
  store: Store,
  competitions: Competitions,
  { of, id, version }: ZipSource,
): Promise<ZippedFile[] | undefined> {
  switch (of) {
    case 'competition':
      return await competitions.get(id)?.publicFiles();
    case 'dataset': {
      const found = store.datasets.get(id)?.versions.find((candidate) => candidate.version === version);
      return found && blobFiles(store, found.files, found.createdAt);
    }
    default:
      return undefined;
  }
}

function blobFiles(store: Store, files: readonly StoredFile[], time: string): ZippedFile[] {
  const modified = new Date(time);
  return files.map(({ name, bytes, sha256 }) => ({ name, bytes, path: store.blobs.path(sha256), modified }));
}
