import { isUserError } from '../base/errors.ts';
import { MAX_TEXT_BYTES } from '../base/http.ts';
import type { Dataset, DatasetStatus, RemoteFile } from './client.ts';
import type { Connection } from './connection.ts';
import { download } from './download.ts';
import { readEnum } from './enums.ts';
import { findOwn } from './own.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { withSafeNames } from './remote-name.ts';
import { dataset, datasetFiles, datasetStatus } from './schemas.ts';
import { lastSegments } from './site.ts';
import type { About } from './translate-error.ts';

const SERVICE = 'datasets.DatasetApiService';

const DATASET_STATUS = {
  prefix: 'DATABUNDLE_VERSION_STATUS_',
  names: [
    'NOT_YET_PERSISTED',
    'BLOBS_RECEIVED',
    'BLOBS_DECOMPRESSED',
    'BLOBS_COPIED_TO_SDS',
    'INDIVIDUAL_BLOBS_COMPRESSED',
    'READY',
    'FAILED',
    'DELETED',
    'REPROCESSING',
  ],
} as const;

/** How errors name a dataset. */
export function aboutDataset({ site }: Connection, owner: string, slug: string): About {
  return { thing: `the dataset ${owner}/${slug}`, url: site.dataset(owner, slug) };
}

/** One's own dataset, or undefined when there is none. */
export async function findDataset(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<Dataset | undefined> {
  const find = (): Promise<Dataset> => getDataset(connection, owner, slug, signal);
  return findOwn(connection, owner, find, signal);
}

/** The dataset with its versions. @throws UserError `kaggle-forbidden`, `kaggle-not-found` when there is none. */
export async function getDataset(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<Dataset> {
  const answer = await connection.transport.call(
    {
      method: `${SERVICE}/GetDataset`,
      body: { ownerSlug: owner, datasetSlug: slug },
      answer: dataset,
      about: aboutDataset(connection, owner, slug),
    },
    signal,
  );
  return {
    id: answer.id > 0 ? answer.id : undefined,
    slug: lastSegments(answer.ref, 2)?.[1] ?? slug,
    currentVersion: answer.currentVersionNumber,
    versions: answer.versions.map(({ versionNumber, versionNotes }) => ({
      version: versionNumber,
      notes: versionNotes,
    })),
  };
}

/** `missing` when it is not there, or not ours to see: the two look the same. (kaggle-api 0.5) */
export async function getDatasetStatus(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<DatasetStatus> {
  try {
    const { status } = await connection.transport.call(
      {
        method: `${SERVICE}/GetDatasetStatus`,
        body: { ownerSlug: owner, datasetSlug: slug },
        answer: datasetStatus,
        about: aboutDataset(connection, owner, slug),
      },
      signal,
    );
    return statusNamed(readEnum(DATASET_STATUS, status));
  } catch (error) {
    if (isUserError(error, 'kaggle-not-found') || isUserError(error, 'kaggle-forbidden')) return 'missing';
    throw error;
  }
}

/** All but three are steps on the way, and so is a step that is not known here. */
function statusNamed(name: (typeof DATASET_STATUS.names)[number] | undefined): DatasetStatus {
  switch (name) {
    case 'READY':
      return 'ready';
    case 'FAILED':
      return 'failed';
    case 'DELETED':
      return 'deleted';
    default:
      return 'processing';
  }
}

/** The files of the current version, without those whose names lead elsewhere. (kaggle-api 2.4) */
export async function listDatasetFiles(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<readonly RemoteFile[]> {
  const files = await allPages(async (pageToken) => {
    const page = await connection.transport.call(
      {
        method: `${SERVICE}/ListDatasetFiles`,
        body: { ownerSlug: owner, datasetSlug: slug, pageSize: PAGE_SIZE, pageToken },
        answer: datasetFiles,
        about: aboutDataset(connection, owner, slug),
      },
      signal,
    );
    return { items: page.datasetFiles, nextPageToken: page.nextPageToken };
  });
  return withSafeNames(
    files.map(({ name, totalBytes }) => ({ name, bytes: totalBytes })),
    connection.logger,
  );
}

/** A small file of the current version; Kaggle redirects to its store. (kaggle-api 2.4) */
export async function downloadFile(
  connection: Connection,
  { owner, slug, name }: { readonly owner: string; readonly slug: string; readonly name: string },
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const body = { ownerSlug: owner, datasetSlug: slug, fileName: name };
  await download(
    connection,
    {
      request: () => connection.transport.requestOf(`${SERVICE}/DownloadDataset`, body, signal),
      fromKaggle: true,
      name,
      size: { atMost: MAX_TEXT_BYTES },
      path,
      about: aboutDataset(connection, owner, slug),
      onBytes: () => undefined,
    },
    signal,
  );
}
