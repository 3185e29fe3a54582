import * as l10n from '@vscode/l10n';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { systemCode, UserError } from '../../../base/errors.ts';
import { fileError } from '../../../base/files.ts';
import type { TarFile } from '../../../docker/tar-files.ts';
import { COMPILER_FOLDER } from './plan.ts';

/**
 * The files of a checkout of PackageCompiler as they are staged, without what git keeps.
 * @throws UserError `file-unreadable`, also when it is no such checkout.
 */
export async function localCompilerFiles(folder: string): Promise<TarFile[]> {
  try {
    await stat(join(folder, 'src', 'PackageCompiler.jl'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') throw noCheckout(folder);
    throw fileError(error, folder);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.startsWith('.git/'))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      path: `${COMPILER_FOLDER.slice(1)}/${path}`,
      from: { file: join(folder, path), bytes: (await stat(join(folder, path))).size },
    })),
  );
}

function noCheckout(folder: string): UserError {
  return new UserError({
    code: 'file-unreadable',
    title: l10n.t('JULIA_KAGGLE_PACKAGE_COMPILER is {0}, which has no src/PackageCompiler.jl.', folder),
    actions: [
      { title: l10n.t('Name the folder of a checkout of PackageCompiler.jl, or unset the variable.') },
    ],
  });
}
