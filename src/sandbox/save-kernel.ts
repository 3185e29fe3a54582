import { ApiError, invalid } from './api-error.ts';
import { resolveSources } from './data-sources.ts';
import { newestVersion } from './dataset-versions.ts';
import type { Kernel, KernelVersion, User } from './records.ts';
import { kernelTypeOf, ownerPart, type SaveKernel } from './rpc/kernel-requests.ts';
import type { Services } from './services.ts';
import { slugOf } from './slug.ts';

/** Kaggle's limit of GPU runs at the same time, and its words for it (kaggle-api 4.1). */
const MAX_GPU_RUNS = 2;

const NOTHING_SAVED = {
  ref: '',
  url: '',
  versionNumber: 0,
  invalidTags: [],
  invalidDatasetSources: [],
  invalidCompetitionSources: [],
  invalidKernelSources: [],
  invalidModelSources: [],
  kernelId: 0,
};

/** Saves a new version of a notebook, or a new notebook, and runs it (kaggle-api 4.1). @throws ApiError 400, 409 */
export async function saveKernel(
  services: Services,
  request: SaveKernel,
  user: User,
  origin: string,
): Promise<object> {
  const existing = findExisting(services, request);
  const error = refusal(services, request, existing, user);
  if (error !== undefined) return { ...NOTHING_SAVED, error };
  checkTitle(services, request, existing, user);
  const { sources, invalid: invalidSources } = resolveSources(services, request, user);
  const version = await draft(services, request, existing, [...sources]);
  const saved =
    existing === undefined
      ? await create(services, request, version, user)
      : await update(services, request, existing, version);
  if (version.status === 'QUEUED') services.runs.save(saved.id, version.version);
  return {
    ref: `/code/${saved.owner}/${saved.slug}`,
    url: `${origin}/code/${saved.owner}/${saved.slug}`,
    versionNumber: version.version,
    error: '',
    invalidTags: [],
    ...invalidSources,
    kernelId: saved.id,
  };
}

/** The id counts more than the slug. */
function findExisting({ store }: Services, { id, slug }: SaveKernel): Kernel | undefined {
  if (id !== 0) return store.kernels.get(id);
  return store.kernels.find((kernel) => `${kernel.owner}/${kernel.slug}` === slug);
}

/** What Kaggle says in the `error` of a 200. */
function refusal(
  { store }: Services,
  request: SaveKernel,
  existing: Kernel | undefined,
  user: User,
): string | undefined {
  const owner = existing?.owner ?? ownerPart(request.slug);
  if (owner !== user.username || (request.id !== 0 && existing === undefined)) return 'Notebook not found';
  if (request.language !== 'python') return 'This sandbox runs Python only.';
  const { enableGpu } = machine(request);
  const gpuRuns = store.kernels.values().flatMap(({ versions }) => versions.filter(isGpuRun));
  if (enableGpu && gpuRuns.length >= MAX_GPU_RUNS)
    return `Maximum batch GPU session count of ${MAX_GPU_RUNS} reached.`;
  return undefined;
}

function isGpuRun({ enableGpu, status }: KernelVersion): boolean {
  return enableGpu && (status === 'QUEUED' || status === 'RUNNING');
}

function machine({ machineShape, enableGpu, enableTpu }: SaveKernel) {
  return machineOf(machineShape, enableGpu ?? false, enableTpu ?? false);
}

/** A notebook's address comes from its title, whatever slug was asked for; two of one title cannot be. */
function checkTitle(services: Services, request: SaveKernel, existing: Kernel | undefined, user: User): void {
  if (existing !== undefined && existing.kernelType !== request.kernelType)
    throw invalid('The type of a notebook cannot be changed');
  if (existing === undefined && request.newTitle === '') throw invalid('A new notebook needs a title');
  if (request.newTitle === '') return;
  const slug = slugOf(request.newTitle);
  if (slug === '') throw invalid(`The title '${request.newTitle}' has no letters or digits`);
  const other = services.store.kernels.find(
    (kernel) => kernel.owner === user.username && kernel.slug === slug && kernel.id !== existing?.id,
  );
  if (other !== undefined)
    throw new ApiError(
      409,
      `Notebook with title '${request.newTitle}' already exists: ${other.owner}/${other.slug}`,
    );
}

async function draft(
  { store, clock }: Services,
  request: SaveKernel,
  existing: Kernel | undefined,
  sources: KernelVersion['sources'],
): Promise<KernelVersion> {
  const { sha256 } = await store.blobs.add([request.text]);
  return {
    version: existing === undefined ? 1 : newestVersion(existing).version + 1,
    createdAt: new Date(clock.now()).toISOString(),
    language: request.language,
    ...machine(request),
    ...imageOf(request, existing),
    // The documentation says false, the official client sends true (kaggle-api 4.1): who needs it off says so.
    enableInternet: request.enableInternet ?? true,
    ...(request.sessionTimeoutSeconds && { sessionTimeoutSeconds: request.sessionTimeoutSeconds }),
    sources,
    source: sha256,
    status: request.kernelExecutionType === 'QUICK_SAVE' ? 'NEW_SCRIPT' : 'QUEUED',
    outputs: [],
  };
}

/** The image that the push names; pinned to the original, a new version has that of the first (kaggle-api 4.9). */
function imageOf(
  { dockerImage, dockerImagePinningType }: SaveKernel,
  existing: Kernel | undefined,
): Pick<KernelVersion, 'dockerImage'> {
  const first = existing?.versions[0]?.dockerImage;
  if (dockerImage !== '') return { dockerImage };
  return dockerImagePinningType === 'original' && first !== undefined ? { dockerImage: first } : {};
}

async function create(
  { store }: Services,
  request: SaveKernel,
  version: KernelVersion,
  user: User,
): Promise<Kernel> {
  const kernel: Kernel = {
    id: await store.nextId(),
    owner: user.username,
    slug: slugOf(request.newTitle),
    title: request.newTitle,
    kernelType: kernelTypeOf(request.kernelType) ?? 'notebook',
    isPrivate: request.isPrivate ?? true,
    categoryIds: request.categoryIds,
    versions: [version],
  };
  await store.kernels.put(kernel.id, kernel);
  return kernel;
}

/** A new title gives the notebook a new address. */
async function update(
  { store }: Services,
  request: SaveKernel,
  existing: Kernel,
  version: KernelVersion,
): Promise<Kernel> {
  const { newTitle: title, isPrivate, categoryIds } = request;
  const change = {
    ...(title !== '' && { title, slug: slugOf(title) }),
    ...(isPrivate !== undefined && { isPrivate }),
    ...(categoryIds.length > 0 && { categoryIds }),
  };
  // From the record as it is then: a run may be changing it meanwhile.
  await store.kernels.update(existing.id, (kernel) => ({
    ...kernel,
    ...change,
    versions: [...kernel.versions, version],
  }));
  return { ...existing, ...change };
}

/** What the server takes instead of a machine that is retired, without a word (kaggle-api 5.3). */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  NvidiaTeslaP100: 'NvidiaTeslaT4',
  TpuV38: 'TpuV5E8',
  Tpu1VmV38: 'TpuV5E8',
  TpuV232: 'TpuV5E8',
  TpuV2256: 'TpuV5E8',
};

interface Machine {
  /** Empty: a CPU. */
  readonly machineShape: string;
  readonly enableGpu: boolean;
  readonly enableTpu: boolean;
}

/** The machine that is given for what was asked; a shape says more than the older flags. */
function machineOf(shape: string, enableGpu: boolean, enableTpu: boolean): Machine {
  const asked = shape !== '' ? shape : enableTpu ? 'TpuV5E8' : enableGpu ? 'NvidiaTeslaT4' : '';
  const machineShape = SUBSTITUTES[asked] ?? asked;
  return {
    machineShape,
    enableGpu: machineShape.startsWith('Nvidia'),
    enableTpu: machineShape.startsWith('Tpu'),
  };
}
