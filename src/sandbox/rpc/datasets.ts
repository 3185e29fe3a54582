import { denied, invalid, notFound } from '../api-error.ts';
import { newestVersion } from '../dataset-versions.ts';
import { pageOf } from '../paging.ts';
import type { Dataset, DatasetVersion, User } from '../records.ts';
import type { Services } from '../services.ts';
import { slugOf } from '../slug.ts';
import {
  describeDataset,
  describeDatasetFile,
  describeFully,
  describeMetadata,
  describeRefused,
  describeSaved,
} from './dataset-answers.ts';
import {
  checkNames,
  checkSubtitle,
  type CreateDataset,
  createDataset,
  createDatasetVersion,
  createDatasetVersionById,
  type DatasetSettings,
  downloadDataset,
  errorsIn,
  filesOf,
  licenceOf,
  listDatasetFiles,
  listDatasets,
  ofDataset,
  updateDatasetMetadata,
  type VersionBody,
} from './dataset-requests.ts';
import { method, type Methods, openMethod, Redirect } from './rpc.ts';

/** `datasets.DatasetApiService` (kaggle-api 2.4). */
export function datasetMethods(services: Services): Methods {
  const { store, storage, turns, versions } = services;
  return {
    CreateDataset: method(createDataset, (request, { user, origin }) =>
      turns.take(() =>
        create(services, { ...request, slug: nonEmpty(request.slug) ?? slugOf(request.title) }, user, origin),
      ),
    ),

    CreateDatasetVersion: method(createDatasetVersion, ({ ownerSlug, datasetSlug, body }, { user, origin }) =>
      turns.take(() =>
        addVersion(services, findOwn(services, ownerSlug, datasetSlug, user), body, user, origin),
      ),
    ),

    CreateDatasetVersionById: method(createDatasetVersionById, ({ id, body }, { user, origin }) =>
      turns.take(() => {
        const dataset = store.datasets.get(id);
        if (dataset?.owner !== user.username) throw denied('datasets.update');
        return addVersion(services, dataset, body, user, origin);
      }),
    ),

    GetDatasetStatus: method(ofDataset, ({ ownerSlug, datasetSlug }, { user }) => ({
      status: versions.status(newestVersion(find(services, ownerSlug, datasetSlug, user))),
    })),

    GetDataset: openMethod(ofDataset, ({ ownerSlug, datasetSlug }, { user, origin }) =>
      describeFully(services, find(services, ownerSlug, datasetSlug, user), origin),
    ),

    GetDatasetMetadata: openMethod(ofDataset, ({ ownerSlug, datasetSlug }, { user }) => ({
      info: describeMetadata(services, find(services, ownerSlug, datasetSlug, user)),
      errorMessage: '',
    })),

    ListDatasetFiles: openMethod(listDatasetFiles, (request, { user }) => {
      const dataset = find(services, request.ownerSlug, request.datasetSlug, user);
      const version = versionOf(services, dataset, request.datasetVersionNumber);
      const { items, nextPageToken } = pageOf(version.files, request);
      const datasetFiles = items.map((file) => describeDatasetFile(file, version, dataset.fileDescriptions));
      return { datasetFiles, errorMessage: version.error ?? '', nextPageToken };
    }),

    UpdateDatasetMetadata: method(updateDatasetMetadata, ({ ownerSlug, datasetSlug, settings }, { user }) =>
      turns.take(async () => {
        const { id } = findOwn(services, ownerSlug, datasetSlug, user);
        if (settings === undefined) throw invalid('The settings are missing');
        const errors = errorsIn(settings);
        if (errors.length === 0)
          await store.datasets.update(id, (record) => ({ ...record, ...changeOf(settings, record) }));
        return { errors };
      }),
    ),

    ListDatasets: method(listDatasets, (request, { user, origin }) => {
      const words = request.search.toLowerCase();
      const listed = store.datasets
        .values()
        .filter((dataset) => isInGroup(dataset, request, user))
        .filter((dataset) => isOfSize(versions.current(dataset), request))
        .filter(({ slug, title }) => `${slug} ${title}`.toLowerCase().includes(words))
        .sort((a, b) => (newestVersion(a).createdAt > newestVersion(b).createdAt ? -1 : 1));
      const { items, nextPageToken } = pageOf(listed, request);
      return { datasets: items.map((dataset) => describeDataset(services, dataset, origin)), nextPageToken };
    }),

    DownloadDataset: openMethod(downloadDataset, (request, { user, origin }) => {
      const dataset = find(services, request.ownerSlug, request.datasetSlug, user);
      const version = versionOf(services, dataset, request.datasetVersionNumber);
      if (request.fileName === '') {
        const source = { of: 'dataset', id: String(dataset.id), version: version.version };
        return new Redirect(storage.signedUrl(origin, { kind: 'zip', source, name: `${dataset.slug}.zip` }));
      }
      const file = version.files.find(({ name }) => name === request.fileName);
      if (file === undefined) throw notFound('Dataset file not found');
      return new Redirect(storage.signedUrl(origin, { kind: 'blob', ...file }));
    }),

    DeleteDataset: method(ofDataset, ({ ownerSlug, datasetSlug }, { user }) =>
      turns.take(async () => {
        const { id } = findOwn(services, ownerSlug, datasetSlug, user);
        await store.datasets.delete(id);
        services.sweepVolumes();
        return { error: '' };
      }),
    ),
  };
}

/** All of it is replaced; what a dataset must have stays when it is left out. */
function changeOf(settings: DatasetSettings, record: Dataset): Partial<Dataset> {
  const { subtitle, description, isPrivate, keywords, userSpecifiedSources } = settings;
  const [licence] = settings.licenses;
  return {
    ...{ subtitle, description, isPrivate, keywords, userSpecifiedSources },
    title: nonEmpty(settings.title) ?? record.title,
    licenseName: licenceOf(licence?.name ?? record.licenseName) ?? record.licenseName,
    fileDescriptions: {
      ...record.fileDescriptions,
      ...Object.fromEntries(settings.data.map((file) => [file.name, file.description])),
    },
    expectedUpdateFrequency: nonEmpty(settings.expectedUpdateFrequency) ?? record.expectedUpdateFrequency,
  };
}

async function create(
  services: Services,
  request: CreateDataset,
  user: User,
  origin: string,
): Promise<object> {
  const { store, uploads, versions, faults, clock } = services;
  if (request.ownerSlug !== user.username) throw denied('datasets.create');
  checkNames(request);
  const files = filesOf(request, (token) => uploads.finished(user.username, token));
  const taken = takenName(services, request, user);
  if (taken !== undefined) return describeRefused(taken);
  const id = await store.nextId();
  const hidden = faults.take('fresh');
  const version = versions.draft(1, {
    creator: user.username,
    notes: 'Initial release',
    uploads: files,
    deleteOlder: false,
  });
  await store.datasets.put(id, {
    id,
    owner: user.username,
    slug: request.slug,
    title: request.title,
    subtitle: request.subtitle,
    description: request.description,
    isPrivate: request.isPrivate,
    licenseName: licenceOf(request.licenseName) ?? '',
    keywords: request.categoryIds,
    expectedUpdateFrequency: 'not specified',
    userSpecifiedSources: '',
    fileDescriptions: {},
    ...(hidden && { hiddenUntil: new Date(clock.now() + hidden.ms).toISOString() }),
    versions: [version],
  });
  versions.added(id, version);
  return describeSaved({ owner: user.username, slug: request.slug }, origin);
}

function takenName({ store }: Services, { title, slug }: CreateDataset, user: User): string | undefined {
  const mine = store.datasets.values().filter(({ owner }) => owner === user.username);
  if (mine.some((dataset) => dataset.slug === slug))
    return `The requested slug "${slug}" is already in use by a dataset. Please choose another slug.`;
  if (mine.some((dataset) => dataset.title.toLowerCase() === title.toLowerCase()))
    return `The requested title "${title}" is already in use by a dataset. Please choose another title.`;
  return undefined;
}

async function addVersion(
  { store, uploads, versions }: Services,
  dataset: Dataset,
  body: VersionBody | undefined,
  user: User,
  origin: string,
): Promise<object> {
  // A version holds exactly the files that are listed; none are carried over, and none is fine (kaggle-api 2.3, 2.4).
  const files = filesOf(body ?? { files: [], directories: [] }, (token) =>
    uploads.finished(user.username, token),
  );
  checkSubtitle(body?.subtitle ?? '');
  const version = versions.draft(newestVersion(dataset).version + 1, {
    creator: user.username,
    notes: body?.versionNotes ?? '',
    uploads: files,
    deleteOlder: body?.deleteOldVersions ?? false,
  });
  await store.datasets.update(dataset.id, (record) => ({
    ...record,
    subtitle: nonEmpty(body?.subtitle) ?? record.subtitle,
    description: nonEmpty(body?.description) ?? record.description,
    keywords: nonEmpty(body?.categoryIds) ?? record.keywords,
    versions: [...record.versions, version],
  }));
  versions.added(dataset.id, version);
  return describeSaved(dataset, origin);
}

function nonEmpty<T extends { readonly length: number }>(value: T | undefined): T | undefined {
  return value?.length === 0 ? undefined : value;
}

/** @throws ApiError 403 for a private dataset that is missing or somebody else's (kaggle-api 0.5) */
function find(
  { store, clock }: Services,
  ownerSlug: string,
  datasetSlug: string,
  user: User | undefined,
): Dataset {
  const dataset = store.datasets.find(({ owner, slug }) => owner === ownerSlug && slug === datasetSlug);
  if (dataset === undefined || (dataset.isPrivate && dataset.owner !== user?.username))
    throw denied('datasets.get');
  if (clock.now() < Date.parse(dataset.hiddenUntil ?? '')) throw denied('datasets.get');
  return dataset;
}

function findOwn(services: Services, ownerSlug: string, datasetSlug: string, user: User): Dataset {
  const dataset = find(services, ownerSlug, datasetSlug, user);
  if (dataset.owner !== user.username) throw denied('datasets.update');
  return dataset;
}

/** 0: the current one. */
function versionOf({ versions }: Services, dataset: Dataset, number: number): DatasetVersion {
  if (number === 0) return versions.current(dataset);
  const version = dataset.versions.find((candidate) => candidate.version === number);
  if (version === undefined) throw notFound('Dataset version not found');
  return version;
}

/** In bytes; 0 for no bound. */
function isOfSize(
  { files }: DatasetVersion,
  { minSize, maxSize }: { readonly minSize: number; readonly maxSize: number },
): boolean {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return bytes >= minSize && (maxSize === 0 || bytes <= maxSize);
}

function isInGroup(
  { isPrivate, owner }: Dataset,
  { group, user: wanted }: { readonly group: string; readonly user: string },
  user: User,
): boolean {
  const mine = owner === user.username;
  switch (group) {
    case 'PUBLIC':
      return !isPrivate;
    case 'MY':
      return mine;
    case 'MY_PRIVATE':
      return mine && isPrivate;
    case 'MY_PUBLIC':
      return mine && !isPrivate;
    case 'USER':
      return owner === wanted && (mine || !isPrivate);
    default:
      return false;
  }
}
