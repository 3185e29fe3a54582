import * as l10n from '@vscode/l10n';
import { isCancelled, isUserError, UserError } from '../../base/errors.ts';
import { formatBytes, plural } from '../../base/format.ts';
import { type DiskSpace, engineDisk } from '../../docker/disk.ts';
import type { Engine, EngineInfo, ImageInfo } from '../../docker/engine.ts';
import { probeGpu } from '../../docker/gpu.ts';
import { gpuInWords, refusalsInWords } from '../contract/image/gpu.ts';
import { estimatedBytes, kaggleImageFor, noSpaceFor } from '../contract/image/kaggle-image.ts';
import { KAGGLE_CPUS, KAGGLE_MEMORY_BYTES } from '../kaggle-machines.ts';
import type { Project } from '../artefacts.ts';
import { readRequirements } from '../project/config.ts';
import type { Ports } from '../stage.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly subject: 'engine' | 'machine' | 'memory' | 'disk' | 'image' | 'gpu' | 'kaggle';
  readonly text: string;
  /** What is not wrong, and yet should be otherwise, each with its remedy. */
  readonly warnings?: readonly string[];
  /** What is wrong; with it nothing can run. */
  readonly error?: UserError;
}

/** What a run would need of the engine. */
export interface Requirements {
  readonly image: string;
  /** Kaggle's machine shape, or `none`. */
  readonly accelerator: string;
}

/** What is examined when there is no project. */
const DEFAULT_REQUIREMENTS: Requirements = { image: kaggleImageFor('none'), accelerator: 'none' };

/**
 * What the project in this folder asks of an engine; the usual where there is none. A mistake in JuliaKaggle.toml is for
 * a run to tell: the engine can be examined all the same.
 * @param image looked for in place of the project's own
 * @param last the project as the last run knew it, if there was one.
 */
export async function requirementsOf(
  folder: string | undefined,
  image: string | undefined,
  last?: Project,
): Promise<Requirements> {
  const requirements =
    folder === undefined ? DEFAULT_REQUIREMENTS : await readRequirements(folder, last).catch(defaultsFor);
  return image === undefined ? requirements : { ...requirements, image };
}

function defaultsFor(error: unknown): Requirements {
  if (isUserError(error)) return DEFAULT_REQUIREMENTS;
  throw error;
}

type Found = Pick<Finding, 'text' | 'warnings' | 'error'>;

const LABELS = { 'julia-kaggle': 'doctor' };
/** Less free space than this is soon used up by a depot and its tarballs. */
const LITTLE_SPACE_BYTES = 10e9;
/** Kaggle rebuilds its images about every two weeks (kaggle-api 5.1). */
const OLD_IMAGE_DAYS = 60;
const DAY_MS = 86_400_000;

/**
 * Examines the engine, as far as there is one, and the account: what the doctor and the panel show. Small containers
 * of the image are run, when the engine has it; nothing is pulled or changed.
 * @throws CancelledError, and bugs; what a person can mend is a finding.
 */
export async function examine(
  ports: Ports,
  requirements: Requirements,
  signal: AbortSignal,
): Promise<Finding[]> {
  const [engine, account] = await Promise.all([
    examineEngine(ports, requirements, signal),
    examineAccount(ports, signal),
  ]);
  return [...engine, account];
}

/** The account alone. @throws CancelledError, and bugs. */
export function examineAccount(ports: Ports, signal: AbortSignal): Promise<Finding> {
  return look('kaggle', () => describeAccount(ports, signal));
}

/**
 * The engine alone. `quick`: only what it says of itself and of the image; no container is run.
 * @throws CancelledError, and bugs.
 */
export async function examineEngine(
  ports: Ports,
  requirements: Requirements,
  signal: AbortSignal,
  depth: 'quick' | 'full' = 'full',
): Promise<Finding[]> {
  let facts: { readonly engine: Engine; readonly info: EngineInfo } | undefined;
  const first = await look('engine', async () => {
    const engine = (await ports.engine(signal)).bound({ labels: LABELS });
    facts = { engine, info: await engine.info() };
    return describeEngine(facts.engine, facts.info);
  });
  if (facts === undefined) return [first];
  const { engine, info } = facts;
  let image: ImageInfo | undefined;
  const imageFinding = await look('image', async () => {
    image = await engine.image.find(requirements.image);
    return describeImage(requirements.image, image, ports.clock.now());
  });
  const known = image?.name;
  const said: Finding[] = [
    first,
    { subject: 'machine', ...describeMachine(info) },
    { subject: 'memory', ...describeMemory(info) },
  ];
  if (depth === 'quick') return [...said, imageFinding];
  return [
    ...said,
    await look('disk', async () => describeDisk(requirements.image, image, await engineDisk(engine, known))),
    imageFinding,
    await look('gpu', () => describeGpu(engine, known, requirements, ports)),
  ];
}

async function look(subject: Finding['subject'], work: () => Promise<Found>): Promise<Finding> {
  try {
    return { subject, ...(await work()) };
  } catch (error) {
    if (isCancelled(error) || !isUserError(error)) throw error;
    return { subject, text: error.title, error };
  }
}

function describeEngine(engine: Engine, { version, apiVersion }: EngineInfo): Found {
  return { text: l10n.t('{0} (API {1}) at {2}', version, apiVersion, engine.address) };
}

/** Pure: processor and platform, beside Kaggle's `linux/x86_64` (kaggle-api 5.1). */
function describeMachine({ platform, cpus }: EngineInfo): Found {
  const text =
    cpus < KAGGLE_CPUS
      ? l10n.t('{0}, {1} (Kaggle: {2})', platform, plural(cpus, 'CPU'), KAGGLE_CPUS)
      : `${platform}, ${plural(cpus, 'CPU')}`;
  if (/^linux\/(x86_64|amd64)$/.test(platform)) return { text };
  if (platform.startsWith('windows/')) return { text, error: windowsContainers() };
  return {
    text,
    warnings: [
      l10n.t(
        'Kaggle runs linux/x86_64: on {0} its image is emulated, slowly and at times wrongly. Use an engine on an x86_64 machine (docker context use …, DOCKER_HOST).',
        platform,
      ),
    ],
  };
}

function windowsContainers(): UserError {
  return new UserError({
    code: 'engine-failed',
    title: l10n.t("The Docker engine runs Windows containers, and Kaggle's image is one of Linux."),
    actions: [
      { title: l10n.t('Choose "Switch to Linux containers…" in the menu of Docker Desktop, and run again.') },
    ],
  });
}

/** Pure: the engine's memory beside Kaggle's. */
function describeMemory({ memoryBytes }: EngineInfo): Found {
  const kaggle = formatBytes(KAGGLE_MEMORY_BYTES);
  const text = l10n.t('{0} (Kaggle: {1})', formatBytes(memoryBytes), kaggle);
  if (memoryBytes >= KAGGLE_MEMORY_BYTES) return { text };
  return {
    text,
    warnings: [
      l10n.t(
        "The engine has {0} of memory and Kaggle's machine {1}: what would pass there may run out of memory here. Give the engine more (Docker Desktop: Settings, Resources), or use a bigger machine.",
        formatBytes(memoryBytes),
        kaggle,
      ),
    ],
  };
}

/** Pure: free space, and whether the image, where it is still to be pulled, will fit. */
function describeDisk(name: string, image: ImageInfo | undefined, disk: DiskSpace | undefined): Found {
  if (disk === undefined) return { text: l10n.t('not known before the engine has an image to look with') };
  const text = l10n.t('{0} free of {1}', formatBytes(disk.freeBytes), formatBytes(disk.totalBytes));
  const error = image === undefined ? noSpaceFor(name, disk) : undefined;
  if (error !== undefined) return { text, error };
  if (disk.freeBytes >= LITTLE_SPACE_BYTES) return { text };
  return {
    text,
    warnings: [
      l10n.t(
        "The engine's disk has only {0} free: depots and tarballs take gigabytes. See what uses it with docker system df; docker system prune removes what nobody needs.",
        formatBytes(disk.freeBytes),
      ),
    ],
  };
}

/** Pure: the image with digest and age, or what pulling it will take. */
function describeImage(name: string, image: ImageInfo | undefined, now: number): Found {
  if (image === undefined) {
    const bytes = estimatedBytes(name);
    return {
      text: l10n.t('{0} is not there yet', name),
      warnings: [
        bytes === undefined
          ? l10n.t('The first build will pull {0}. To have it beforehand: docker pull {0}', name)
          : l10n.t(
              'The first build will pull {0} (about {1} unpacked). To have it beforehand: docker pull {0}',
              name,
              formatBytes(bytes),
            ),
      ],
    };
  }
  const days = ageInDays(image, now);
  const age = days === undefined ? [] : [madeInWords(days)];
  const text = [name, formatBytes(image.bytes), ...age, image.digest ?? image.id].join(', ');
  if (days === undefined || days < OLD_IMAGE_DAYS || estimatedBytes(name) === undefined) return { text };
  return {
    text,
    warnings: [
      l10n.t(
        'The image {0} is {1} days old; Kaggle makes a new one about every two weeks. To renew it: docker pull {0}',
        name,
        days,
      ),
    ],
  };
}

function madeInWords(days: number): string {
  if (days < 1) return l10n.t('made today');
  return days === 1 ? l10n.t('made 1 day ago') : l10n.t('made {0} days ago', days);
}

function ageInDays({ createdAt }: ImageInfo, now: number): number | undefined {
  const made = Date.parse(createdAt ?? '');
  // Images built to be reproducible say 1970 or 1980.
  if (Number.isNaN(made) || made < Date.UTC(2000, 0)) return undefined;
  return Math.max(0, Math.floor((now - made) / DAY_MS));
}

async function describeGpu(
  engine: Engine,
  image: string | undefined,
  { accelerator }: Requirements,
  ports: Ports,
): Promise<Found> {
  if (image === undefined) return { text: l10n.t('not known before the image is there') };
  const probe = await probeGpu(engine, { image, memory: ports.gpuMemory });
  if (probe.found !== undefined)
    return { text: gpuInWords({ way: probe.found.way, devices: [...probe.found.devices] }) };
  const text = l10n.t('none ({0})', refusalsInWords(probe));
  if (accelerator === 'none') return { text };
  return {
    text,
    warnings: [
      l10n.t(
        'The project asks Kaggle for {0}, and the engine gives no GPU: it is tested without one. For an NVIDIA card, install the NVIDIA Container Toolkit where the engine runs, or use an engine that has one (DOCKER_HOST).',
        accelerator,
      ),
    ],
  };
}

async function describeAccount(ports: Ports, signal: AbortSignal): Promise<Found> {
  const kaggle = await ports.kaggle();
  const { username, source } = await kaggle.account.get(signal);
  return { text: l10n.t('{0} at {1}, by {2}', username, kaggle.apiUrl, source), warnings: kaggle.warnings };
}
