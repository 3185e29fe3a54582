import * as z from 'zod/mini';
import type {
  Container,
  ContainerSpec,
  Engine,
  EngineInfo,
  ImageInfo,
  ImageRecipe,
  Labels,
  PullProgress,
  VolumeInfo,
} from './engine.ts';
import { type AbortableCalls, ask, type EngineLink } from './engine-link.ts';
import { buildImage } from './build-image.ts';
import { findImage, pullImage } from './images.ts';
import { requireNvidiaRuntime } from './gpu-unavailable.ts';
import { removeContainer } from './remove-container.ts';
import { ensureVolume, findVolume, labelFilters, listVolumes, removeVolume } from './volumes.ts';
import { withContainer } from './with-container.ts';

/** The engine port over dockerode: each method is one small function in a file of its own kind. */
export class DockerodeEngine implements Engine {
  constructor(private readonly link: EngineLink) {}

  get address(): string {
    return this.link.address;
  }

  info(signal: AbortSignal): Promise<EngineInfo> {
    return engineInfo(this.link, signal);
  }

  findImage(name: string, signal: AbortSignal): Promise<ImageInfo | undefined> {
    return findImage(this.link, name, signal);
  }

  pullImage(
    name: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<ImageInfo> {
    return pullImage(this.link, name, onProgress, signal);
  }

  buildImage(recipe: ImageRecipe, onLine: (line: string) => void, signal: AbortSignal): Promise<ImageInfo> {
    return buildImage(this.link, recipe, onLine, signal);
  }

  ensureVolume(name: string, labels: Labels, signal: AbortSignal): Promise<void> {
    return ensureVolume(this.link, name, labels, signal);
  }

  findVolume(name: string, signal: AbortSignal): Promise<VolumeInfo | undefined> {
    return findVolume(this.link, name, signal);
  }

  removeVolume(name: string): Promise<void> {
    return removeVolume(this.link, name);
  }

  listVolumes(labels: Labels, signal: AbortSignal): Promise<readonly VolumeInfo[]> {
    return listVolumes(this.link, labels, signal);
  }

  async withContainer<T>(
    spec: ContainerSpec,
    signal: AbortSignal,
    use: (container: Container) => Promise<T>,
  ): Promise<T> {
    if (spec.gpu === 'runtime') requireNvidiaRuntime(await this.info(signal));
    return withContainer(this.link, spec, signal, use);
  }

  removeContainers(labels: Labels, signal: AbortSignal): Promise<number> {
    return removeContainers(this.link, labels, signal);
  }
}

const infoAnswer = z.object({
  ServerVersion: z.string(),
  OSType: z.string(),
  Architecture: z.string(),
  NCPU: z.number(),
  MemTotal: z.number(),
  Runtimes: z.nullish(z.record(z.string(), z.unknown())),
  Name: z.optional(z.string()),
  DockerRootDir: z.optional(z.string()),
});
const versionAnswer = z.object({ ApiVersion: z.string() });

async function engineInfo(link: EngineLink, signal: AbortSignal): Promise<EngineInfo> {
  return ask(link, { doing: 'tell about itself' }, signal, async () => {
    const calls: AbortableCalls = link.docker;
    const options = { abortSignal: signal };
    const [infos, versions] = await Promise.all([calls.info(options), calls.version(options)]);
    const info = infoAnswer.parse(infos);
    return {
      version: info.ServerVersion,
      apiVersion: versionAnswer.parse(versions).ApiVersion,
      platform: `${info.OSType}/${info.Architecture}`,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      runtimes: Object.keys(info.Runtimes ?? {}),
      ...(info.Name === undefined ? {} : { hostName: info.Name }),
      ...(info.DockerRootDir === undefined ? {} : { dataFolder: info.DockerRootDir }),
    };
  });
}

const containersAnswer = z.array(z.object({ Id: z.string() }));

async function removeContainers(link: EngineLink, labels: Labels, signal: AbortSignal): Promise<number> {
  // An empty filter would match every container of the machine.
  if (Object.keys(labels).length === 0) throw new Error('removeContainers needs a label.');
  return ask(link, { doing: 'remove containers that an earlier run left' }, signal, async () => {
    const filters = { label: labelFilters(labels) };
    const answer: unknown = await link.docker.listContainers({ all: true, filters, abortSignal: signal });
    const containers = containersAnswer.parse(answer);
    await Promise.all(containers.map(({ Id }) => removeContainer(link.docker.getContainer(Id))));
    return containers.length;
  });
}
