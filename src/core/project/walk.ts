import * as l10n from '@vscode/l10n';
import type { BigIntStats, Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { throwIfAborted } from '../../base/abort.ts';
import { UserError } from '../../base/errors.ts';
import { isWithin } from '../../base/files.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import {
  type IgnoreRules,
  ignores,
  isAlwaysStaged,
  rulesAbove,
  rulesIn,
  type UserLists,
} from './ignore-files.ts';

export interface WalkScope {
  /** Real paths of all folders that are staged: links may point into any of them. */
  readonly realRoots: readonly string[];
  /** Absolute paths of files and folders that stay here. */
  readonly leftOut: ReadonlySet<string>;
  /** Absolute folders that are staged whatever an ignore file outside of them says. */
  readonly folders: readonly string[];
  readonly lists: UserLists;
  readonly places: ReadablePlaces;
  readonly signal: AbortSignal;
}

export interface FoundFile {
  readonly path: string;
  /** What git ignores, and is staged all the same: the file, or the folder that brings it along. */
  readonly ignored?: string | undefined;
  /** Of a plain file that lies where nothing is kept from being read: how it looks, and its path without links. */
  readonly plain?: { readonly look: BigIntStats; readonly real: string } | undefined;
}

/** The files below a folder that is staged by itself, with what holds for it from outside; else as `filesBelow`. */
export async function* filesOfRoot(
  root: string,
  scope: WalkScope,
  trail: readonly string[] = [],
): AsyncGenerator<FoundFile> {
  const { rules, isIgnored } = await rulesAbove(root, scope);
  yield* named(isIgnored ? root : undefined, filesBelow(root, scope, rules, trail));
}

/**
 * The files below a folder, links followed, in no particular order. Sockets and the like, and what the
 * ignore files leave out, are passed over.
 * @throws UserError `bundle-refused` (a link to what is not staged), and as `ReadablePlaces`; CancelledError.
 */
async function* filesBelow(
  folder: string,
  scope: WalkScope,
  above: readonly IgnoreRules[],
  trail: readonly string[],
): AsyncGenerator<FoundFile> {
  throwIfAborted(scope.signal);
  const { places } = scope;
  const { real, entries } = await places.listLooks(folder);
  const here = [...trail, real];
  const base = join(folder, sep);
  const realBase = join(real, sep);
  const names = entries.map(({ entry }) => entry.name);
  const rules = [...above, ...(await rulesIn(folder, names, places))];
  for (const { entry: item, look } of entries) {
    // As `join` would, which has to look for `..` in each.
    const path = `${base}${item.name}`;
    if (isSkipped(item.name) || scope.leftOut.has(path)) continue;
    const isIgnored = ignores(rules, path, item.isDirectory());
    if (isIgnored && !isAlwaysStaged(item)) {
      for (const root of outermostBelow(path, scope.folders)) yield* filesOfRoot(root, scope, here);
      continue;
    }
    if (look !== undefined) {
      yield { path, plain: { look, real: `${realBase}${item.name}` }, ...(isIgnored && { ignored: path }) };
      continue;
    }
    const target = item.isSymbolicLink() ? await follow(path, scope, here) : kindOf(item);
    const brings = isIgnored || target.isIgnored === true ? path : undefined;
    yield* named(brings, filesOf(target.kind, path, scope, rules, here));
  }
}

/** A file itself, or the files below a folder; nothing of anything else. */
async function* filesOf(
  kind: Target['kind'],
  path: string,
  scope: WalkScope,
  rules: readonly IgnoreRules[],
  trail: readonly string[],
): AsyncGenerator<FoundFile> {
  if (kind === 'folder') yield* filesBelow(path, scope, rules, trail);
  if (kind === 'file') yield { path };
}

/** The same files, brought along by something that git ignores. */
async function* named(
  ignored: string | undefined,
  files: AsyncIterable<FoundFile>,
): AsyncGenerator<FoundFile> {
  for await (const file of files) yield ignored === undefined ? file : { ...file, ignored };
}

/** A path dependency in a folder that is ignored comes along all the same. */
function outermostBelow(path: string, folders: readonly string[]): string[] {
  const below = folders.filter((folder) => isWithin(path, folder));
  return below.filter((folder) => !below.some((other) => other !== folder && isWithin(other, folder)));
}

interface Target {
  readonly kind: 'folder' | 'file' | 'other';
  /** What a link leads to is ignored, whatever is said of the link. */
  readonly isIgnored?: boolean;
}

function kindOf(facts: Pick<Dirent, 'isDirectory' | 'isFile'>): Target {
  if (facts.isDirectory()) return { kind: 'folder' };
  return { kind: facts.isFile() ? 'file' : 'other' };
}

/** What a link leads to. `trail` has the real paths of the folders that it lies in. */
async function follow(path: string, scope: WalkScope, trail: readonly string[]): Promise<Target> {
  const real = await scope.places.resolve(path);
  const target = await scope.places.look(path);
  if (real === undefined || target === undefined)
    throw refusedLink(l10n.t('{0} is a link that leads nowhere.', path));
  if (!scope.realRoots.some((root) => isStagedBelow(root, real))) {
    throw refusedLink(
      l10n.t('{0} is a link to {1}, which is not staged: it would be missing on Kaggle.', path, real),
    );
  }
  if (trail.includes(real))
    throw refusedLink(l10n.t('{0} is a link to {1}, the folder that it lies in: it has no end.', path, real));
  const { kind } = kindOf(target);
  return { kind, isIgnored: (await rulesAbove(real, scope, kind === 'folder')).isIgnored };
}

function isStagedBelow(root: string, path: string): boolean {
  return isWithin(root, path) && !relative(root, path).split(sep).some(isSkipped);
}

/** Never staged, wherever they are: other tools' and our own files, nothing that a Julia program reads. */
const SKIPPED: ReadonlySet<string> = new Set([
  '.git',
  '.julia-kaggle',
  '.vscode',
  'node_modules',
  '.DS_Store',
  '.ipynb_checkpoints',
]);

/** How Windows shows a folder, written in either case. */
const WINDOWS_FOLDERS = /^(desktop\.ini|thumbs\.db)$/i;

/** Whether a file or folder of this name, wherever it is in the project, is left out. */
export function isSkipped(name: string): boolean {
  return SKIPPED.has(name) || WINDOWS_FOLDERS.test(name);
}

/** A link that cannot be followed, by the sentence that says why. */
export function refusedLink(title: string): UserError {
  return new UserError({
    code: 'bundle-refused',
    title,
    actions: [{ title: l10n.t('Replace the link by what it points to, or move it out of the project.') }],
  });
}
