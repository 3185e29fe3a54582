import type * as z from 'zod/mini';
import type { AcceleratorQuota, KaggleClient, NotebookOutput, NotebookStatus, Quota } from './client.ts';
import { mayLeadTo } from '../base/addresses.ts';
import type { Connection } from './connection.ts';
import { download } from './download.ts';
import { readEnum } from './enums.ts';
import { followLog } from './follow-log.ts';
import { parseNotebookLog } from './notebook-log.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { aboutNotebook, findNotebook, pushNotebook } from './push-notebook.ts';
import { withSafeNames } from './remote-name.ts';
import { kernelOutput, kernelStatus, quota } from './schemas.ts';

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
  | 'pushNotebook'
  | 'findNotebook'
  | 'getNotebookStatus'
  | 'followNotebookLog'
  | 'getNotebookOutput'
  | 'downloadOutputFile'
  | 'getQuota'
> {
  return {
    pushNotebook: (init, signal) => pushNotebook(connection, init, signal),
    findNotebook: (owner, slug, signal) => findNotebook(connection, owner, slug, signal),
    getNotebookStatus: (owner, slug, version, signal) =>
      getStatus(connection, { owner, slug, version }, signal),
    followNotebookLog: (owner, slug, signal) => followLog(connection, owner, slug, signal),
    getNotebookOutput: (owner, slug, version, signal) =>
      getOutput(connection, { owner, slug, version }, signal),
    downloadOutputFile: (url, path, signal) => downloadOutput(connection, url, path, signal),
    getQuota: (signal) => getQuota(connection, signal),
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
      about: aboutNotebook(connection, wanted.owner, wanted.slug),
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
        about: aboutNotebook(connection, wanted.owner, wanted.slug),
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

/** What a notebook may write in all. (kaggle-api 5.2) */
const MAX_OUTPUT_BYTES = 20e9;

/** The link is signed and takes no credential. (kaggle-api 4.3) */
async function downloadOutput(
  connection: Connection,
  url: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const about = { thing: 'the output file of the notebook' };
  const { transport } = connection;
  if (!mayLeadTo(transport.apiUrl, url))
    throw transport.translate({ kind: 'unreadable', text: 'Its link is none.' }, about);
  const headers = { 'User-Agent': connection.userAgent, 'Accept-Encoding': 'identity' };
  await download(
    connection,
    {
      request: () => Promise.resolve({ method: 'GET', url, headers, silenceMs: connection.storageSilenceMs }),
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

/** This week's accelerator hours. (kaggle-api 4.8) */
async function getQuota(connection: Connection, signal: AbortSignal): Promise<Quota> {
  const { quotaRefreshTime, gpuQuota, tpuQuota } = await connection.transport.call(
    {
      method: `${SERVICE}/GetAcceleratorQuotaStatistics`,
      body: {},
      answer: quota,
      about: { thing: 'your accelerator quota', url: connection.site.settings },
    },
    signal,
  );
  const refreshAt = quotaRefreshTime === '' ? undefined : quotaRefreshTime;
  return { refreshAt, gpu: acceleratorOf(gpuQuota), tpu: acceleratorOf(tpuQuota) };
}

function acceleratorOf(wire: z.infer<typeof quota>['gpuQuota']): AcceleratorQuota {
  return {
    usedSeconds: wire.timeUsed,
    reservedSeconds: wire.timeReserved,
    allowedSeconds: wire.totalTimeAllowed,
  };
}
