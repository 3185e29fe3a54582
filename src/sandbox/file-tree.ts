import { notFound } from './api-error.ts';
import { pageOf, type PageRequest } from './paging.ts';

/** A file as lists show it. */
export interface ListedFile {
  /** Relative path with `/`. */
  readonly name: string;
  readonly bytes: number;
  /** ISO-8601. */
  readonly created: string;
}

/**
 * One folder's content: the answer of ListDataTreeFiles and ListTreeDatasetFiles (kaggle-api 1.3). Only files are paged.
 * @throws ApiError 404 for a folder that is not there
 */
export function listFolder(files: readonly ListedFile[], path: string, request: PageRequest): object {
  const folder = path.replace(/^\/+|\/+$/g, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  const inside = files
    .filter(({ name }) => name.startsWith(prefix))
    .map((file) => ({ ...file, name: file.name.slice(prefix.length) }));
  if (inside.length === 0 && folder !== '') throw notFound('Folder not found');
  const names = new Set(
    inside.flatMap(({ name }) => (name.includes('/') ? [name.slice(0, name.indexOf('/'))] : [])),
  );
  const directories = [...names].sort().map((name) => describeFolder(name, prefix, inside));
  const here = inside.filter(({ name }) => !name.includes('/'));
  const { items, nextPageToken } = pageOf(here, request);
  return {
    directories,
    files: items.map(({ name, bytes, created }) => ({
      name,
      creationDate: created,
      totalBytes: bytes,
      relativeUrl: prefix + name,
      description: '',
    })),
    totalDirectories: directories.length,
    totalFiles: here.length,
    totalChildren: directories.length + here.length,
    nextPageToken,
  };
}

function describeFolder(name: string, prefix: string, files: readonly ListedFile[]): object {
  const below = files
    .filter((file) => file.name.startsWith(`${name}/`))
    .map((file) => file.name.slice(name.length + 1));
  const folders = new Set(
    below.filter((path) => path.includes('/')).map((path) => path.slice(0, path.indexOf('/'))),
  );
  const totalFiles = below.filter((path) => !path.includes('/')).length;
  return {
    name,
    relativeUrl: prefix + name,
    totalDirectories: folders.size,
    totalFiles,
    totalChildren: folders.size + totalFiles,
  };
}

/** How many files of each kind there are: the answer of the `…FilesSummary` methods. Columns are not looked into here. */
export function summarize(files: readonly ListedFile[]): object {
  const types = new Map<string, { extension: string; fileCount: number; totalSize: number }>();
  for (const { name, bytes } of files) {
    const extension = extensionOf(name);
    const type = types.get(extension) ?? { extension, fileCount: 0, totalSize: 0 };
    types.set(extension, { ...type, fileCount: type.fileCount + 1, totalSize: type.totalSize + bytes });
  }
  return {
    fileSummaryInfo: { totalFileCount: files.length, fileTypes: [...types.values()] },
    columnSummaryInfo: { totalColumnCount: 0, columnTypes: [] },
  };
}

/** With the dot; empty for a name without one. */
export function extensionOf(name: string): string {
  return /\.([^./]+)$/.exec(name)?.[0] ?? '';
}
