import { isUserError, UserError } from '../base/errors.ts';
import type {
  Dataset,
  DatasetInit,
  DatasetStatus,
  DatasetVersionInit,
  KaggleClient,
  RemoteFile,
} from './client.ts';
import type { Connection } from './connection.ts';
import { readEnum } from './enums.ts';
import { findOwn } from './own.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { withSafeNames } from './remote-name.ts';
import { dataset, datasetFiles, datasetStatus, savedDataset } from './schemas.ts';
import { type Look, sendOnce } from './send-once.ts';
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

/** Private packs are nobody's to copy; of the names that Kaggle takes, `other` says so. (kaggle-api 2.5) */
const LICENSE = 'other';

/** Private datasets and their versions. (kaggle-api 2.4) */
export function datasetCalls(
  connection: Connection,
): Pick<
  KaggleClient,
  'findDataset' | 'getDatasetStatus' | 'listDatasetFiles' | 'createDataset' | 'createDatasetVersion'
> {
  return {
    findDataset: (owner, slug, signal) => findDataset(connection, owner, slug, signal),
    getDatasetStatus: (owner, slug, signal) => getStatus(connection, owner, slug, signal),
    listDatasetFiles: (owner, slug, signal) => listFiles(connection, owner, slug, signal),
    createDataset: (init, signal) => createDataset(connection, init, signal),
    createDatasetVersion: (init, signal) => createVersion(connection, init, signal),
  };
}

function about({ site }: Connection, owner: string, slug: string): About {
  return { thing: `the dataset ${owner}/${slug}`, url: site.dataset(owner, slug) };
}

async function findDataset(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<Dataset | undefined> {
  const find = (): Promise<Dataset> => getDataset(connection, owner, slug, signal);
  return findOwn(connection, owner, find, signal);
}

async function getDataset(
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
      about: about(connection, owner, slug),
    },
    signal,
  );
  return {
    slug: lastSegments(answer.ref, 2)?.[1] ?? slug,
    currentVersion: answer.currentVersionNumber,
    versions: answer.versions.map(({ versionNumber, versionNotes }) => ({
      version: versionNumber,
      notes: versionNotes,
    })),
  };
}

async function getStatus(
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
        about: about(connection, owner, slug),
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

async function listFiles(
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
        about: about(connection, owner, slug),
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

async function createDataset(connection: Connection, init: DatasetInit, signal: AbortSignal): Promise<void> {
  const { owner, slug } = init;
  const look = async (): Promise<Look<undefined>> => {
    const status = await getStatus(connection, owner, slug, signal);
    return status === 'missing' || status === 'deleted' ? 'absent' : { found: undefined };
  };
  // Without this a lost answer would leave open whose dataset it is that exists afterwards.
  if ((await look()) !== 'absent') throw alreadyThere(connection, owner, slug);
  const send = async (): Promise<undefined> => {
    await save(
      connection,
      'CreateDataset',
      {
        ownerSlug: owner,
        slug,
        title: init.title,
        subtitle: init.subtitle,
        licenseName: LICENSE,
        // Left out, it would mean public. (kaggle-api 2.4)
        isPrivate: true,
        files: init.tokens.map((token) => ({ token })),
      },
      about(connection, owner, slug),
      signal,
    );
  };
  await sendOnce({ what: `the dataset ${owner}/${slug}`, send, look }, connection.pace, signal);
}

function alreadyThere(connection: Connection, owner: string, slug: string): UserError {
  return new UserError({
    code: 'kaggle-conflict',
    title: `The dataset ${owner}/${slug} exists already.`,
    actions: [
      { title: 'Run again: it is found, and gets a new version.' },
      { title: 'Open it on Kaggle', url: connection.site.dataset(owner, slug) },
    ],
  });
}

async function createVersion(
  connection: Connection,
  init: DatasetVersionInit,
  signal: AbortSignal,
): Promise<void> {
  const { owner, slug, notes } = init;
  const before = (await getDataset(connection, owner, slug, signal)).currentVersion;
  const send = async (): Promise<undefined> => {
    await save(
      connection,
      'CreateDatasetVersion',
      {
        ownerSlug: owner,
        datasetSlug: slug,
        body: { versionNotes: notes, files: init.tokens.map((token) => ({ token })) },
      },
      about(connection, owner, slug),
      signal,
    );
  };
  const look = async (): Promise<Look<undefined>> => {
    const now = await getDataset(connection, owner, slug, signal);
    if (hasOurs(now, before, notes)) return { found: undefined };
    return (await getStatus(connection, owner, slug, signal)) === 'processing' ? 'unclear' : 'absent';
  };
  await sendOnce({ what: `the new version of ${owner}/${slug}`, send, look }, connection.pace, signal);
}

/** A version made since `before` that has our notes; where the answer lists no versions, any made since. */
function hasOurs({ currentVersion, versions }: Dataset, before: number, notes: string): boolean {
  if (versions.length === 0) return currentVersion > before;
  return versions.some((each) => each.version > before && each.notes.trim() === notes.trim());
}

/** Success is a status of `ok`, in any case; a filled `error` was refused before this. (kaggle-api 2.4) */
async function save(
  { transport }: Connection,
  method: string,
  body: object,
  subject: About,
  signal: AbortSignal,
): Promise<void> {
  const { status } = await transport.call(
    { method: `${SERVICE}/${method}`, body, answer: savedDataset, about: subject, repeat: 'once' },
    signal,
  );
  if (status.toLowerCase() === 'ok') return;
  throw transport.translate({ kind: 'refused', text: `Its status is ${JSON.stringify(status)}.` }, subject);
}
