import * as l10n from '@vscode/l10n';
import { utimes } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type ErrorAction, isCancelled, isUserError, systemCode, UserError } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { formatBytes } from '../../base/format.ts';
import { canonicalJson } from '../../base/hash.ts';
import { ReadablePlaces } from '../../base/readable-places.ts';
import type { KaggleClient, RemoteFile } from '../../kaggle/client.ts';
import type { DataFile, Project, TestReport } from '../artefacts.ts';
import { readFiles } from '../contract/image/data-files.ts';
import { agreeToFetch, FetchProgress, isPart } from '../contract/image/fetch-files.ts';
import { wantedFiles } from '../contract/image/other-inputs.ts';
import { placesOf } from '../contract/image/places.ts';
import type { StageContext } from '../stage.ts';

function byHand(): ErrorAction {
  return {
    title: l10n.t('Download the data by hand and name its folder in JuliaKaggle.toml: [data] folder = "…".'),
  };
}

export interface CompetitionData {
  readonly folder: string;
  readonly files: DataFile[];
}

/** So long is Kaggle asked whether the data changed there, where nothing else is to be asked of it. */
const LOOK_MS = 10_000;

/**
 * The competition's public data on this machine: the folder that JuliaKaggle.toml names, else the files of the
 * competition, downloaded into `.julia-kaggle/competition/<slug>`: what is missing, or another on Kaggle since.
 */
export async function getCompetitionData(project: Project, context: StageContext): Promise<CompetitionData> {
  const folder = folderOf(project, context);
  if (project.dataFolder === undefined) await download(project, folder, context);
  const places = await dataPlaces(project, context);
  return {
    folder: (await places.resolve(folder)) ?? folder,
    files: await readData(folder, places, project, context),
  };
}

function folderOf({ dataFolder, competition }: Project, { folder }: StageContext): string {
  return dataFolder ?? join(folder, 'competition', competition);
}

/** What may be read for the data: for one's own what the project may, for downloaded data what lies below it. */
function dataPlaces(project: Project, { ports, folder }: StageContext): Promise<ReadablePlaces> {
  return project.dataFolder === undefined ? ReadablePlaces.around(folder) : placesOf(project.root, ports);
}

/** Whether the data are the very files that a test had, whatever their times. */
export async function isSameData(
  { dataFolder, dataFiles }: Pick<TestReport, 'dataFolder' | 'dataFiles'>,
  project: Project,
  context: StageContext,
): Promise<boolean> {
  const places = await dataPlaces(project, context);
  const files = await readData(dataFolder, places, project, context).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return undefined;
  });
  return files !== undefined && canonicalJson(files) === canonicalJson(dataFiles);
}

/** Which file of the data is another on Kaggle than the one that was downloaded; undefined also where Kaggle is not heard. */
export async function changedOnKaggle(project: Project, context: StageContext): Promise<string | undefined> {
  const { ports, files, signal, log } = context;
  if (project.dataFolder !== undefined) return undefined;
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  try {
    const kaggle = await ports.kaggle();
    const listed = await kaggle.competitions.listFiles(project.competition, inTime);
    for (const file of wantedFiles(listed, project.dataOnly))
      if (
        !(await isCurrent(file, placeOf(project.competition, file.name, folderOf(project, context)), files))
      )
        return file.name;
  } catch (error) {
    if (signal.aborted || !(isUserError(error) || isCancelled(error))) throw error;
    log(
      'note',
      'Kaggle could not be asked whether the data changed there; those that were downloaded are used.',
    );
  }
  return undefined;
}

/** Whether a file was downloaded after it came to Kaggle: it has Kaggle's time, or that of a download. */
async function isCurrent(
  { bytes, created }: RemoteFile,
  path: string,
  files: StageContext['files'],
): Promise<boolean> {
  const found = await files.look(path);
  const since = Date.parse(created ?? '');
  // A file system may keep whole seconds only.
  return found?.size === bytes && !(Math.floor(found.mtimeMs / 1000) < Math.floor(since / 1000));
}

/** Downloads what is missing, by portions: the first files are here before the last of very many are listed. */
async function download(project: Project, folder: string, context: StageContext): Promise<void> {
  const { competition: slug, competitionFacts, dataOnly } = project;
  const { ports, signal } = context;
  const kaggle = await ports.kaggle();
  const what = l10n.t('the data of the competition {0}', slug);
  // With patterns, most of what is listed is passed over, and the sum was asked for before.
  const [known, ahead] = dataOnly === undefined ? [undefined, LISTED_AHEAD] : [competitionFacts?.data, 1];
  let [files, bytes, isAsked] = [0, 0, false];
  for await (const portion of portions(kaggle.competitions.filePages(slug, signal), ahead)) {
    const missing = await missingOf(wantedFiles(portion.files, dataOnly), slug, folder, context);
    if (missing.length === 0) continue;
    const isFirst = files === 0;
    files += missing.length;
    bytes += bytesOf(missing);
    // Once it is agreed to, only the disk is looked at.
    const wanted = isAsked ? { files: missing.length, bytes: bytesOf(missing) } : { files, bytes };
    const around = { what, folder: dirname(context.folder), isMore: known === undefined && portion.isMore };
    if (isFirst || known === undefined)
      isAsked = (await agreeToFetch({ ...around, ...(known ?? wanted) }, isAsked ? {} : context)) || isAsked;
    await downloadAll(kaggle, project, { folder, files: missing }, context);
  }
}

/** So many files are listed before the first is fetched: of nearly all competitions all, so that the question has the sum. */
const LISTED_AHEAD = 10_000;

/** Pages put together to portions of so many files at least; `isMore`: there may be another. */
async function* portions(
  pages: AsyncIterable<readonly RemoteFile[]>,
  least: number,
): AsyncGenerator<{ readonly files: readonly RemoteFile[]; readonly isMore: boolean }> {
  let files: RemoteFile[] = [];
  for await (const page of pages) {
    files.push(...page);
    if (files.length < least) continue;
    yield { files, isMore: true };
    files = [];
  }
  if (files.length > 0) yield { files, isMore: false };
}

function bytesOf(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function missingOf(
  listed: readonly RemoteFile[],
  slug: string,
  folder: string,
  { files }: StageContext,
): Promise<RemoteFile[]> {
  const twin = sameForThisMachine(
    listed.map(({ name }) => name),
    process.platform,
  );
  if (twin !== undefined) throw impossible(slug, twin, 'EEXIST');
  const missing: RemoteFile[] = [];
  for (const file of listed) {
    const path = placeOf(slug, file.name, folder);
    if (isForbiddenOnWindows(file.name, process.platform)) throw impossible(slug, file.name, 'EINVAL');
    if (!(await isCurrent(file, path, files))) missing.push(file);
  }
  return missing;
}

async function downloadAll(
  kaggle: KaggleClient,
  { competition: slug }: Project,
  { folder, files: missing }: { readonly folder: string; readonly files: readonly RemoteFile[] },
  context: StageContext,
): Promise<void> {
  const { files, signal, warn } = context;
  const all = bytesOf(missing);
  const text = l10n.t('Downloading the data of {0} ({1})', slug, formatBytes(all));
  const progress = new FetchProgress(text, all, context);
  for (const file of missing) {
    const path = placeOf(slug, file.name, folder);
    if ((await files.look(path)) !== undefined)
      warn(
        l10n.t(
          '{0} of {1} changed on Kaggle since it was downloaded; it is downloaded anew.',
          file.name,
          slug,
        ),
      );
    try {
      await files.lend(path, async (safe) => {
        const keep = { keep: true };
        await kaggle.competitions.downloadFile(slug, file, safe, progress.onBytes, signal, keep);
        const since = new Date(file.created ?? NaN);
        // Where this machine's clock is wrong, its own time would tell nothing.
        if (!Number.isNaN(since.getTime())) await utimes(safe, since, since);
      });
    } catch (error) {
      throw impossibleHere(error, slug, file.name) ?? fileError(error, path);
    }
    progress.next(file.bytes);
  }
}

/** @throws UserError `kaggle-answer` for a name that leads outside. */
function placeOf(slug: string, name: string, folder: string): string {
  const path = join(folder, ...name.split('/'));
  if (relative(folder, path).startsWith('..')) throw outside(slug, name);
  return path;
}

/** A name that a file system does not take, or two of which one would be a file and the other its folder. */
function impossibleHere(error: unknown, slug: string, name: string): UserError | undefined {
  const code = systemCode(error) ?? '';
  return ['ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EINVAL'].includes(code)
    ? impossible(slug, name, code, error)
    : undefined;
}

/**
 * Pure: Windows would take what is behind a colon for a stream of the file, drops a dot or a blank at an end, and says of a
 * name that is too long that there is no such file.
 */
export function isForbiddenOnWindows(name: string, platform: NodeJS.Platform): boolean {
  const isForbidden = (part: string): boolean => /[<>:"|?*\\]|[. ]$/.test(part) || part.length > 255;
  return platform === 'win32' && name.split('/').some(isForbidden);
}

/** Pure: the first name that Windows and macOS take for one before it, as it has other capitals only. */
export function sameForThisMachine(names: readonly string[], platform: NodeJS.Platform): string | undefined {
  if (platform !== 'win32' && platform !== 'darwin') return undefined;
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name.normalize('NFC').toLowerCase()).size);
}

function impossible(slug: string, name: string, code: string, cause?: unknown): UserError {
  return new UserError({
    code: 'kaggle-answer',
    title: l10n.t(
      'The competition {0} lists a file that this machine cannot hold by its name ({1}): {2}.',
      slug,
      code,
      name,
    ),
    actions: [byHand()],
    cause,
  });
}

function outside(slug: string, name: string): UserError {
  return new UserError({
    code: 'kaggle-answer',
    title: l10n.t('The competition {0} lists a file outside of its folder: {1}.', slug, name),
    actions: [byHand()],
  });
}

/** @throws as `readFiles`; UserError `data-missing` when there are none. */
async function readData(
  folder: string,
  places: ReadablePlaces,
  { dataFolder, dataOnly }: Project,
  context: StageContext,
): Promise<DataFile[]> {
  // What of a download was begun, or is not wanted any more, is none of the data.
  const isLeftOut = (name: string): boolean =>
    dataFolder === undefined && (isPart(name) || wantedFiles([{ name }], dataOnly).length === 0);
  const files = await readFiles(folder, places, context, l10n.t('Reading the data'), isLeftOut);
  if (files.length > 0) return files;
  throw new UserError({
    code: 'data-missing',
    title: l10n.t('There is no competition data in {0}.', folder),
    actions: [
      { title: l10n.t('Put the data there, or remove [data] from JuliaKaggle.toml to have it downloaded.') },
    ],
  });
}
