import { cp, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileError } from '../../base/files.ts';

const NAME = 'julia-on-kaggle-example';

/**
 * Copies the examples below `parent`, into a folder that is not there yet. Gives the folder.
 * @throws UserError `file-unreadable` where nothing can be written, `disk-full`.
 */
export async function copyExample(examples: string, parent: string): Promise<string> {
  try {
    const folder = join(parent, freeName(await readdir(parent)));
    // The examples of a checkout may have been run.
    const isOurs = (path: string): boolean => basename(path) !== '.julia-kaggle';
    await cp(examples, folder, { recursive: true, errorOnExist: true, force: false, filter: isOurs });
    return folder;
  } catch (error) {
    throw fileError(error, parent);
  }
}

function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? NAME : `${NAME}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
