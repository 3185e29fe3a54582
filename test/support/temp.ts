import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { after } from './hooks.ts';

const made: string[] = [];

/** A new folder with these files (path to text), removed after the suite. */
export async function tempFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jok-test-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return folder;
}

/** A relative path as it is written everywhere but on Windows. */
export function slashed(path: string): string {
  return path.replaceAll(sep, '/');
}

async function removeAll(this: { timeout(ms: number): unknown }): Promise<void> {
  // A full suite leaves hundreds of them, and the machine may have other things to do.
  this.timeout(60_000);
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
}

after(removeAll);

/** For `--require`: in parallel mode, mocha has a root suite for each file, and this module is loaded once. */
export const mochaHooks = { afterAll: removeAll };

/** Gives `use` a new temporary folder and removes it afterwards, whatever happens. */
export async function withTempFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'jok-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
