import { randomUUID } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import * as z from 'zod/mini';
import { readTextIfPresent, writePrivately } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { readJson } from '../../base/json.ts';
import { withLock } from '../../base/lock.ts';
import type { Ports } from '../stage.ts';

/** What a folder keeps when it is moved and a copy does not get: its number in its file system, and when it was made. */
const folderLook = z.object({ device: z.string(), inode: z.string(), born: z.string() });
type FolderLook = z.infer<typeof folderLook>;

const checkout = z.object({ id: z.string().check(z.regex(/^[0-9a-f-]{36}$/)), look: folderLook });
/** By the real path of the project's folder. */
const checkouts = z.record(z.string(), checkout);
export type Checkouts = Readonly<z.infer<typeof checkouts>>;
const checkoutsFile = z.object({ format: z.literal(1), checkouts });

/** A project's folder as it is now. */
export interface Folder {
  readonly path: string;
  readonly look: FolderLook;
}

/** Other processes hold the file for a moment only. */
const PATIENCE_MS = 30_000;

/**
 * The random id of a project's folder on this machine, made when it is first asked for: what is in an engine with this id
 * is this folder's own. It stays when the folder is moved; a copy gets its own, and so does the same path on another
 * machine. It lies in this user's cache, not in the project, where a copy or a repository would bring it along.
 * @throws UserError `file-unreadable`, `disk-full`, `run-locked`; CancelledError.
 */
export async function checkoutOf(
  { checkoutsFile: file, clock }: Pick<Ports, 'checkoutsFile' | 'clock'>,
  root: string,
  signal: AbortSignal,
): Promise<string> {
  const folder = await folderAt(root);
  if (file === undefined) return sha256(folder.path);
  const known = (await readCheckouts(file))[folder.path];
  if (known !== undefined && isSame(known.look, folder.look)) return known.id;
  const claim = async (): Promise<string> => {
    const all = await readCheckouts(file);
    const id = ownId(all, folder, await movedFrom(all, folder)) ?? randomUUID();
    await writePrivately(file, `${JSON.stringify({ format: 1, checkouts: claimed(all, folder, id) })}\n`);
    return id;
  };
  return withLock(`${file}.lock`, signal, claim, { milliseconds: PATIENCE_MS, clock });
}

/** The same without writing anything; for a folder that has none yet, an id that nothing has. */
export async function knownCheckoutOf(
  { checkoutsFile: file }: Pick<Ports, 'checkoutsFile'>,
  root: string,
): Promise<string> {
  const folder = await folderAt(root);
  if (file === undefined) return sha256(folder.path);
  const all = await readCheckouts(file);
  return ownId(all, folder, await movedFrom(all, folder)) ?? randomUUID();
}

/**
 * Pure: the id that a folder has already. That of the path that it was moved from comes first, for the project's record
 * speaks of that one's volumes; a folder that took the place of another keeps the place's id, as a new clone does.
 */
export function ownId(
  all: Checkouts,
  { path, look }: Folder,
  movedFrom: string | undefined,
): string | undefined {
  const here = all[path];
  if (here !== undefined && isSame(here.look, look)) return here.id;
  return (movedFrom === undefined ? undefined : all[movedFrom]?.id) ?? here?.id;
}

/** Pure: the checkouts with this folder under this id, and no other folder with it. */
export function claimed(all: Checkouts, { path, look }: Folder, id: string): Checkouts {
  const others = Object.entries(all).filter(([other, known]) => other !== path && known.id !== id);
  return Object.fromEntries([...others, [path, { id, look }]]);
}

/** The path where this very folder was before: there it is no more. */
async function movedFrom(all: Checkouts, { path, look }: Folder): Promise<string | undefined> {
  for (const [other, known] of Object.entries(all)) {
    if (other === path || !isSame(known.look, look)) continue;
    const there = await lookAt(other).catch(() => undefined);
    if (there === undefined || !isSame(there, look)) return other;
  }
  return undefined;
}

async function folderAt(root: string): Promise<Folder> {
  const path = await realpath(root);
  return { path, look: await lookAt(path) };
}

async function lookAt(path: string): Promise<FolderLook> {
  const { dev, ino, birthtimeNs } = await stat(path, { bigint: true });
  return { device: `${dev}`, inode: `${ino}`, born: `${birthtimeNs}` };
}

function isSame(one: FolderLook, other: FolderLook): boolean {
  return one.device === other.device && one.inode === other.inode && one.born === other.born;
}

/** What cannot be read counts as nothing known. */
async function readCheckouts(file: string): Promise<Checkouts> {
  return readJson(checkoutsFile, await readTextIfPresent(file).catch(() => undefined))?.checkouts ?? {};
}
