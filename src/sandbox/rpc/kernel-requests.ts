import * as z from 'zod/mini';
import { invalid } from '../api-error.ts';
import { int, oneOf, optionalInt, page, text, texts } from './rpc.ts';

/** The requests of `kernels.KernelsApiService` (kaggle-api 4). */

const optionalFlag = () => z.optional(z.boolean());

export const saveKernel = z.object({
  id: int(),
  slug: text(),
  newTitle: text(),
  text: text(),
  language: text(),
  kernelType: text(),
  isPrivate: optionalFlag(),
  enableGpu: optionalFlag(),
  enableTpu: optionalFlag(),
  enableInternet: optionalFlag(),
  machineShape: text(),
  datasetDataSources: texts(),
  competitionDataSources: texts(),
  kernelDataSources: texts(),
  modelDataSources: texts(),
  categoryIds: texts(),
  dockerImage: text(),
  dockerImagePinningType: text(),
  sessionTimeoutSeconds: optionalInt(),
  kernelExecutionType: oneOf('KERNEL_EXECUTION_TYPE_', [
    'UNSPECIFIED',
    'SAVE_AND_RUN_ALL',
    'INTER_ACTIVE',
    'QUICK_SAVE',
  ]),
});
export type SaveKernel = z.output<typeof saveKernel>;

const ofKernel = { userName: text(), kernelSlug: text(), versionLabel: text() };
export const kernelVersion = z.object(ofKernel);
export const kernelVersionPage = z.object({ ...ofKernel, ...page() });

export const kernelOutputFile = z.object({
  ownerSlug: text(),
  kernelSlug: text(),
  filePath: text(),
  versionNumber: int(),
});
export const deleteKernel = z.object({ userName: text(), kernelSlug: text() });
export const kernelLogs = z.object({ ...ofKernel, kernelSessionId: int(), waitForLogsUrlSeconds: int() });

export const listKernels = z.object({
  group: text(),
  user: text(),
  search: text(),
  competition: text(),
  dataset: text(),
  language: text(),
  kernelType: text(),
  page: int(),
  ...page(),
});

const LANGUAGES = ['python', 'r', 'rmarkdown'];
/** Kaggle's own images, named by a digest (kaggle-api 4.1). */
const KAGGLE_IMAGE = /^gcr\.io\/kaggle-(gpu-|private-byod\/)?images\/[a-z0-9-]+@sha256:[0-9a-f]{64}$/;
const MIN_TITLE = 5;
const MIN_SLUG = 5;

/** @throws ApiError 400 for what Kaggle would not take (kaggle-api 4.1) */
export function checkSaveKernel(request: SaveKernel): void {
  if (request.id === 0 && request.slug === '') throw invalid('One of id and slug is required');
  if (request.slug !== '' && !/^[^/]+\/[^/]+$/.test(request.slug))
    throw invalid(`Invalid slug '${request.slug}': it must be 'owner/kernel-slug'`);
  if (request.slug !== '' && slugPart(request.slug).length < MIN_SLUG)
    throw invalid(`The slug must have at least ${MIN_SLUG} characters`);
  if (request.newTitle !== '' && request.newTitle.length < MIN_TITLE)
    throw invalid(`The title must have at least ${MIN_TITLE} characters`);
  if (!LANGUAGES.includes(request.language)) throw invalid(`Invalid language '${request.language}'`);
  if (kernelTypeOf(request.kernelType) === undefined)
    throw invalid(`Invalid kernel type '${request.kernelType}'`);
  checkImage(request);
  if (request.kernelExecutionType === 'INTER_ACTIVE')
    throw invalid('Interactive sessions cannot be started here');
}

function checkImage(request: SaveKernel): void {
  if (request.dockerImage !== '' && !KAGGLE_IMAGE.test(request.dockerImage))
    throw invalid(`'${request.dockerImage}' is not an image of Kaggle's`);
  if (!['', 'original', 'latest'].includes(request.dockerImagePinningType))
    throw invalid(`Invalid docker image pinning type '${request.dockerImagePinningType}'`);
}

/** The type of a kernel by its name; undefined for one that Kaggle does not have. */
export function kernelTypeOf(text: string): 'notebook' | 'script' | undefined {
  return text === 'notebook' || text === 'script' ? text : undefined;
}

/** The owner in `owner/slug`. */
export function ownerPart(ref: string): string {
  return ref.split('/')[0] ?? '';
}

function slugPart(ref: string): string {
  return ref.split('/')[1] ?? '';
}
