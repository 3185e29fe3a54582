import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { systemCode, UserError } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { formatBytes } from '../../base/format.ts';
import { canonicalJson } from '../../base/hash.ts';
import { ReadablePlaces } from '../../base/readable-places.ts';
import type { DataFile, Project, TestReport } from '../artefacts.ts';
import { placesOf } from '../contract/places.ts';
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
  const own = project.dataFolder;
  const folder = own ?? join(context.folder, 'competition', project.competition);
  if (own === undefined) await download(project.competition, folder, context);
  const places = await dataPlaces(project, context);
  return { folder: (await places.resolve(folder)) ?? folder, files: await listFiles(folder, places) };
}

/** What may be read for the data: for one's own what the project may, for downloaded data what lies below it. */
function dataPlaces(project: Project, { ports, folder }: StageContext): Promise<ReadablePlaces> {
  return project.dataFolder === undefined ? ReadablePlaces.around(folder) : placesOf(project.root, ports);
}

/** Whether the data are the very files that a test had. */
export async function isSameData(
  { dataFolder, dataFiles }: Pick<TestReport, 'dataFolder' | 'dataFiles'>,
  project: Project,
  context: StageContext,
): Promise<boolean> {
  const places = await dataPlaces(project, context);
  const files = await listFiles(dataFolder, places).catch(() => undefined);
  return files !== undefined && canonicalJson(files) === canonicalJson(dataFiles);
}

async function download(
  slug: string,
  folder: string,
  { ports, files, signal, progress }: StageContext,
): Promise<void> {
  const kaggle = await ports.kaggle();
  for (const file of await kaggle.competitions.listFiles(slug, signal)) {
    const path = join(folder, ...file.name.split('/'));
    if (relative(folder, path).startsWith('..')) throw outside(slug, file.name);
    if ((await files.look(path))?.size === file.bytes) continue;
    const text = `Downloading ${file.name} (${formatBytes(file.bytes)})`;
    const onBytes = (done: number): void => progress(text, done, file.bytes);
    try {
      await files.lend(path, (safe) => kaggle.competitions.downloadFile(slug, file, safe, onBytes, signal));
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
 * The files of a data folder, sorted by name; a link to a file counts as that file, a link to a folder is passed over.
 * @throws UserError `data-missing` when there are none, and as `ReadablePlaces`.
 */
export async function listFiles(folder: string, places: ReadablePlaces): Promise<DataFile[]> {
  const files: DataFile[] = [];
  for (const folders = ['']; folders.length > 0;) {
    const at = folders.pop() ?? '';
    const real = await places.resolve(join(folder, at));
    const entries = real === undefined ? [] : ((await places.list(real)) ?? []);
    folders.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${at}${name}/`));
    const found = entries.map(async (entry) => {
      const path = join(real ?? folder, entry.name);
      const data = entry.isFile() ? await plainFile(path) : await linkedFile(path, places);
      return data === undefined ? [] : [{ name: `${at}${entry.name}`, ...data }];
    });
    files.push(...(await Promise.all(found)).flat());
  }
  if (files.length > 0) return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  throw new UserError({
    code: 'data-missing',
    title: `There is no competition data in ${folder}.`,
    actions: [{ title: 'Put the data there, or remove [data] from JuliaKaggle.toml to have it downloaded.' }],
  });
}

type DataFacts = Omit<DataFile, 'name'>;

/** Its content is read later, and not through a link that took its place meanwhile. */
async function plainFile(path: string): Promise<DataFacts | undefined> {
  const facts = await lstat(path).catch(() => undefined);
  return facts?.isFile() === true ? factsOf(facts) : undefined;
}

async function linkedFile(path: string, places: ReadablePlaces): Promise<DataFacts | undefined> {
  if ((await places.lookAnywhere(path))?.isFile() !== true) return undefined;
  const [source, facts] = [await places.resolve(path), await places.look(path)];
  return source === undefined || facts?.isFile() !== true ? undefined : { ...factsOf(facts), source };
}

function factsOf({ size, mtimeMs }: Stats): DataFacts {
  return { bytes: size, modifiedSeconds: Math.floor(mtimeMs / 1000) };
}
