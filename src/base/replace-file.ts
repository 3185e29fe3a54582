import { randomInt } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { untilFree } from './in-use.ts';
import { Turns } from './turns.ts';

interface Replacing {
  /** Of a file that is new. */
  readonly mode?: number;
  /** Whether it outlives a power cut; it does when this is left out. */
  readonly fsync?: boolean;
}

/** One write of a file after the other. */
const turns = new Map<string, Turns>();

/**
 * Writes a file so that a reader sees the old content or the new one, never a part of it. Windows refuses to put it in the
 * place of one that somebody reads: it is only that which is done again and again, not the writing.
 */
export async function replaceFile(
  path: string,
  content: string | Buffer,
  replacing: Replacing = {},
): Promise<void> {
  if (process.platform !== 'win32') return writeFileAtomic(path, content, replacing);
  const turn = turns.get(path) ?? new Turns();
  turns.set(path, turn);
  return turn.take(() => replaceOnWindows(path, content, replacing));
}

async function replaceOnWindows(
  path: string,
  content: string | Buffer,
  { mode, fsync = true }: Replacing,
): Promise<void> {
  // Of the form that `removeHalfWritten` knows.
  const fresh = `${path}.${randomInt(2 ** 32)}`;
  try {
    const handle = await open(fresh, 'wx', mode);
    try {
      await handle.writeFile(content);
      if (fsync) await handle.sync();
    } finally {
      await handle.close();
    }
    await untilFree(() => rename(fresh, path));
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
}
