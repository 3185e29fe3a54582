import * as l10n from '@vscode/l10n';
import { isUserError } from '../../base/errors.ts';
import { MAX_TEXT_BYTES } from '../../base/http.ts';
import type { OnBlobBytes } from '../../kaggle/blobs.ts';
import { variationOf } from '../../kaggle/models.ts';
import type {
  BlobSource,
  DatasetStatus,
  KaggleClient,
  ModelAddress,
  RemoteFile,
  UploadedBlob,
} from '../../kaggle/client.ts';
import { type DatasetPlan, MODEL_FRAMEWORK, MODEL_VARIATION } from '../contract/datasets.ts';
import type { RemoteDataset } from './decide.ts';

/** A version to be made. */
export interface Draft {
  readonly files: readonly UploadedBlob[];
  /** They tell it from every other. */
  readonly notes: string;
  /** What Kaggle has before; undefined: nothing of that name. */
  readonly before: RemoteDataset | undefined;
}

/** Where Kaggle keeps the files of one plan, for one account: a dataset, or a variation of a model. */
export interface Store {
  /** For the beginning of a sentence: `The dataset ann/depot`. */
  readonly name: string;
  /** In a sentence: `the dataset ann/depot`. */
  readonly thing: string;
  /** The address of its page. */
  readonly page: string;
  /**
   * Whether a newer version than before is ours, once we announced one: its notes are looked at. A model's cannot be read,
   * so that only what it holds tells whose it is.
   */
  readonly hasNotes: boolean;
  /** What Kaggle has of it; undefined: there is none. */
  find(signal: AbortSignal): Promise<RemoteDataset | undefined>;
  /** @param after The version that was there before the one that is waited for. */
  status(after: number, signal: AbortSignal): Promise<DatasetStatus>;
  isPrivate(signal: AbortSignal): Promise<boolean>;
  upload(file: BlobSource, onBytes: OnBlobBytes, signal: AbortSignal): Promise<string>;
  /** A small file of what Kaggle has. */
  download(remote: RemoteDataset, name: string, path: string, signal: AbortSignal): Promise<void>;
  /** Makes a version, once. */
  make(draft: Draft, signal: AbortSignal): Promise<void>;
}

/** The one of a plan. */
export function storeOf(
  kaggle: KaggleClient,
  owner: string,
  plan: Pick<DatasetPlan, 'slug' | 'on' | 'license'>,
): Store {
  return plan.on === 'model' ? new ModelStore(kaggle, owner, plan) : new DatasetStore(kaggle, owner, plan);
}

type Named = Pick<DatasetPlan, 'slug' | 'license'>;

class DatasetStore implements Store {
  readonly name: string;
  readonly thing: string;
  readonly page: string;
  readonly hasNotes = true;

  constructor(
    private readonly kaggle: KaggleClient,
    private readonly owner: string,
    private readonly plan: Named,
  ) {
    const ref = `${owner}/${plan.slug}`;
    this.name = l10n.t('The dataset {0}', ref);
    this.thing = l10n.t('the dataset {0}', ref);
    this.page = `${kaggle.siteUrl}/datasets/${ref}`;
  }

  async find(signal: AbortSignal): Promise<RemoteDataset | undefined> {
    const { kaggle, owner, plan } = this;
    const dataset = await kaggle.datasets.find(owner, plan.slug, signal);
    if (dataset === undefined) return undefined;
    const { id, currentVersion } = dataset;
    return { id, currentVersion, files: await this.#files(signal) };
  }

  /** The files of the current version; none when Kaggle could not take it in, which it says in their place. */
  async #files(signal: AbortSignal): Promise<readonly RemoteFile[]> {
    try {
      return await this.kaggle.datasets.listFiles(this.owner, this.plan.slug, signal);
    } catch (error) {
      if (!isUserError(error, 'kaggle-refused')) throw error;
      if ((await this.status(0, signal)) !== 'failed') throw error;
      return [];
    }
  }

  status(_after: number, signal: AbortSignal): Promise<DatasetStatus> {
    return this.kaggle.datasets.status(this.owner, this.plan.slug, signal);
  }

  isPrivate(signal: AbortSignal): Promise<boolean> {
    return this.kaggle.datasets.isPrivate(this.owner, this.plan.slug, signal);
  }

  upload(file: BlobSource, onBytes: OnBlobBytes, signal: AbortSignal): Promise<string> {
    return this.kaggle.datasets.upload(file, onBytes, signal);
  }

  download(_remote: RemoteDataset, name: string, path: string, signal: AbortSignal): Promise<void> {
    return this.kaggle.datasets.downloadFile(this.owner, this.plan.slug, name, path, signal);
  }

  make({ files, notes, before }: Draft, signal: AbortSignal): Promise<void> {
    const { slug } = this.plan;
    const init = { owner: this.owner, slug, files };
    return before === undefined
      ? this.kaggle.datasets.create({ ...init, title: slug }, signal)
      : this.kaggle.datasets.createVersion({ ...init, notes }, signal);
  }
}

/** A version is there once Kaggle lists its files: models have no status. (kaggle-api 3) */
class ModelStore implements Store {
  readonly name: string;
  readonly thing: string;
  readonly page: string;
  readonly hasNotes = false;
  readonly #address: ModelAddress;

  constructor(
    private readonly kaggle: KaggleClient,
    owner: string,
    private readonly plan: Named,
  ) {
    const ref = `${owner}/${plan.slug}`;
    this.name = l10n.t('The model {0}', ref);
    this.thing = l10n.t('the model {0}', ref);
    this.page = `${kaggle.siteUrl}/models/${ref}`;
    this.#address = { owner, model: plan.slug, framework: MODEL_FRAMEWORK, variation: MODEL_VARIATION };
  }

  /** A model without our variation is one without a version: nothing of it would be replaced. */
  async find(signal: AbortSignal): Promise<RemoteDataset | undefined> {
    const { models } = this.kaggle;
    const found = await models.find(this.#address, signal);
    if (found === undefined) return undefined;
    const newest = variationOf(found, this.#address);
    if (newest === undefined) return { currentVersion: 0, files: [] };
    const { id, version } = newest;
    return { id, currentVersion: version, files: await models.listFiles(this.#address, version, signal) };
  }

  async status(after: number, signal: AbortSignal): Promise<DatasetStatus> {
    const found = await this.find(signal);
    if (found === undefined || found.currentVersion <= after) return 'missing';
    return found.files.length === 0 ? 'processing' : 'ready';
  }

  async isPrivate(signal: AbortSignal): Promise<boolean> {
    return (await this.kaggle.models.get(this.#address, signal)).isPrivate;
  }

  upload(file: BlobSource, onBytes: OnBlobBytes, signal: AbortSignal): Promise<string> {
    return this.kaggle.models.upload(file, onBytes, signal);
  }

  download(
    { currentVersion }: RemoteDataset,
    name: string,
    path: string,
    signal: AbortSignal,
  ): Promise<void> {
    const wish = { path, size: { atMost: MAX_TEXT_BYTES }, onBytes: () => undefined };
    return this.kaggle.models.downloadFile(this.#address, currentVersion, name, wish, signal);
  }

  make({ files, notes, before }: Draft, signal: AbortSignal): Promise<void> {
    const init = { ...this.#address, files };
    if (before !== undefined && before.currentVersion > 0)
      return this.kaggle.models.createVersion({ ...init, notes }, signal);
    const { slug, license } = this.plan;
    return this.kaggle.models.create({ ...init, title: slug, license }, signal);
  }
}
