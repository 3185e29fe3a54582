import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { readJson } from '../../base/json.ts';

/** A folder that a local Kaggle can hold a competition of (docs/sandbox.md). */
export interface FoundCompetition {
  readonly folder: string;
  readonly slug: string;
  readonly title: string;
}

const description = z.object({ slug: z.string(), title: z.string() });

/** The competition folders in these folders, directly below them, and beside them. */
export async function findCompetitions(roots: readonly string[]): Promise<FoundCompetition[]> {
  const near = await Promise.all(
    roots.map(async (root) => [root, ...(await foldersIn(root)), ...(await foldersIn(dirname(root)))]),
  );
  const folders = [...new Set(near.flat())];
  const found = await Promise.all(folders.map(competitionAt));
  return found.filter((one) => one !== undefined).sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The competition of this folder; undefined when it has no `competition.json` that says what it is. */
export async function competitionAt(folder: string): Promise<FoundCompetition | undefined> {
  const text = await readFile(join(folder, 'competition.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // Where it says something else, the sandbox says what is wrong with it when it is started with it.
  const { slug, title } = readJson(description, text) ?? { slug: basename(folder), title: basename(folder) };
  return { folder, slug, title };
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(({ name }) => join(folder, name));
}
