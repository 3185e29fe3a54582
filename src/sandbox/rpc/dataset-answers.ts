import { newestVersion } from '../dataset-versions.ts';
import type { Dataset, DatasetVersion, StoredFile } from '../records.ts';
import type { Services } from '../services.ts';

/** How datasets look in answers (kaggle-api 2.4). */

const FILES_IN_VIEW = 200;

/** A dataset as Kaggle answers it (kaggle-api 2.4). `origin`: where the sandbox is, for links. */
export function describeDataset({ versions: rules }: Services, dataset: Dataset, origin: string): object {
  const current = rules.current(dataset);
  return {
    id: dataset.id,
    ref: `${dataset.owner}/${dataset.slug}`,
    title: dataset.title,
    subtitle: dataset.subtitle,
    description: dataset.description,
    url: urlOf(dataset, origin),
    totalBytes: current.files.reduce((sum, { bytes }) => sum + bytes, 0),
    lastUpdated: newestVersion(dataset).createdAt,
    creatorName: dataset.owner,
    ownerName: dataset.owner,
    ownerRef: dataset.owner,
    isPrivate: dataset.isPrivate,
    licenseName: dataset.licenseName,
    currentVersionNumber: current.version,
    usabilityRating: 0,
    tags: [],
  };
}

/** With what only GetDataset gives. */
export function describeFully(services: Services, dataset: Dataset, origin: string): object {
  const current = services.versions.current(dataset);
  return {
    ...describeDataset(services, dataset, origin),
    versions: dataset.versions.toReversed().map((version) => ({
      versionNumber: version.version,
      creationDate: version.createdAt,
      creatorName: version.creator,
      creatorRef: version.creator,
      versionNotes: version.notes,
      status: services.versions.status(version),
    })),
    files: current.files
      .slice(0, FILES_IN_VIEW)
      .map((file) => describeDatasetFile(file, current, dataset.fileDescriptions)),
  };
}

/** A file of a dataset version as Kaggle lists it (kaggle-api 2.4). */
export function describeDatasetFile(
  { name, bytes }: StoredFile,
  version: DatasetVersion,
  descriptions: Dataset['fileDescriptions'],
): object {
  return {
    ref: name,
    name,
    totalBytes: bytes,
    creationDate: version.createdAt,
    fileType: extensionOf(name),
    url: '',
    description: descriptionOf(name, descriptions),
    columns: [],
  };
}

/** What a dataset says of itself, as Kaggle answers it (kaggle-api 2.4). */
export function describeMetadata({ versions }: Services, dataset: Dataset): object {
  const current = versions.current(dataset);
  return {
    datasetId: dataset.id,
    datasetSlug: dataset.slug,
    ownerUser: dataset.owner,
    title: dataset.title,
    subtitle: dataset.subtitle,
    description: dataset.description,
    isPrivate: dataset.isPrivate,
    keywords: dataset.keywords,
    licenses: [{ name: dataset.licenseName }],
    collaborators: [],
    data: current.files.map(({ name, bytes }) => ({
      name,
      description: descriptionOf(name, dataset.fileDescriptions),
      ...{ totalBytes: bytes, columns: [] },
    })),
    expectedUpdateFrequency: dataset.expectedUpdateFrequency,
    userSpecifiedSources: dataset.userSpecifiedSources,
  };
}

/** The answer of the methods that make a dataset or a version. */
export function describeSaved(dataset: Pick<Dataset, 'owner' | 'slug'>, origin: string): object {
  const ref = `/${dataset.owner}/${dataset.slug}`;
  return { ref, url: urlOf(dataset, origin), status: 'ok', error: '', invalidTags: [] };
}

/** A refusal inside a 200, as Kaggle's create methods have it (kaggle-api 0.5). */
export function describeRefused(error: string): object {
  return { ref: '', url: '', status: 'error', error, invalidTags: [] };
}

function urlOf({ owner, slug }: Pick<Dataset, 'owner' | 'slug'>, origin: string): string {
  return `${origin}/datasets/${owner}/${slug}`;
}

function descriptionOf(name: string, descriptions: Dataset['fileDescriptions']): string {
  return Object.hasOwn(descriptions, name) ? (descriptions[name] ?? '') : '';
}

/** With the dot; empty for a name without one. */
function extensionOf(name: string): string {
  return /\.([^./]+)$/.exec(name)?.[0] ?? '';
}
