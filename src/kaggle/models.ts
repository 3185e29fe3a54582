import * as l10n from '@vscode/l10n';
import { nonEmpty } from '../base/non-empty.ts';
import type { BlobSource } from './blob-reader.ts';
import { MODEL, type OnBlobBytes, uploadBlob } from './blobs.ts';
import { type Connection, findOwn } from './connection.ts';
import { contentOf, type UploadedBlob } from './content.ts';
import { download, type FileWish } from './download.ts';
import { type Framework, frameworkIn, frameworkOf } from './frameworks.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { type RemoteFile, withSafeNames } from './remote-name.ts';
import { model, modelFiles, models, modelVersions, savedModel } from './schemas.ts';
import { type Look, sendOnce } from './send-once.ts';
import { lastSegments } from './site.ts';
import type { About } from './translate-error.ts';
import { spendTokens } from './upload-journal.ts';

const SERVICE = 'models.ModelApiService';

/** What a variation of a model is called, which the API calls an instance. (kaggle-api 3) */
export interface ModelAddress {
  readonly owner: string;
  readonly model: string;
  /** As in a source of a notebook: `pyTorch`, `other`. */
  readonly framework: string;
  readonly variation: string;
}

export interface ModelSummary {
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  /** `framework/variation/version` of the newest of each, with its size. */
  readonly variations: readonly { readonly path: string; readonly bytes: number }[];
}

export interface FoundModel {
  readonly id: number | undefined;
  readonly isPrivate: boolean;
  /** The newest version of each variation. */
  readonly variations: readonly FoundVariation[];
}

interface FoundVariation {
  /** Another for a variation that was made anew under the name of one that was deleted; undefined when Kaggle does not say. */
  readonly id: number | undefined;
  readonly framework: Framework | undefined;
  readonly slug: string;
  readonly version: number;
}

/** Pure: the variation of this address with its newest version; undefined: the model has none, or none with a version. */
export function variationOf(
  found: FoundModel | undefined,
  { framework, variation }: Pick<ModelAddress, 'framework' | 'variation'>,
): FoundVariation | undefined {
  const wanted = frameworkOf(framework);
  return found?.variations.find(
    (each) => each.framework === wanted && each.slug === variation && each.version > 0,
  );
}

export interface ModelVersionInit extends ModelAddress {
  readonly files: readonly UploadedBlob[];
  readonly notes: string;
}

export interface ModelInit extends Omit<ModelVersionInit, 'notes'> {
  readonly title: string;
  /** Kaggle's name of a license; undefined: none is named. */
  readonly license: string | undefined;
}

/** Models: anybody's to be read, one's own private ones to be made. (kaggle-api 3) */
export class ModelCalls {
  constructor(private readonly connection: Connection) {}

  /** The first models that Kaggle finds for these words. */
  async search(words: string, signal: AbortSignal): Promise<readonly ModelSummary[]> {
    const { transport, site } = this.connection;
    const found = await transport.call(
      {
        method: `${SERVICE}/ListModels`,
        body: { search: nonEmpty(words), pageSize: 20 },
        answer: models,
        about: { thing: l10n.t('the list of models'), url: `${site.url}/models` },
      },
      signal,
    );
    return found.models.flatMap(({ ref, title, instances }) => {
      const [owner, slug] = lastSegments(ref, 2) ?? [];
      if (owner === undefined || slug === undefined) return [];
      const variations = instances.flatMap(
        ({ framework, slug: name, versionNumber, totalUncompressedBytes }) =>
          framework === undefined || name === undefined || versionNumber === 0
            ? []
            : [
                {
                  path: [frameworkIn(framework), name, versionNumber].join('/'),
                  bytes: totalUncompressedBytes,
                },
              ],
      );
      return [{ owner, slug, title: title ?? slug, variations }];
    });
  }

  /** @throws UserError `kaggle-not-found`, `kaggle-forbidden` when there is none, or it is not ours to see. */
  async get({ owner, model: slug }: Pick<ModelAddress, 'owner' | 'model'>, signal: AbortSignal) {
    const { id, isPrivate, instances } = await this.connection.transport.call(
      {
        method: `${SERVICE}/GetModel`,
        body: { ownerSlug: owner, modelSlug: slug },
        answer: model,
        about: this.#about({ owner, model: slug }),
      },
      signal,
    );
    const variations = instances.map(({ id: number, framework, slug: name, versionNumber }) => ({
      id: number,
      framework: framework === undefined ? undefined : frameworkOf(framework),
      slug: name ?? '',
      version: versionNumber,
    }));
    return { id, isPrivate, variations } satisfies FoundModel;
  }

  /** One's own; undefined when there is none. */
  find(address: Pick<ModelAddress, 'owner' | 'model'>, signal: AbortSignal): Promise<FoundModel | undefined> {
    return findOwn(this.connection, address.owner, () => this.get(address, signal), signal);
  }

  /** The numbers of a variation's versions. @throws as `get`. */
  async versions(address: ModelAddress, signal: AbortSignal): Promise<readonly number[]> {
    const found = await allPages(async (pageToken) => {
      const { versionList, nextPageToken } = await this.connection.transport.call(
        {
          method: `${SERVICE}/ListModelInstanceVersions`,
          body: { ...bodyOf(address), pageSize: PAGE_SIZE, pageToken },
          answer: modelVersions,
          about: this.#about(address),
        },
        signal,
      );
      return { items: versionList.versions, nextPageToken };
    });
    return found.map(({ versionNumber }) => versionNumber);
  }

  /** The files of a version, without those whose names lead elsewhere. @throws as `get`. */
  async listFiles(
    address: ModelAddress,
    version: number,
    signal: AbortSignal,
  ): Promise<readonly RemoteFile[]> {
    const files = await allPages(async (pageToken) => {
      const page = await this.connection.transport.call(
        {
          method: `${SERVICE}/ListModelInstanceVersionFiles`,
          body: { ...bodyOf(address), versionNumber: version, pageSize: PAGE_SIZE, pageToken },
          answer: modelFiles,
          about: this.#about(address),
        },
        signal,
      );
      return { items: page.files, nextPageToken: page.nextPageToken };
    });
    const named = files.map(({ name, size }) => ({ name, bytes: size }));
    return withSafeNames(named, this.connection.logger);
  }

  /** One file of a version. */
  async downloadFile(
    address: ModelAddress,
    version: number,
    name: string,
    wish: FileWish,
    signal: AbortSignal,
  ): Promise<void> {
    const { transport } = this.connection;
    const body = { ...bodyOf(address), versionNumber: version, path: name };
    const request = () => transport.requestOf(`${SERVICE}/DownloadModelInstanceVersion`, body, signal);
    const about = this.#about(address);
    await download(this.connection, { ...wish, request, fromKaggle: true, name, about }, signal);
  }

  /** As of a dataset: sends a file, and goes on where an earlier run was interrupted. */
  upload(file: BlobSource, onBytes: OnBlobBytes, signal: AbortSignal): Promise<string> {
    return uploadBlob(this.connection, file, onBytes, signal, MODEL);
  }

  /** Makes a private model, unless it is there, and its variation with a first version, each once. */
  async create(init: ModelInit, signal: AbortSignal): Promise<void> {
    const { owner, model: slug, title, license, files } = init;
    const look = async (): Promise<Look<undefined>> =>
      (await this.find(init, signal)) === undefined ? 'absent' : { found: undefined };
    if ((await look()) === 'absent')
      await sendOnce(
        {
          what: l10n.t('the model {0}/{1}', owner, slug),
          // As of a dataset, left out it would mean public.
          send: () =>
            this.#save('CreateModel', { ownerSlug: owner, slug, title, isPrivate: true }, init, signal),
          look,
        },
        this.connection.pace,
        signal,
      );
    const body = {
      instanceSlug: init.variation,
      framework: `MODEL_FRAMEWORK_${frameworkOf(init.framework) ?? 'OTHER'}`,
      licenseName: license,
      ...contentOf(files),
    };
    const send = (): Promise<undefined> =>
      this.#save('CreateModelInstance', { ownerSlug: owner, modelSlug: slug, body }, init, signal);
    await this.#saveOnce(init, send, 0, signal);
  }

  /** Makes a version of exactly the given files, once. */
  async createVersion(init: ModelVersionInit, signal: AbortSignal): Promise<void> {
    const body = { ...bodyOf(init), body: { versionNotes: init.notes, ...contentOf(init.files) } };
    const before = await this.#newest(init, signal);
    const send = (): Promise<undefined> => this.#save('CreateModelInstanceVersion', body, init, signal);
    await this.#saveOnce(init, send, before, signal);
  }

  /** The newest version of one's own variation; 0 while there is none. */
  async #newest(address: ModelAddress, signal: AbortSignal): Promise<number> {
    return variationOf(await this.find(address, signal), address)?.version ?? 0;
  }

  /** A lost answer is told by a newer version than `before`. */
  async #saveOnce(
    init: ModelAddress & { readonly files: readonly UploadedBlob[] },
    send: () => Promise<undefined>,
    before: number,
    signal: AbortSignal,
  ): Promise<void> {
    const look = async (): Promise<Look<undefined>> =>
      (await this.#newest(init, signal)) > before ? { found: undefined } : 'absent';
    const what = l10n.t('the new version of {0}/{1}', init.owner, init.model);
    const tokens = init.files.map(({ token }) => token);
    await spendTokens(this.connection, tokens, () =>
      sendOnce({ what, send, look }, this.connection.pace, signal),
    );
  }

  async #save(method: string, body: object, address: ModelAddress, signal: AbortSignal): Promise<undefined> {
    const about = this.#about(address);
    const call = { method: `${SERVICE}/${method}`, body, answer: savedModel, about, repeat: 'once' as const };
    await this.connection.transport.call(call, signal);
  }

  #about({ owner, model: slug }: Pick<ModelAddress, 'owner' | 'model'>): About {
    const ref = `${owner}/${slug}`;
    return { thing: l10n.t('the model {0}', ref), url: this.connection.site.model(ref) };
  }
}

function bodyOf({ owner, model: slug, framework, variation }: ModelAddress): object {
  return {
    ownerSlug: owner,
    modelSlug: slug,
    framework: `MODEL_FRAMEWORK_${frameworkOf(framework) ?? 'OTHER'}`,
    instanceSlug: variation,
  };
}
