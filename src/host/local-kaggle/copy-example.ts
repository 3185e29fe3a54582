import { cp, readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AgreedPlaces } from '../../base/agreed-places.ts';
import { fileError } from '../../base/files.ts';

const NAME = 'julia-on-kaggle-example';
/** The folder of the examples that is the project. */
const PROJECT = 'Inference';

/**
 * Copies the examples below `parent`, into a folder that is not there yet. Gives the folder. Its project may read all of
 * it, the package and the model beside it: whoever asked for the copy is not asked about them.
 * @throws UserError `file-unreadable` where nothing can be written, `disk-full`.
 */
export async function copyExample(
  examples: string,
  parent: string,
  agreed: Pick<AgreedPlaces, 'agree'>,
): Promise<string> {
  try {
    const folder = join(parent, freeName(await readdir(parent)));
    // The examples of a checkout may have been run.
    const isOurs = (path: string): boolean => basename(path) !== '.julia-kaggle';
    await cp(examples, folder, { recursive: true, errorOnExist: true, force: false, filter: isOurs });
    const real = await realpath(folder);
    await agreed.agree(join(real, PROJECT), [real]);
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
