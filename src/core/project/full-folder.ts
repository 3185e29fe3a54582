import * as l10n from '@vscode/l10n';
import { posix, relative, sep } from 'node:path';
import { plural } from '../../base/format.ts';
import { OWN_IGNORE_FILE } from '../config-file.ts';
import type { StagedFile } from '../artefacts.ts';
import { canLeaveOut, ruleFor } from './leave-out.ts';

/** A folder with more files than one would look for below it. */
export interface FullFolder {
  /** Among the staged files. */
  readonly place: string;
  readonly files: number;
}

/** So many files are told: to read them takes a while, and few programs need them all. */
export const MANY_FILES = 5000;

/** Of what a folder has, as much as this lies in one below it, or that is not the one that is meant. */
const MOST_OF_IT = 0.8;

/** Pure: the innermost folder that has most of these files; undefined where they are not many, or lie here and there. */
export function fullestFolder(places: readonly string[]): FullFolder | undefined {
  if (places.length < MANY_FILES) return undefined;
  const counts = new Map<string, number>();
  for (const place of places)
    for (let folder = posix.dirname(place); folder !== '.'; folder = posix.dirname(folder))
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const least = places.length * MOST_OF_IT;
  let fullest: FullFolder | undefined;
  for (const [place, files] of counts)
    if (files >= least && place.length > (fullest?.place.length ?? 0)) fullest = { place, files };
  return fullest;
}

/** What a project with many files says of them, and the folder that could stay here. */
interface ManyFiles {
  readonly note: string;
  /** Below the project's folder, with slashes. */
  readonly folder: string;
}

/** Pure: which folder of the project brings so many files that it is worth a question; undefined: none. */
export function manyFiles(root: string, files: readonly StagedFile[]): ManyFiles | undefined {
  if (files.length < MANY_FILES) return undefined;
  const own = files.flatMap(({ source }) => {
    const below = relative(root, source).split(sep).join('/');
    return below.startsWith('../') || !canLeaveOut(root, source) ? [] : [below];
  });
  const fullest = fullestFolder(own);
  if (fullest === undefined) return undefined;
  const { place: folder } = fullest;
  return {
    folder,
    note: l10n.t(
      '{0} has {1} of the {2} that go along with the project. Unless the program reads them, leave them out: {3} as a line in {4}.',
      folder,
      fullest.files,
      plural(files.length, 'file'),
      `${ruleFor(folder)}/`,
      OWN_IGNORE_FILE,
    ),
  };
}
