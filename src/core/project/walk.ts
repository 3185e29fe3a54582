import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { throwIfAborted } from '../../base/abort.ts';
import { fileError } from '../../base/files.ts';
import { type IgnoreRules, isIgnored, rulesOf } from './ignore-files.ts';
import { isWithin } from './layout.ts';
import { isSkipped, refusedLink } from './staging-rules.ts';

export interface WalkScope {
  /** Real paths of all folders that are staged: links may point into any of them. */
  readonly realRoots: readonly string[];
  /** Absolute paths of files and folders that stay here. */
  readonly leftOut: ReadonlySet<string>;
  /** Absolute folders that are staged whatever an ignore file outside of them says. */
  readonly folders: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * The files below a folder, links followed, in no particular order. Sockets and the like, and what the
 * ignore files leave out, are passed over.
 * @throws UserError `bundle-refused` (a link to the outside), `file-unreadable`; CancelledError.
 */
export async function* filesBelow(
  folder: string,
  scope: WalkScope,
  above: readonly IgnoreRules[],
  trail: readonly string[] = [],
): AsyncGenerator<string> {
  throwIfAborted(scope.signal);
  const here = [...trail, await realpath(folder)];
  const rules = [...above, ...(await rulesOf(folder))];
  for (const item of await list(folder)) {
    const path = join(folder, item.name);
    if (isSkipped(item.name) || scope.leftOut.has(path)) continue;
    if (isIgnored(path, item.isDirectory(), rules)) {
      for (const root of outermostBelow(path, scope.folders)) yield* filesBelow(root, scope, [], here);
      continue;
    }
    const target = item.isSymbolicLink() ? await follow(path, scope, here) : item;
    if (target.isDirectory()) yield* filesBelow(path, scope, rules, here);
    if (target.isFile()) yield path;
  }
}

/** A path dependency in a folder that is ignored comes along all the same. */
function outermostBelow(path: string, folders: readonly string[]): string[] {
  const below = folders.filter((folder) => isWithin(path, folder));
  return below.filter((folder) => !below.some((other) => other !== folder && isWithin(other, folder)));
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw fileError(error, folder);
  }
}

/** What a link leads to. `trail` has the real paths of the folders that it lies in. */
async function follow(
  path: string,
  scope: WalkScope,
  trail: readonly string[],
): Promise<{ isDirectory(): boolean; isFile(): boolean }> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) throw refusedLink(path, 'that leads nowhere');
  if (!scope.realRoots.some((root) => isStagedBelow(root, real))) {
    throw refusedLink(path, `to ${real}, which is not staged: it would be missing on Kaggle`);
  }
  if (trail.includes(real)) throw refusedLink(path, `to ${real}, the folder that it lies in: it has no end`);
  return stat(real);
}

function isStagedBelow(root: string, path: string): boolean {
  return isWithin(root, path) && !relative(root, path).split(sep).some(isSkipped);
}
