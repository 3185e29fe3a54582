import * as z from 'zod/mini';
import { messageOf } from '../../base/errors.ts';
import { invalid } from '../api-error.ts';
import type { StoredFile } from '../records.ts';
import { flag, int, oneOf, page, text, texts } from './rpc.ts';

/** The requests of `datasets.DatasetApiService` and the rules for what is in them (kaggle-api 2.4, 2.5). */

const files = () => z._default(z.array(z.object({ token: text() })), []);
const directory = z.object({
  name: text(),
  files: files(),
  get directories(): z.ZodMiniOptional<z.ZodMiniArray<typeof directory>> {
    return z.optional(z.array(directory));
  },
});
/** What a version of a dataset or of a model is sent as: files by the tokens of their uploads, and folders of them. */
export const content = { files: files(), directories: z._default(z.array(directory), []) };

const versionBody = z.object({
  versionNotes: text(),
  deleteOldVersions: flag(),
  ...content,
  subtitle: text(),
  description: text(),
  categoryIds: texts(),
});

export const ofDataset = z.object({ ownerSlug: text(), datasetSlug: text() });

export const createDataset = z.object({
  ownerSlug: text(),
  slug: text(),
  title: text(),
  licenseName: text(),
  // A plain boolean: left out means public (kaggle-api 2.4).
  isPrivate: flag(),
  ...content,
  subtitle: text(),
  description: text(),
  categoryIds: texts(),
});
export const createDatasetVersion = z.object({ ...ofDataset.shape, body: z.optional(versionBody) });
export const createDatasetVersionById = z.object({ id: int(), body: z.optional(versionBody) });
export const listDatasetFiles = z.object({ ...ofDataset.shape, datasetVersionNumber: int(), ...page() });
export const downloadDataset = z.object({
  ...ofDataset.shape,
  fileName: text(),
  datasetVersionNumber: int(),
});
export const updateDatasetMetadata = z.object({
  ...ofDataset.shape,
  settings: z.optional(
    z.object({
      title: text(),
      subtitle: text(),
      description: text(),
      // As in CreateDataset: left out means public.
      isPrivate: flag(),
      licenses: z._default(z.array(z.object({ name: text() })), []),
      keywords: texts(),
      expectedUpdateFrequency: text(),
      userSpecifiedSources: text(),
      data: z._default(z.array(z.object({ name: text(), description: text() })), []),
    }),
  ),
});
export type DatasetSettings = NonNullable<z.output<typeof updateDatasetMetadata>['settings']>;
export const listDatasets = z.object({
  group: oneOf('DATASET_SELECTION_GROUP_', [
    'PUBLIC',
    'MY',
    'USER',
    'USER_SHARED_WITH_ME',
    'UPVOTED',
    'MY_PRIVATE',
    'ORGANIZATION',
    'FEATURED',
    'ALL',
    'UNFEATURED',
    'MY_PUBLIC',
    'BOOKMARKED',
    'COLLABORATION',
    'SHARED_WITH_USER',
  ]),
  minSize: int(),
  maxSize: int(),
  search: text(),
  user: text(),
  page: int(),
  ...page(),
});

export type CreateDataset = z.output<typeof createDataset>;
export type VersionBody = z.output<typeof versionBody>;
type Content = Pick<VersionBody, 'files' | 'directories'>;
type Directory = z.output<typeof directory>;

const MIN_NAME = 6;
const MAX_NAME = 50;
const MIN_SUBTITLE = 20;
const MAX_SUBTITLE = 80;
const MAX_TOP_LEVEL = 50;

/** @throws ApiError 400 for a name or a licence that Kaggle would not take */
export function checkNames({ title, slug, subtitle, licenseName }: CreateDataset): void {
  checkTitle(title);
  if (!isBetween(slug, MIN_NAME, MAX_NAME))
    throw invalid(`The dataset slug must be between ${MIN_NAME} and ${MAX_NAME} characters`);
  if (!/^[a-z0-9-]+$/.test(slug))
    throw invalid('The dataset slug may only contain lower case letters, digits and dashes');
  if (licenceOf(licenseName) === undefined) throw invalid(`'${licenseName}' is not a licence`);
  checkSubtitle(subtitle);
}

function checkTitle(title: string): void {
  if (!isBetween(title, MIN_NAME, MAX_NAME))
    throw invalid(`The dataset title must be between ${MIN_NAME} and ${MAX_NAME} characters`);
}

const FREQUENCIES = [
  'not specified',
  'never',
  'annually',
  'quarterly',
  'monthly',
  'weekly',
  'daily',
  'hourly',
];

/** What is wrong with new settings, in sentences; an empty title or frequency leaves the old one. */
export function errorsIn(settings: DatasetSettings): string[] {
  const { title, subtitle, licenses, expectedUpdateFrequency } = settings;
  const unknown = licenses.find(({ name }) => licenceOf(name) === undefined);
  return [
    ...(title === '' ? [] : refusals(() => checkTitle(title))),
    ...refusals(() => checkSubtitle(subtitle)),
    ...(licenses.length > 1 ? ['A dataset has exactly one licence'] : []),
    ...(unknown === undefined ? [] : [`'${unknown.name}' is not a licence`]),
    ...(expectedUpdateFrequency === '' || FREQUENCIES.includes(expectedUpdateFrequency)
      ? []
      : [`'${expectedUpdateFrequency}' is not an update frequency`]),
  ];
}

function refusals(check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}

/** @throws ApiError 400 */
export function checkSubtitle(subtitle: string): void {
  if (subtitle !== '' && !isBetween(subtitle, MIN_SUBTITLE, MAX_SUBTITLE))
    throw invalid(`The subtitle must be between ${MIN_SUBTITLE} and ${MAX_SUBTITLE} characters`);
}

/**
 * The files of a version with their paths. `finished` gives the file of a token.
 * @throws ApiError 400 for a bad token, a name that is there twice, or too many files
 */
export function filesOf(version: Content, finished: (token: string) => StoredFile): StoredFile[] {
  const topLevel = version.files.length + version.directories.length;
  if (topLevel > MAX_TOP_LEVEL) throw invalid(`There can be at most ${MAX_TOP_LEVEL} top-level files`);
  const found = collect('', version, finished);
  const names = new Set<string>();
  for (const { name } of found) {
    if (names.has(name)) throw invalid(`The file name '${name}' is there twice`);
    names.add(name);
  }
  return found;
}

function collect(
  prefix: string,
  folder: Pick<Directory, 'files' | 'directories'>,
  finished: (token: string) => StoredFile,
): StoredFile[] {
  const own = folder.files
    .map(({ token }) => finished(token))
    .map((file) => ({ ...file, name: prefix + file.name }));
  const below = (folder.directories ?? []).flatMap((child) => {
    if (child.name === '' || child.name === '..' || child.name.includes('/'))
      throw invalid(`Invalid directory name '${child.name}'`);
    return collect(`${prefix}${child.name}/`, child, finished);
  });
  return [...own, ...below];
}

function isBetween(value: string, least: number, most: number): boolean {
  return value.length >= least && value.length <= most;
}

/** Names of licences that a dataset may have (kaggle-api 2.5). */
const LICENCES = [
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-3.0-IGO',
  'CC-BY-4.0',
  'CC-BY-SA-3.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-NC-SA-3.0-IGO',
  'CC-BY-NC-SA-4.0',
  'CC-BY-ND-4.0',
  'CC-BY-NC-ND-4.0',
  'GPL-2.0',
  'GPL-3.0',
  'LGPL-3.0',
  'AGPL-3.0',
  'apache-2.0',
  'ODbL-1.0',
  'DbCL-1.0',
  'PDDL',
  'ODC-BY-1.0',
  'CDLA-Permissive-1.0',
  'CDLA-Sharing-1.0',
  'EU-ODP-Legal-Notice',
  'FDL-1.3',
  'US-Government-Works',
  'copyright-authors',
  'reddit-api',
  'world-bank',
  'other',
  'unknown',
] as const;

/** What a dataset has whose maker names none, as kagglehub does (kaggle-api 2.4). */
const UNNAMED = 'unknown';

/** The licence's own spelling; undefined for a name that is none. */
export function licenceOf(name: string): string | undefined {
  return name === '' ? UNNAMED : LICENCES.find((known) => known.toLowerCase() === name.toLowerCase());
}
