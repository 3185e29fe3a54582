import * as l10n from '@vscode/l10n';
import { defined } from '../base/defined.ts';
import * as z from 'zod/mini';
import type { Container, ContainerSpec, Engine, EngineBinding, EngineInfo, Labels } from './engine.ts';
import { type AbortableCalls, ask, type EngineLink } from './engine-link.ts';
import { buildImage } from './build-image.ts';
import { findImage, pullImage } from './images.ts';
import { hostAddress } from './host-address.ts';
import { requireNvidiaRuntime } from './gpu-unavailable.ts';
import {
  ensureVolume,
  findVolume,
  hasLabels,
  labelFilters,
  listVolumes,
  removeVolume,
  volumeSizes,
} from './volumes.ts';
import { removeContainer, useContainer } from './with-container.ts';

/** The engine port over dockerode: each method is one small function in a file of its own kind. */
export function dockerodeEngine(
  link: EngineLink,
  { labels = {}, limits }: Omit<EngineBinding, 'signal'> = {},
): Engine {
  let known: EngineInfo | undefined;
  const info = async (): Promise<EngineInfo> => (known = await engineInfo(link));
  return {
    address: link.address,
    signal: link.signal,
    info,
    container: {
      use: async (spec, work) => {
        if (spec.gpu === 'runtime') requireNvidiaRuntime(await info());
        const defaults = limits?.(known ?? (await info()));
        const host = spec.network === 'bridge' ? await hostAddress(link, known ?? (await info())) : undefined;
        return useContainer(link, { ...defaults, ...spec }, { labels, host }, async (container) => {
          await verifyMounts(spec, container);
          return work(container);
        });
      },
      remove: (wanted) => removeContainers(link, wanted),
    },
    image: {
      find: (name) => findImage(link, name),
      pull: (name, onProgress) => pullImage(link, name, onProgress),
      build: (recipe, onLine) => buildImage(link, recipe, onLine),
    },
    volume: {
      ensure: (name, own, owner) =>
        ensureVolume(link, name, { ...own, ...(owner === 'nobody' ? {} : labels) }),
      find: (name) => findVolume(link, name),
      remove: (name) => removeVolume(link, name),
      list: (wanted) => listVolumes(link, wanted),
      sizes: () => volumeSizes(link),
    },
    bound: ({ signal = link.signal, ...more }) =>
      dockerodeEngine({ ...link, signal }, { limits, ...more, labels: { ...labels, ...more.labels } }),
  };
}

/** Verifies all mounts, so that a retry refills every one that was changed. @throws the first error. */
async function verifyMounts({ mounts = [] }: ContainerSpec, container: Container): Promise<void> {
  const wrong: unknown[] = [];
  for (const { verify, target } of mounts)
    await verify?.(container, target).catch((error: unknown) => wrong.push(error));
  if (wrong.length > 0) throw wrong[0];
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
  /** Podman alone tells it here. */
  Rootless: z.optional(z.boolean()),
});
const versionAnswer = z.object({
  ApiVersion: z.string(),
  Components: z.nullish(z.array(z.object({ Name: z.string(), Version: z.string() }))),
});

async function engineInfo(link: EngineLink): Promise<EngineInfo> {
  return ask(link, { failure: l10n.t('The Docker engine could not tell about itself.') }, async () => {
    const calls: AbortableCalls = link.docker;
    const options = { abortSignal: link.signal };
    const [infos, versions] = await Promise.all([calls.info(options), calls.version(options)]);
    const info = infoAnswer.parse(infos);
    const version = versionAnswer.parse(versions);
    const podman = version.Components?.find(({ Name }) => Name === 'Podman Engine')?.Version;
    return {
      version: info.ServerVersion,
      apiVersion: version.ApiVersion,
      platform: `${info.OSType}/${info.Architecture}`,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      runtimes: Object.keys(info.Runtimes ?? {}),
      ...defined({ hostName: info.Name, dataFolder: info.DockerRootDir, podman }),
      ...(info.Rootless === true && { isRootless: true }),
    };
  });
}

const containersAnswer = z.array(
  z.object({ Id: z.string(), Labels: z.nullish(z.record(z.string(), z.string())) }),
);

async function removeContainers(link: EngineLink, labels: Labels): Promise<number> {
  // An empty filter would match every container of the machine.
  if (Object.keys(labels).length === 0) throw new Error('Containers are removed by a label.');
  return ask(
    link,
    { failure: l10n.t('The Docker engine could not remove containers that an earlier run left.') },
    async () => {
      const filters = { label: labelFilters(labels) };
      const options = { all: true, filters, abortSignal: link.signal };
      const answer: unknown = await link.docker.listContainers(options);
      const containers = containersAnswer.parse(answer).filter(({ Labels }) => hasLabels(Labels, labels));
      await Promise.all(containers.map(({ Id }) => removeContainer(link.docker.getContainer(Id))));
      return containers.length;
    },
  );
}
