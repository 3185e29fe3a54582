import { UserError } from '../base/errors.ts';
import type { KaggleClient, NotebookInit, NotebookOutput, NotebookStatus, PushedNotebook } from './client.ts';
import type { Connection } from './connection.ts';
import { download } from './download.ts';
import { readEnum } from './enums.ts';
import { parseNotebookLog } from './notebook-log.ts';
import { forKaggle, sameNotebook } from './notebook-source.ts';
import { findOwn } from './own.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { withSafeNames } from './remote-name.ts';
import { kernel, kernelOutput, kernelStatus, savedKernel } from './schemas.ts';
import { type Look, sendOnce } from './send-once.ts';
import { lastSegments } from './site.ts';
import type { About } from './translate-error.ts';
import type * as z from 'zod/mini';

const SERVICE = 'kernels.KernelsApiService';

const KERNEL_STATUS = {
  prefix: 'KERNEL_WORKER_STATUS_',
  names: ['QUEUED', 'RUNNING', 'COMPLETE', 'ERROR', 'CANCEL_REQUESTED', 'CANCEL_ACKNOWLEDGED', 'NEW_SCRIPT'],
} as const;

/** Notebooks, which the API calls kernels. (kaggle-api 4) */
export function notebookCalls(
  connection: Connection,
): Pick<
  KaggleClient,
  'pushNotebook' | 'findNotebook' | 'getNotebookStatus' | 'getNotebookOutput' | 'downloadOutputFile'
> {
  return {
    pushNotebook: (init, signal) => pushNotebook(connection, init, signal),
    findNotebook: (owner, slug, signal) => findNotebook(connection, owner, slug, signal),
    getNotebookStatus: (owner, slug, version, signal) =>
      getStatus(connection, { owner, slug, version }, signal),
    getNotebookOutput: (owner, slug, version, signal) =>
      getOutput(connection, { owner, slug, version }, signal),
    downloadOutputFile: (url, path, signal) => downloadOutput(connection, url, path, signal),
  };
}

function about({ site }: Connection, owner: string, slug: string): About {
  return { thing: `the notebook ${owner}/${slug}`, url: site.notebook(owner, slug) };
}

interface Found {
  readonly currentVersion: number;
  readonly source: string;
}

async function findNotebook(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const find = async (): Promise<Found> => {
    const { metadata, blob } = await connection.transport.call(
      {
        method: `${SERVICE}/GetKernel`,
        body: { userName: owner, kernelSlug: slug },
        answer: kernel,
        about: about(connection, owner, slug),
      },
      signal,
    );
    return { currentVersion: metadata.currentVersionNumber, source: blob.source };
  };
  return findOwn(connection, owner, find, signal);
}

/** Pushes once: after a lost answer, a newer version with our source is ours. */
async function pushNotebook(
  connection: Connection,
  init: NotebookInit,
  signal: AbortSignal,
): Promise<PushedNotebook> {
  const { owner, slug } = init;
  const before = (await findNotebook(connection, owner, slug, signal))?.currentVersion ?? 0;
  const look = async (): Promise<Look<PushedNotebook>> => {
    const now = await findNotebook(connection, owner, slug, signal);
    if (now === undefined || now.currentVersion <= before || !sameNotebook(now.source, init.source))
      return 'absent';
    const url = connection.site.notebook(owner, slug);
    return { found: { owner, slug, version: now.currentVersion, url } };
  };
  const send = (): Promise<PushedNotebook> => saveNotebook(connection, init, signal);
  return sendOnce({ what: `the notebook ${owner}/${slug}`, send, look }, connection.pace, signal);
}

async function saveNotebook(
  connection: Connection,
  init: NotebookInit,
  signal: AbortSignal,
): Promise<PushedNotebook> {
  const subject: About = {
    ...about(connection, init.owner, init.slug),
    explain: { 409: (detail) => titleTaken(connection, init, detail) },
  };
  const answer = await connection.transport.call(
    {
      method: `${SERVICE}/SaveKernel`,
      body: notebookBody(init),
      answer: savedKernel,
      about: subject,
      repeat: 'once',
    },
    signal,
  );
  const pushed = pushedNotebook(connection, init, answer);
  refuseDroppedSources(pushed, answer);
  if (pushed.version > 0) return pushed;
  // As good as a lost answer, so the version is looked for.
  throw connection.transport.translate({ kind: 'unreadable', text: 'It names no version.' }, subject);
}

/**
 * What SaveKernel takes. The execution type is left to the server, whose choice is to save and run all; internet is
 * switched off by name, because leaving it out does not. (kaggle-api 4.1)
 */
export function notebookBody(init: NotebookInit): object {
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
    enableInternet: false,
    machineShape: init.machineShape,
    competitionDataSources: unlessEmpty(init.competition === '' ? [] : [init.competition]),
    datasetDataSources: unlessEmpty(init.datasets),
    dockerImage: init.dockerImage,
    sessionTimeoutSeconds: init.timeoutSeconds,
  };
}

function unlessEmpty(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}

/** A new notebook's slug comes from its title, whatever was asked for: the answer's reference counts. (kaggle-api 4.1) */
function pushedNotebook(
  { site }: Connection,
  init: NotebookInit,
  answer: z.infer<typeof savedKernel>,
): PushedNotebook {
  const [owner, slug] = lastSegments(answer.ref, 2) ?? lastSegments(answer.url, 2) ?? [];
  const place = { owner: owner ?? init.owner, slug: slug ?? init.slug };
  const url = answer.url === '' ? site.notebook(place.owner, place.slug) : answer.url;
  return { ...place, version: answer.versionNumber, url };
}

/** Kaggle drops a source it does not take and runs the notebook without it. (kaggle-api 4.1) */
function refuseDroppedSources(pushed: PushedNotebook, answer: z.infer<typeof savedKernel>): void {
  const dropped = [
    ...answer.invalidDatasetSources.map((name) => `dataset ${name}`),
    ...answer.invalidCompetitionSources.map((name) => `competition ${name}`),
    ...answer.invalidKernelSources.map((name) => `notebook ${name}`),
    ...answer.invalidModelSources.map((name) => `model ${name}`),
  ];
  if (dropped.length === 0) return;
  throw new UserError({
    code: 'notebook-invalid-source',
    title: `Kaggle did not attach to the notebook: ${dropped.join(', ')}.`,
    detail: `Version ${pushed.version} of ${pushed.owner}/${pushed.slug} runs without and will fail.`,
    actions: [
      { title: 'Run again in two minutes: a dataset can be attached only when Kaggle has finished with it.' },
      { title: 'Open the notebook on Kaggle, where its run can be stopped', url: pushed.url },
    ],
  });
}

function titleTaken(connection: Connection, init: NotebookInit, detail: string | undefined) {
  return {
    code: 'kaggle-conflict' as const,
    title: `Another of your notebooks has the title "${init.title}".`,
    detail,
    actions: [
      { title: 'Choose another title under [notebook] in JuliaKaggle.toml, or rename the other notebook.' },
      { title: 'Open your notebooks on Kaggle', url: `${connection.site.url}/${init.owner}/code` },
    ] as const,
  };
}

interface VersionOf {
  readonly owner: string;
  readonly slug: string;
  readonly version: number;
}

/** The version is asked for as `v3`: a bare number answers 404. (kaggle-api 4.2) */
function versionBody({ owner, slug, version }: VersionOf): object {
  return { userName: owner, kernelSlug: slug, versionLabel: `v${version}` };
}

async function getStatus(
  connection: Connection,
  wanted: VersionOf,
  signal: AbortSignal,
): Promise<{ readonly status: NotebookStatus; readonly failureMessage: string | undefined }> {
  const { status, failureMessage } = await connection.transport.call(
    {
      method: `${SERVICE}/GetKernelSessionStatus`,
      body: versionBody(wanted),
      answer: kernelStatus,
      about: about(connection, wanted.owner, wanted.slug),
    },
    signal,
  );
  return {
    status: statusNamed(readEnum(KERNEL_STATUS, status)),
    failureMessage: failureMessage === '' ? undefined : failureMessage,
  };
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

async function getOutput(
  connection: Connection,
  wanted: VersionOf,
  signal: AbortSignal,
): Promise<NotebookOutput> {
  let log: unknown;
  const files = await allPages(async (pageToken) => {
    const page = await connection.transport.call(
      {
        method: `${SERVICE}/ListKernelSessionOutput`,
        body: { ...versionBody(wanted), pageSize: PAGE_SIZE, pageToken },
        answer: kernelOutput,
        about: about(connection, wanted.owner, wanted.slug),
      },
      signal,
    );
    // The log comes with the first page only. (kaggle-api 4.3)
    if (pageToken === undefined) log = page.log;
    return { items: page.files, nextPageToken: page.nextPageToken };
  });
  const named = files.map(({ fileName, url }) => ({ name: fileName, url }));
  return { files: withSafeNames(named, connection.logger), log: parseNotebookLog(log) };
}

/** The link is signed and takes no credential. (kaggle-api 4.3) */
async function downloadOutput(
  connection: Connection,
  url: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const about = { thing: 'the output file of the notebook' };
  if (!URL.canParse(url))
    throw connection.transport.translate({ kind: 'unreadable', text: 'Its link is none.' }, about);
  const headers = { 'User-Agent': connection.userAgent, 'Accept-Encoding': 'identity' };
  await download(
    connection,
    {
      request: { method: 'GET', url, headers, silenceMs: connection.storageSilenceMs },
      fromKaggle: false,
      name: new URL(url).pathname,
      path,
      about,
      onBytes: () => undefined,
    },
    signal,
  );
}
