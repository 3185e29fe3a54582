import * as l10n from '@vscode/l10n';
import type * as z from 'zod/mini';
import { mayLeadTo } from '../base/addresses.ts';
import { UserError, type UserErrorInit } from '../base/errors.ts';
import { type Connection, findOwn } from './connection.ts';
import { download, type FileWish } from './download.ts';
import { readEnum } from './enums.ts';
import { aboutNotebook, followLog } from './follow-log.ts';
import { type NotebookLogLine, parseNotebookLog } from './notebook-log.ts';
import { forKaggle, sameNotebook } from './notebook-source.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { type RemoteFile, withSafeNames } from './remote-name.ts';
import { kernel, kernelFiles, kernelOutput, kernelStatus, savedKernel } from './schemas.ts';
import { type Look, sendOnce } from './send-once.ts';
import { lastSegments } from './site.ts';
import type { About } from './translate-error.ts';

const SERVICE = 'kernels.KernelsApiService';

const KERNEL_STATUS = {
  prefix: 'KERNEL_WORKER_STATUS_',
  names: ['QUEUED', 'RUNNING', 'COMPLETE', 'ERROR', 'CANCEL_REQUESTED', 'CANCEL_ACKNOWLEDGED', 'NEW_SCRIPT'],
} as const;

/** So many failed versions in a row are passed over. */
const MOST_VERSIONS_BACK = 20;

/** What a notebook may write in all. (kaggle-api 5.2) */
const MAX_OUTPUT_BYTES = 20e9;

export type NotebookStatus = 'queued' | 'running' | 'complete' | 'error' | 'cancel-requested' | 'cancelled';

export interface NotebookInit {
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  /** The .ipynb as text. */
  readonly source: string;
  readonly competition: string;
  /** What others made, besides datasets; absent: nothing. */
  readonly others?: {
    /** Slugs. */
    readonly competitions: readonly string[];
    /** `owner/slug` each. */
    readonly notebooks: readonly string[];
    /** `owner/model/framework/variation/version` each. */
    readonly models: readonly string[];
  };
  /** `owner/slug` each, or `owner/slug/3` for one version. */
  readonly datasets: readonly string[];
  /** Kaggle's machine shape; undefined for a CPU. */
  readonly machineShape: string | undefined;
  readonly timeoutSeconds: number | undefined;
  /** Kaggle image with digest to run in; undefined: Kaggle's choice. */
  readonly dockerImage: string | undefined;
  /** Absent: off. */
  readonly internet?: boolean;
}

export interface FoundNotebook {
  /** Another for a notebook that was made anew under the name of one that was deleted; undefined when Kaggle does not say. */
  readonly id?: number | undefined;
  readonly currentVersion: number;
  /** Undefined when Kaggle does not say. */
  readonly source: string | undefined;
  /** Undefined when Kaggle does not say. */
  readonly isPrivate: boolean | undefined;
}

export interface PushedNotebook {
  readonly owner: string;
  readonly slug: string;
  readonly version: number;
  readonly url: string;
}

export interface NotebookOutput {
  readonly files: readonly { readonly name: string; readonly url: string }[];
  readonly log: readonly NotebookLogLine[];
}

/** Notebooks, which the API calls kernels. (kaggle-api 4) */
export class NotebookCalls {
  constructor(private readonly connection: Connection) {}

  /** One's own notebook in its latest version, or undefined when there is none. (kaggle-api 4.6) */
  async find(owner: string, slug: string, signal: AbortSignal): Promise<FoundNotebook | undefined> {
    const find = async (): Promise<FoundNotebook> => {
      const { metadata, blob } = await this.#get(owner, slug, signal);
      const { id, currentVersionNumber, isPrivate } = metadata;
      return { id, currentVersion: currentVersionNumber, source: blob.source, isPrivate };
    };
    return findOwn(this.connection, owner, find, signal);
  }

  /** Saves a new version and runs it, once: after a lost answer, a newer version with our source is ours. */
  async push(init: NotebookInit, signal: AbortSignal): Promise<PushedNotebook> {
    const { owner, slug } = init;
    const before = (await this.find(owner, slug, signal))?.currentVersion ?? 0;
    const look = async (): Promise<Look<PushedNotebook>> => {
      const now = await this.find(owner, slug, signal);
      if (now === undefined || now.currentVersion <= before || !sameNotebook(now.source, init.source))
        return 'absent';
      const url = this.connection.site.notebook(owner, slug);
      return { found: { owner, slug, version: now.currentVersion, url } };
    };
    const send = (): Promise<PushedNotebook> => this.#save(init, signal);
    return sendOnce(
      { what: l10n.t('the notebook {0}/{1}', owner, slug), send, look },
      this.connection.pace,
      signal,
    );
  }

  async status(
    owner: string,
    slug: string,
    version: number,
    signal: AbortSignal,
  ): Promise<{ readonly status: NotebookStatus; readonly failureMessage: string | undefined }> {
    const { status, failureMessage } = await this.connection.transport.call(
      {
        method: `${SERVICE}/GetKernelSessionStatus`,
        body: versionBody(owner, slug, version),
        answer: kernelStatus,
        about: aboutNotebook(this.connection, owner, slug),
      },
      signal,
    );
    return { status: statusNamed(readEnum(KERNEL_STATUS, status)), failureMessage };
  }

  /**
   * The log of the notebook's latest version as it comes, from its start to its end, each entry once.
   * @throws UserError `kaggle-…` when it breaks off for good; the run itself is not touched by that.
   */
  followLog(owner: string, slug: string, signal: AbortSignal): AsyncIterable<NotebookLogLine> {
    return followLog(this.connection, owner, slug, signal);
  }

  async output(owner: string, slug: string, version: number, signal: AbortSignal): Promise<NotebookOutput> {
    let log: unknown;
    const files = await allPages(async (pageToken) => {
      const page = await this.connection.transport.call(
        {
          method: `${SERVICE}/ListKernelSessionOutput`,
          body: { ...versionBody(owner, slug, version), pageSize: PAGE_SIZE, pageToken },
          answer: kernelOutput,
          about: aboutNotebook(this.connection, owner, slug),
        },
        signal,
      );
      // The log comes with the first page only. (kaggle-api 4.3)
      if (pageToken === undefined) log = page.log;
      return { items: page.files, nextPageToken: page.nextPageToken };
    });
    const named = files.map(({ fileName, url }) => ({ name: fileName, url }));
    return { files: withSafeNames(named, this.connection.logger), log: parseNotebookLog(log) };
  }

  /**
   * The newest version of anybody's notebook that ran to its end, which is what Kaggle attaches; undefined when none did.
   * @throws UserError `kaggle-not-found`, `kaggle-forbidden` when there is none, or it is not ours to see.
   */
  async newestComplete(owner: string, slug: string, signal: AbortSignal): Promise<number | undefined> {
    const { metadata } = await this.#get(owner, slug, signal);
    const oldest = Math.max(1, metadata.currentVersionNumber - MOST_VERSIONS_BACK);
    for (let version = metadata.currentVersionNumber; version >= oldest; version -= 1)
      if ((await this.status(owner, slug, version, signal)).status === 'complete') return version;
    return undefined;
  }

  /** What a version wrote, with sizes. (kaggle-api 4.4) */
  async listFiles(
    owner: string,
    slug: string,
    version: number,
    signal: AbortSignal,
  ): Promise<readonly RemoteFile[]> {
    const files = await allPages(async (pageToken) => {
      const page = await this.connection.transport.call(
        {
          method: `${SERVICE}/ListKernelFiles`,
          body: { ...versionBody(owner, slug, version), pageSize: PAGE_SIZE, pageToken },
          answer: kernelFiles,
          about: aboutNotebook(this.connection, owner, slug),
        },
        signal,
      );
      return { items: page.files, nextPageToken: page.nextPageToken };
    });
    const named = files.map(({ name, size }) => ({ name, bytes: size }));
    return withSafeNames(named, this.connection.logger);
  }

  /** One file that a version of anybody's notebook wrote. (kaggle-api 4.3) */
  async downloadFile(
    { owner, slug, version }: Pick<PushedNotebook, 'owner' | 'slug' | 'version'>,
    name: string,
    wish: FileWish,
    signal: AbortSignal,
  ): Promise<void> {
    const body = { ownerSlug: owner, kernelSlug: slug, filePath: name, versionNumber: version };
    const request = () =>
      this.connection.transport.requestOf(`${SERVICE}/DownloadKernelOutput`, body, signal);
    const about = aboutNotebook(this.connection, owner, slug);
    await download(this.connection, { ...wish, request, fromKaggle: true, name, about }, signal);
  }

  /** The link is signed and takes no credential. (kaggle-api 4.3) */
  async downloadOutput(url: string, path: string, signal: AbortSignal): Promise<void> {
    const about = { thing: l10n.t('the output file of the notebook') };
    const { transport, userAgent, storageSilenceMs: silenceMs } = this.connection;
    if (!mayLeadTo(transport.apiUrl, url))
      throw transport.translate({ kind: 'unreadable', text: l10n.t('Its link is none.') }, about);
    const headers = { 'User-Agent': userAgent, 'Accept-Encoding': 'identity' };
    await download(
      this.connection,
      {
        request: () => Promise.resolve({ method: 'GET', url, headers, silenceMs }),
        fromKaggle: false,
        name: new URL(url).pathname,
        size: { atMost: MAX_OUTPUT_BYTES },
        path,
        about,
        onBytes: () => undefined,
      },
      signal,
    );
  }

  #get(owner: string, slug: string, signal: AbortSignal): Promise<z.output<typeof kernel>> {
    return this.connection.transport.call(
      {
        method: `${SERVICE}/GetKernel`,
        body: { userName: owner, kernelSlug: slug },
        answer: kernel,
        about: aboutNotebook(this.connection, owner, slug),
      },
      signal,
    );
  }

  async #save(init: NotebookInit, signal: AbortSignal): Promise<PushedNotebook> {
    const { transport, site } = this.connection;
    const about: About = {
      ...aboutNotebook(this.connection, init.owner, init.slug),
      explain: { 409: (detail) => titleTaken(this.connection, init, detail) },
    };
    const answer = await transport.call(
      {
        method: `${SERVICE}/SaveKernel`,
        body: notebookBody(init),
        answer: savedKernel,
        about,
        repeat: 'once',
      },
      signal,
    );
    // A new notebook's slug comes from its title, whatever was asked for: the answer's reference counts. (kaggle-api 4.1)
    const [owner = init.owner, slug = init.slug] =
      lastSegments(answer.ref, 2) ?? lastSegments(answer.url, 2) ?? [];
    const url = answer.url ?? site.notebook(owner, slug);
    const pushed = { owner, slug, version: answer.versionNumber, url };
    refuseDroppedSources(pushed, answer);
    if (pushed.version > 0) return pushed;
    // As good as a lost answer, so the version is looked for.
    throw transport.translate({ kind: 'unreadable', text: l10n.t('It names no version.') }, about);
  }
}

/** The version is asked for as `v3`: a bare number answers 404. (kaggle-api 4.2) */
function versionBody(owner: string, slug: string, version: number): object {
  return { userName: owner, kernelSlug: slug, versionLabel: `v${version}` };
}

/** A status that is not known here is taken for one of a run that is not over. */
function statusNamed(name: (typeof KERNEL_STATUS.names)[number] | undefined): NotebookStatus {
  switch (name) {
    case 'COMPLETE':
      return 'complete';
    case 'ERROR':
      return 'error';
    case 'CANCEL_REQUESTED':
      return 'cancel-requested';
    case 'CANCEL_ACKNOWLEDGED':
      return 'cancelled';
    case 'QUEUED':
    case 'NEW_SCRIPT':
      return 'queued';
    case 'RUNNING':
    case undefined:
      return 'running';
  }
}

/**
 * What SaveKernel takes. The execution type is left to the server, whose choice is to save and run all; internet is
 * switched off by name, because leaving it out does not. (kaggle-api 4.1)
 */
function notebookBody(init: NotebookInit): object {
  return {
    slug: `${init.owner}/${init.slug}`,
    newTitle: init.title,
    text: forKaggle(init.source),
    // Kaggle runs no Julia notebooks; ours is Python that starts Julia.
    language: 'python',
    kernelType: 'notebook',
    isPrivate: true,
    enableGpu: init.machineShape?.startsWith('Nvidia') ?? false,
    enableTpu: init.machineShape?.startsWith('Tpu') ?? false,
    enableInternet: init.internet ?? false,
    machineShape: init.machineShape,
    competitionDataSources: unlessEmpty(
      [init.competition, ...(init.others?.competitions ?? [])].filter((slug) => slug !== ''),
    ),
    datasetDataSources: unlessEmpty(init.datasets),
    kernelDataSources: unlessEmpty(init.others?.notebooks ?? []),
    modelDataSources: unlessEmpty(init.others?.models ?? []),
    dockerImage: init.dockerImage,
    sessionTimeoutSeconds: init.timeoutSeconds,
  };
}

function unlessEmpty(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}

/** Kaggle drops a source it does not take and runs the notebook without it. (kaggle-api 4.1) */
function refuseDroppedSources(pushed: PushedNotebook, answer: z.infer<typeof savedKernel>): void {
  const dropped = [
    ...answer.invalidDatasetSources.map((name) => l10n.t('dataset {0}', name)),
    ...answer.invalidCompetitionSources.map((name) => l10n.t('competition {0}', name)),
    ...answer.invalidKernelSources.map((name) => l10n.t('notebook {0}', name)),
    ...answer.invalidModelSources.map((name) => l10n.t('model {0}', name)),
  ];
  if (dropped.length === 0) return;
  throw new UserError({
    code: 'notebook-invalid-source',
    title: l10n.t('Kaggle did not attach to the notebook: {0}.', dropped.join(', ')),
    detail: l10n.t(
      'Version {0} of {1}/{2} runs without and will fail.',
      pushed.version,
      pushed.owner,
      pushed.slug,
    ),
    actions: [
      {
        title: l10n.t(
          'Run again in two minutes: a dataset can be attached only when Kaggle has finished with it. If it stays so, see whether each is still there, and you may read it.',
        ),
      },
      { title: l10n.t('Open the notebook on Kaggle, where its run can be stopped'), url: pushed.url },
    ],
  });
}

function titleTaken(connection: Connection, init: NotebookInit, detail: string | undefined): UserErrorInit {
  return {
    code: 'kaggle-conflict',
    title: l10n.t('Another of your notebooks has the title "{0}".', init.title),
    detail,
    actions: [
      {
        title: l10n.t(
          'Choose another title under [notebook] in JuliaKaggle.toml, or rename the other notebook.',
        ),
      },
      { title: l10n.t('Open your notebooks on Kaggle'), url: `${connection.site.url}/${init.owner}/code` },
    ],
  };
}
