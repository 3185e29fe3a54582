import type * as z from 'zod/mini';
import { isUserError } from '../base/errors.ts';
import type { DatasetChanges, DatasetMetadata, DatasetSummary } from './client.ts';
import type { Connection } from './connection.ts';
import { allPages } from './pages.ts';
import { aboutDataset, findDataset } from './read-dataset.ts';
import { datasetMetadata, datasets, nothing, updatedMetadata } from './schemas.ts';
import { lastSegments } from './site.ts';

const SERVICE = 'datasets.DatasetApiService';

/** What a server takes at most for this list is not known; the files' limit is 200. (kaggle-api 2.4) */
const LIST_PAGE_SIZE = 100;

/** One's own datasets; an entry without owner and slug is left out. (kaggle-api 2.4) */
export async function listDatasets(
  { transport, site }: Connection,
  search: string,
  signal: AbortSignal,
): Promise<readonly DatasetSummary[]> {
  const found = await allPages(async (pageToken) => {
    const page = await transport.call(
      {
        method: `${SERVICE}/ListDatasets`,
        body: {
          group: 'DATASET_SELECTION_GROUP_MY',
          search: search === '' ? undefined : search,
          pageSize: LIST_PAGE_SIZE,
          pageToken,
        },
        answer: datasets,
        about: { thing: 'the list of your datasets', url: `${site.url}/datasets` },
      },
      signal,
    );
    return { items: page.datasets, nextPageToken: page.nextPageToken };
  });
  return found.flatMap(({ ref, title, totalBytes, lastUpdated, isPrivate }) => {
    const [owner, slug] = lastSegments(ref, 2) ?? [];
    if (owner === undefined || slug === undefined) return [];
    const updated = lastUpdated === '' ? undefined : lastUpdated;
    return [
      { owner, slug, title: title === '' ? slug : title, bytes: totalBytes, lastUpdated: updated, isPrivate },
    ];
  });
}

/**
 * What a dataset of ours says of itself.
 * @throws UserError when there is none or Kaggle refuses.
 */
export async function getMetadata(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<DatasetMetadata> {
  return metadataOf(await fetchMetadata(connection, owner, slug, signal));
}

/**
 * Settings are sent as a whole, so what is not changed is sent as it is; a left-out `isPrivate` would make the dataset
 * public. Sending the same settings twice changes nothing, so a lost answer is no matter. (kaggle-api 2.4)
 * @throws UserError `kaggle-refused` with what Kaggle names.
 */
export async function updateMetadata(
  connection: Connection,
  owner: string,
  slug: string,
  changes: DatasetChanges,
  signal: AbortSignal,
): Promise<void> {
  const info = await fetchMetadata(connection, owner, slug, signal);
  const { title, subtitle, description, keywords, licenses } = { ...metadataOf(info), ...changes };
  const about = aboutDataset(connection, owner, slug);
  const { errors } = await connection.transport.call(
    {
      method: `${SERVICE}/UpdateDatasetMetadata`,
      body: {
        ownerSlug: owner,
        datasetSlug: slug,
        settings: {
          title,
          subtitle,
          description,
          isPrivate: true,
          licenses: licenses.map((name) => ({ name })),
          keywords,
          expectedUpdateFrequency: info.expectedUpdateFrequency || undefined,
          userSpecifiedSources: info.userSpecifiedSources || undefined,
          collaborators: unlessEmpty(info.collaborators),
          data: unlessEmpty(info.data),
        },
      },
      answer: updatedMetadata,
      about,
    },
    signal,
  );
  if (errors.length > 0)
    throw connection.transport.translate({ kind: 'refused', text: errors.join('\n') }, about);
}

/** Deletes it; when it is not there (any more), that is as good. (kaggle-api 2.4) */
export async function deleteDataset(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await connection.transport.call(
      {
        method: `${SERVICE}/DeleteDataset`,
        body: { ownerSlug: owner, datasetSlug: slug },
        answer: nothing,
        about: aboutDataset(connection, owner, slug),
      },
      signal,
    );
  } catch (error) {
    // After a lost answer the second try does not find it.
    if (!isUserError(error, 'kaggle-not-found') && !isUserError(error, 'kaggle-forbidden')) throw error;
    if ((await findDataset(connection, owner, slug, signal)) !== undefined) throw error;
  }
}

type Info = z.infer<typeof datasetMetadata>['info'];

async function fetchMetadata(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<Info> {
  const { info } = await connection.transport.call(
    {
      method: `${SERVICE}/GetDatasetMetadata`,
      body: { ownerSlug: owner, datasetSlug: slug },
      answer: datasetMetadata,
      about: aboutDataset(connection, owner, slug),
    },
    signal,
  );
  return info;
}

function unlessEmpty(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.length === 0 ? undefined : items;
}

function metadataOf({ title, subtitle, description, isPrivate, keywords, licenses }: Info): DatasetMetadata {
  return { title, subtitle, description, isPrivate, keywords, licenses: licenses.map(({ name }) => name) };
}
