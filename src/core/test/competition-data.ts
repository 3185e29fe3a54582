import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { systemCode, UserError } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { formatBytes } from '../../base/format.ts';
import type { DataFile, Project } from '../artefacts.ts';
import type { StageContext } from '../stage.ts';

const BY_HAND = {
  title: 'Download the data by hand and name its folder in JuliaKaggle.toml: [data] folder = "…".',
};

export interface CompetitionData {
  readonly folder: string;
  readonly files: DataFile[];
}

/**
 * The competition's public data on this machine: the folder that JuliaKaggle.toml names, else the files of the
 * competition, downloaded once into `.julia-kaggle/competition/<slug>` (only what is missing or has another size).
 */
export async function getCompetitionData(project: Project, context: StageContext): Promise<CompetitionData> {
  if (project.dataFolder !== undefined)
    return { folder: project.dataFolder, files: await listFiles(project.dataFolder) };
  const folder = join(context.folder, 'competition', project.competition);
  await download(project.competition, folder, context);
  return { folder, files: await listFiles(folder) };
}

async function download(
  slug: string,
  folder: string,
  { ports, files, signal, progress }: StageContext,
): Promise<void> {
  const kaggle = await ports.kaggle();
  for (const file of await kaggle.listCompetitionFiles(slug, signal)) {
    const path = join(folder, ...file.name.split('/'));
    if (relative(folder, path).startsWith('..')) throw outside(slug, file.name);
    if ((await files.look(path))?.size === file.bytes) continue;
    const text = `Downloading ${file.name} (${formatBytes(file.bytes)})`;
    const onBytes = (done: number): void => progress(text, done, file.bytes);
    try {
      await files.lend(path, (safe) => kaggle.downloadCompetitionFile(slug, file, safe, onBytes, signal));
    } catch (error) {
      throw impossibleHere(error, slug, file.name) ?? fileError(error, path);
    }
  }
}

/** A name that a file system does not take, or two of which one would be a file and the other its folder. */
function impossibleHere(error: unknown, slug: string, name: string): UserError | undefined {
  const code = systemCode(error) ?? '';
  if (!['ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EINVAL'].includes(code)) return undefined;
  return new UserError({
    code: 'kaggle-answer',
    title: `The competition ${slug} lists a file that this machine cannot hold by its name (${code}): ${name}.`,
    actions: [BY_HAND],
    cause: error,
  });
}

function outside(slug: string, name: string): UserError {
  return new UserError({
    code: 'kaggle-answer',
    title: `The competition ${slug} lists a file outside of its folder: ${name}.`,
    actions: [BY_HAND],
  });
}

/**
 * The files of a data folder, sorted by name; a link to a file counts as that file.
 * @throws UserError `data-missing` when there are none.
 */
export async function listFiles(folder: string): Promise<DataFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name));
  const looks = await Promise.all(paths.map(async (path) => ({ path, facts: await lookAt(path) })));
  const files = looks.flatMap(({ path, facts }) => (facts?.isFile() === true ? [{ path, facts }] : []));
  if (files.length === 0) {
    throw new UserError({
      code: 'data-missing',
      title: `There is no competition data in ${folder}.`,
      actions: [
        { title: 'Put the data there, or remove [data] from JuliaKaggle.toml to have it downloaded.' },
      ],
    });
  }
  const listed = files.map(({ path, facts: { size, mtimeMs } }) => {
    const name = relative(folder, path).split(sep).join('/');
    return { name, bytes: size, modifiedSeconds: Math.floor(mtimeMs / 1000) };
  });
  return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function lookAt(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}
