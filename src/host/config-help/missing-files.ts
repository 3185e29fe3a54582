import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { NamedFile } from './diagnose.ts';

export type Missing = NamedFile & { readonly because: 'missing' | 'other-kind' };

const FITS: Readonly<Record<NamedFile['kind'], (found: Stats) => boolean>> = {
  script: (found) => found.isFile(),
  model: (found) => found.isFile() || found.isDirectory(),
  data: (found) => found.isDirectory(),
};

/** Those of the named files and folders that are not there, or are a file for a folder or the reverse. */
export async function missingFiles(files: readonly NamedFile[], folder: string): Promise<Missing[]> {
  const looked = await Promise.all(
    files.map(async (file): Promise<Missing | undefined> => {
      const found = await stat(resolve(folder, file.path)).catch(() => undefined);
      if (found === undefined) return { ...file, because: 'missing' };
      return FITS[file.kind](found) ? undefined : { ...file, because: 'other-kind' };
    }),
  );
  return looked.filter((file) => file !== undefined);
}
