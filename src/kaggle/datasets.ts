import * as l10n from '@vscode/l10n';
import type * as z from 'zod/mini';
import { defined } from '../base/defined.ts';
import { isUserError, UserError } from '../base/errors.ts';
import { MAX_TEXT_BYTES } from '../base/http.ts';
import { nonEmpty } from '../base/non-empty.ts';
import type { BlobSource } from './blob-reader.ts';
import { type OnBlobBytes, uploadBlob } from './blobs.ts';
import { type Connection, findOwn } from './connection.ts';
import { contentOf, type UploadedBlob } from './content.ts';
import { type DatasetStatus, datasetStatusOf } from './dataset-status.ts';
import { download, type FileWish } from './download.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { type RemoteFile, withSafeNames } from './remote-name.ts';
import { dataset, datasetFiles, datasetMetadata, datasets, datasetStatus, savedDataset } from './schemas.ts';
import { type Look, sendOnce } from './send-once.ts';
import { lastSegments } from './site.ts';
import { spendTokens } from './upload-journal.ts';
import type { About } from './translate-error.ts';

const SERVICE = 'datasets.DatasetApiService';

/** What a server takes at most for this list is not known; the files' limit is 200. (kaggle-api 2.4) */
const LIST_PAGE_SIZE = 100;
/** As many as somebody looks through. */
const SEARCH_PAGE_SIZE = 20;

/** Private packs are nobody's to copy; of the names that Kaggle takes, `other` says so. (kaggle-api 2.5) */
const LICENSE = 'other';

export interface Dataset {
  /** Another for a dataset that was made anew under the name of one that was deleted; undefined when Kaggle does not say. */
  readonly id?: number | undefined;
  readonly slug: string;
  readonly currentVersion: number;
  readonly versions: readonly { readonly version: number; readonly notes: string }[];
}

export interface DatasetSummary {
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  readonly bytes: number;
  /** ISO-8601, UTC. */
  readonly lastUpdated: string | undefined;
  readonly isPrivate: boolean;
}

export interface DatasetInit {
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  readonly files: readonly UploadedBlob[];
}

export interface DatasetVersionInit {
  readonly owner: string;
  readonly slug: string;
  readonly notes: string;
  readonly files: readonly UploadedBlob[];
}

/** Private datasets and their versions. (kaggle-api 2.4) */
export class DatasetCalls {
  constructor(private readonly connection: Connection) {}

  /** One's own datasets, those whose name has the words of `search`; an entry without owner and slug is left out. */
  async list(search: string, signal: AbortSignal): Promise<readonly DatasetSummary[]> {
    const { transport, site } = this.connection;
    const found = await allPages(async (pageToken) => {
      const page = await transport.call(
        {
          method: `${SERVICE}/ListDatasets`,
          body: {
            group: 'DATASET_SELECTION_GROUP_MY',
            search: nonEmpty(search),
            pageSize: LIST_PAGE_SIZE,
            pageToken,
          },
          answer: datasets,
          about: { thing: l10n.t('the list of your datasets'), url: `${site.url}/datasets` },
        },
        signal,
      );
      return { items: page.datasets, nextPageToken: page.nextPageToken };
    });
    return found.flatMap(summaryOf);
  }

  /** The first public datasets that Kaggle finds for these words. */
  async search(words: string, signal: AbortSignal): Promise<readonly DatasetSummary[]> {
    const { transport, site } = this.connection;
    const found = await transport.call(
      {
        method: `${SERVICE}/ListDatasets`,
        body: { search: nonEmpty(words), pageSize: SEARCH_PAGE_SIZE },
        answer: datasets,
        about: { thing: l10n.t('the list of datasets'), url: `${site.url}/datasets` },
      },
      signal,
    );
    return found.datasets.flatMap(summaryOf);
  }

  /** The dataset with its current version, or undefined when one's own account has none by that name. */
  async find(owner: string, slug: string, signal: AbortSignal): Promise<Dataset | undefined> {
    return findOwn(this.connection, owner, () => this.#get(owner, slug, signal), signal);
  }

  /** @throws UserError when there is none or Kaggle refuses. */
  async isPrivate(owner: string, slug: string, signal: AbortSignal): Promise<boolean> {
    const { info } = await this.connection.transport.call(
      {
        method: `${SERVICE}/GetDatasetMetadata`,
        body: { ownerSlug: owner, datasetSlug: slug },
        answer: datasetMetadata,
        about: this.#about(owner, slug),
      },
      signal,
    );
    return info.isPrivate;
  }

  /** `missing` when it is not there, or not ours to see: the two look the same. (kaggle-api 0.5) */
  async status(owner: string, slug: string, signal: AbortSignal): Promise<DatasetStatus> {
    try {
      const { status } = await this.connection.transport.call(
        {
          method: `${SERVICE}/GetDatasetStatus`,
          body: { ownerSlug: owner, datasetSlug: slug },
          answer: datasetStatus,
          about: this.#about(owner, slug),
        },
        signal,
      );
      return datasetStatusOf(status);
    } catch (error) {
      if (isUserError(error, 'kaggle-not-found') || isUserError(error, 'kaggle-forbidden')) return 'missing';
      throw error;
    }
  }

  /**
   * A dataset of anybody's with its versions.
   * @throws UserError `kaggle-not-found`, `kaggle-forbidden` when there is none, or it is not ours to see.
   */
  get(owner: string, slug: string, signal: AbortSignal): Promise<Dataset> {
    return this.#get(owner, slug, signal);
  }

  /** The files of a version, without those whose names lead elsewhere. @param version absent: the current one. (kaggle-api 2.4) */
  async listFiles(
    owner: string,
    slug: string,
    signal: AbortSignal,
    version?: number,
  ): Promise<readonly RemoteFile[]> {
    const { transport, logger } = this.connection;
    const files = await allPages(async (pageToken) => {
      const page = await transport.call(
        {
          method: `${SERVICE}/ListDatasetFiles`,
          body: {
            ...{ ownerSlug: owner, datasetSlug: slug, pageSize: PAGE_SIZE, pageToken },
            ...defined({ datasetVersionNumber: version }),
          },
          answer: datasetFiles,
          about: this.#about(owner, slug),
        },
        signal,
      );
      return { items: page.datasetFiles, nextPageToken: page.nextPageToken };
    });
    return withSafeNames(
      files.map(({ name, totalBytes }) => ({ name, bytes: totalBytes })),
      logger,
    );
  }

  /** One file to `path`; Kaggle redirects to its store. @param wish absent: a small file of the current version. (kaggle-api 2.4) */
  async downloadFile(
    owner: string,
    slug: string,
    name: string,
    path: string,
    signal: AbortSignal,
    wish?: Omit<FileWish, 'path'> & { readonly version: number },
  ): Promise<void> {
    const { version, ...given } = wish ?? { size: { atMost: MAX_TEXT_BYTES }, onBytes: () => undefined };
    const body = {
      ...{ ownerSlug: owner, datasetSlug: slug, fileName: name },
      ...defined({ datasetVersionNumber: version }),
    };
    const request = () => this.connection.transport.requestOf(`${SERVICE}/DownloadDataset`, body, signal);
    const about = this.#about(owner, slug);
    await download(this.connection, { ...given, path, request, fromKaggle: true, name, about }, signal);
  }

  /**
   * Sends a file and returns the token that a dataset version takes. Goes on where an earlier run was interrupted.
   * @param onBytes told how many bytes of the file are there, and how many crossed the line by this call.
   */
  async upload(file: BlobSource, onBytes: OnBlobBytes, signal: AbortSignal): Promise<string> {
    return uploadBlob(this.connection, file, onBytes, signal);
  }

  /** Creates a private dataset, once. @throws UserError `kaggle-conflict` when there is one by that name. */
  async create(init: DatasetInit, signal: AbortSignal): Promise<void> {
    const { owner, slug, title, files } = init;
    const body = {
      ownerSlug: owner,
      slug,
      title,
      licenseName: LICENSE,
      // Left out, it would mean public. (kaggle-api 2.4)
      isPrivate: true,
      ...contentOf(files),
    };
    const look = async (): Promise<Look<undefined>> => {
      const status = await this.status(owner, slug, signal);
      return status === 'missing' || status === 'deleted' ? 'absent' : { found: undefined };
    };
    // Without this a lost answer would leave open whose dataset it is that exists afterwards.
    if ((await look()) !== 'absent') throw alreadyThere(this.connection, owner, slug);
    const send = (): Promise<undefined> => this.#save('CreateDataset', body, init, signal);
    await this.#saveOnce(l10n.t('the dataset {0}/{1}', owner, slug), send, look, init, signal);
  }

  /** Makes a version of exactly the given files, once. The notes must tell it from every other. */
  async createVersion(init: DatasetVersionInit, signal: AbortSignal): Promise<void> {
    const { owner, slug, notes, files } = init;
    const body = { ownerSlug: owner, datasetSlug: slug, body: { versionNotes: notes, ...contentOf(files) } };
    const before = (await this.#get(owner, slug, signal)).currentVersion;
    const look = async (): Promise<Look<undefined>> => {
      const now = await this.#get(owner, slug, signal);
      if (hasOurs(now, before, notes)) return { found: undefined };
      return (await this.status(owner, slug, signal)) === 'processing' ? 'unclear' : 'absent';
    };
    const send = (): Promise<undefined> => this.#save('CreateDatasetVersion', body, init, signal);
    await this.#saveOnce(l10n.t('the new version of {0}/{1}', owner, slug), send, look, init, signal);
  }

  /** The dataset with its versions. @throws UserError `kaggle-forbidden`, `kaggle-not-found` when there is none. */
  async #get(owner: string, slug: string, signal: AbortSignal): Promise<Dataset> {
    const { id, ref, currentVersionNumber, versions } = await this.connection.transport.call(
      {
        method: `${SERVICE}/GetDataset`,
        body: { ownerSlug: owner, datasetSlug: slug },
        answer: dataset,
        about: this.#about(owner, slug),
      },
      signal,
    );
    return {
      id,
      slug: lastSegments(ref, 2)?.[1] ?? slug,
      currentVersion: currentVersionNumber,
      versions: versions.map(({ versionNumber, versionNotes }) => ({
        version: versionNumber,
        notes: versionNotes,
      })),
    };
  }

  async #saveOnce(
    what: string,
    send: () => Promise<undefined>,
    look: () => Promise<Look<undefined>>,
    { files }: Pick<DatasetInit, 'files'>,
    signal: AbortSignal,
  ): Promise<void> {
    const tokens = files.map(({ token }) => token);
    await spendTokens(this.connection, tokens, () =>
      sendOnce({ what, send, look }, this.connection.pace, signal),
    );
  }

  /** Success is a status of `ok`, in any case; a filled `error` was refused before this. (kaggle-api 2.4) */
  async #save(
    method: string,
    body: object,
    { owner, slug }: Pick<DatasetInit, 'owner' | 'slug'>,
    signal: AbortSignal,
  ): Promise<undefined> {
    const { transport } = this.connection;
    const about = this.#about(owner, slug);
    const { status = '' } = await transport.call(
      { method: `${SERVICE}/${method}`, body, answer: savedDataset, about, repeat: 'once' },
      signal,
    );
    if (status.toLowerCase() === 'ok') return;
    const text = l10n.t('Its status is {0}.', JSON.stringify(status));
    throw transport.translate({ kind: 'refused', text }, about);
  }

  #about(owner: string, slug: string): About {
    return {
      thing: l10n.t('the dataset {0}/{1}', owner, slug),
      url: this.connection.site.dataset(owner, slug),
    };
  }
}

/** Pure: an entry without owner and slug is left out. */
function summaryOf({
  ref,
  title,
  totalBytes,
  lastUpdated,
  isPrivate,
}: z.infer<typeof datasets>['datasets'][number]): DatasetSummary[] {
  const [owner, slug] = lastSegments(ref, 2) ?? [];
  if (owner === undefined || slug === undefined) return [];
  return [{ owner, slug, title: title ?? slug, bytes: totalBytes, lastUpdated, isPrivate }];
}

/** A version made since `before` that has our notes; where the answer lists no versions, any made since. */
function hasOurs({ currentVersion, versions }: Dataset, before: number, notes: string): boolean {
  if (versions.length === 0) return currentVersion > before;
  return versions.some((each) => each.version > before && each.notes.trim() === notes.trim());
}

function alreadyThere(connection: Connection, owner: string, slug: string): UserError {
  return new UserError({
    code: 'kaggle-conflict',
    title: l10n.t('The dataset {0}/{1} exists already.', owner, slug),
    actions: [
      { title: l10n.t('Run again: it is found, and gets a new version.') },
      { title: l10n.t('Open it on Kaggle'), url: connection.site.dataset(owner, slug) },
    ],
  });
}
