import * as z from 'zod/mini';
import { denied, notFound } from '../api-error.ts';
import { newestVersion } from '../dataset-versions.ts';
import { findKernel } from '../kernel-lookup.ts';
import { sendLog } from '../log-stream.ts';
import { pageOf } from '../paging.ts';
import { quotaOf } from '../quota.ts';
import type { Kernel, KernelVersion, Source, User } from '../records.ts';
import { saveKernel } from '../save-kernel.ts';
import type { Services } from '../services.ts';
import {
  checkSaveKernel,
  deleteKernel,
  kernelLogs,
  kernelOutputFile,
  kernelVersion,
  kernelVersionPage,
  listKernels,
  saveKernel as saveKernelRequest,
} from './kernel-requests.ts';
import { method, type Methods, Redirect, Streamed } from './rpc.ts';

const MAX_KERNELS_A_PAGE = 100;

/** `kernels.KernelsApiService` (kaggle-api 4). `image`: what all notebooks run in. */
export function kernelMethods(services: Services, image: string): Methods {
  const { store, storage, turns, clock } = services;
  return {
    SaveKernel: method(saveKernelRequest, (request, { user, origin }) => {
      checkSaveKernel(request);
      return turns.take(() => saveKernel(services, request, user, origin));
    }),

    GetKernelSessionStatus: method(kernelVersion, (request, { user }) => {
      const { version } = findKernel(store, request, user, 'kernelSessions.get');
      const { status, failureMessage } = version;
      return { status, ...(failureMessage !== undefined && { failureMessage }) };
    }),

    ListKernelSessionOutput: method(kernelVersionPage, async (request, { user, origin }) => {
      const { version } = findKernel(store, request, user, 'kernelSessions.get');
      const { items, nextPageToken } = pageOf(version.outputs, request);
      const isFirst = request.pageToken === '';
      return {
        files: items.map((file) => ({
          url: storage.signedUrl(origin, { kind: 'blob', ...file }),
          fileName: file.name,
        })),
        log: isFirst && version.log !== undefined ? await store.blobs.text(version.log) : '',
        nextPageToken,
      };
    }),

    ListKernelFiles: method(kernelVersionPage, (request, { user }) => {
      const { version } = findKernel(store, request, user, 'kernels.get');
      const { items, nextPageToken } = pageOf(version.outputs, request);
      const creationDate = version.finishedAt ?? version.createdAt;
      return { files: items.map(({ name, bytes }) => ({ name, size: bytes, creationDate })), nextPageToken };
    }),

    DownloadKernelOutput: method(kernelOutputFile, (request, { user, origin }) => {
      const { ownerSlug, kernelSlug, versionNumber } = request;
      const versionLabel = versionNumber === 0 ? '' : `v${versionNumber}`;
      const ref = { userName: ownerSlug, kernelSlug, versionLabel };
      const { version } = findKernel(store, ref, user, 'kernelSessions.get');
      const file = version.outputs.find(({ name }) => name === request.filePath);
      if (file === undefined) throw notFound('Kernel output file not found');
      return new Redirect(storage.signedUrl(origin, { kind: 'blob', ...file }));
    }),

    GetKernelSessionLogsStream: method(kernelLogs, (request, { user }) => {
      // The id of a session is not told by any method (kaggle-api 4.5, 4.8).
      if (request.kernelSessionId !== 0) throw denied('kernelSessions.get');
      return new Streamed((response) => sendLog(services, response, request, user));
    }),

    DeleteKernel: method(deleteKernel, ({ userName, kernelSlug }, { user }) =>
      turns.take(async () => {
        const ref = { userName, kernelSlug, versionLabel: '' };
        const { kernel } = findKernel(store, ref, user, 'kernels.delete');
        if (kernel.owner !== user.username) throw denied('kernels.delete');
        await store.kernels.delete(kernel.id);
        services.runs.cancel(kernel.id, kernel.versions);
        services.sweepVolumes();
        return { errorMessage: '' };
      }),
    ),

    GetKernel: method(kernelVersion, async (request, { user }) => {
      const { kernel, version } = findKernel(store, request, user, 'kernels.get');
      const { kernelType, slug } = kernel;
      const source = await store.blobs.text(version.source);
      return {
        metadata: describeKernel(kernel, version, image),
        blob: { source, language: version.language, kernelType, slug },
      };
    }),

    ListKernels: method(listKernels, (request, { user }) => {
      const listed = store.kernels
        .values()
        .filter((kernel) => isListed(kernel, request, user))
        .sort((a, b) => (newestVersion(a).createdAt > newestVersion(b).createdAt ? -1 : 1));
      const { items, nextPageToken } = pageOf(listed, request, MAX_KERNELS_A_PAGE);
      return {
        kernels: items.map((kernel) => describeKernel(kernel, newestVersion(kernel), image)),
        nextPageToken,
      };
    }),

    GetAcceleratorQuotaStatistics: method(z.object({}), (_request, { user }) => {
      const mine = store.kernels.values().filter(({ owner }) => owner === user.username);
      return quotaOf(
        mine.flatMap(({ versions }) => versions),
        clock.now(),
      );
    }),
  };
}

/** Empty and `all` filter nothing. */
function isListed(kernel: Kernel, request: z.output<typeof listKernels>, user: User): boolean {
  const mine = kernel.owner === user.username;
  const { sources, language } = newestVersion(kernel);
  const attached = (kind: string, ref: string): boolean =>
    ref === '' || sources.some((source) => source.kind === kind && source.ref === ref);
  const among = (wanted: string, value: string): boolean => ['', 'all', value].includes(wanted);
  return (
    (mine || (request.group.toUpperCase() !== 'PROFILE' && !kernel.isPrivate)) &&
    among(request.user, kernel.owner) &&
    among(request.kernelType, kernel.kernelType) &&
    among(request.language, language) &&
    attached('competition', request.competition) &&
    attached('dataset', request.dataset) &&
    `${kernel.slug} ${kernel.title}`.toLowerCase().includes(request.search.toLowerCase())
  );
}

/** How notebooks look in answers (kaggle-api 4.6, 4.7). */
function describeKernel(kernel: Kernel, version: KernelVersion, image: string): object {
  const refs = (kind: Source['kind']): string[] =>
    version.sources.filter((source) => source.kind === kind).map(({ ref }) => ref);
  return {
    id: kernel.id,
    ref: `${kernel.owner}/${kernel.slug}`,
    title: kernel.title,
    author: kernel.owner,
    slug: kernel.slug,
    lastRunTime: version.startedAt ?? version.createdAt,
    language: version.language,
    kernelType: kernel.kernelType,
    isPrivate: kernel.isPrivate,
    enableGpu: version.enableGpu,
    enableTpu: version.enableTpu,
    enableInternet: version.enableInternet,
    categoryIds: kernel.categoryIds,
    datasetDataSources: refs('dataset'),
    kernelDataSources: refs('notebook'),
    competitionDataSources: refs('competition'),
    modelDataSources: refs('model'),
    totalVotes: 0,
    currentVersionNumber: newestVersion(kernel).version,
    // What was asked for; what it ran in here is always the image of the sandbox.
    dockerImage: version.dockerImage ?? image,
    machineShape: version.machineShape,
  };
}
