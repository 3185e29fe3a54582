import type Dockerode from 'dockerode';
import { throwIfAborted } from '../base/abort.ts';
import { containerOptions } from './container-options.ts';
import { DockerodeContainer } from './dockerode-container.ts';
import type { Container, ContainerSpec } from './engine.ts';
import { ask, type EngineLink, orAborted, withinMs } from './engine-link.ts';
import { gpuFailed } from './gpu-unavailable.ts';
import { imageMissing } from './images.ts';
import { removeContainer } from './remove-container.ts';

/** How long a cancelled run waits for the engine to answer a create, and for `use` to notice. */
const GRACE_MS = 5_000;

/** See `Engine.withContainer`. */
export async function withContainer<T>(
  link: EngineLink,
  spec: ContainerSpec,
  signal: AbortSignal,
  use: (container: Container) => Promise<T>,
): Promise<T> {
  const container = await createContainer(link, spec, signal);
  let using: Promise<unknown> = Promise.resolve();
  try {
    return await orAborted(signal, () => {
      const result = use(new DockerodeContainer(link, container, spec.gpu, signal));
      using = result;
      return result;
    });
  } finally {
    // What cannot be removed now carries its labels and is removed by the next run (`removeContainers`); the error
    // that is on its way, or the result, matters more.
    await removeContainer(container).catch(() => undefined);
    // Cancelled: the container is gone, so `use` comes to its end; nothing of it may go on behind the caller's back.
    await withinMs(GRACE_MS, () => using.catch(() => undefined));
  }
}

/**
 * The request itself is never cut: the engine would go on and leave a container that nobody knows of. When it is
 * cancelled, what it made is removed.
 */
async function createContainer(
  link: EngineLink,
  spec: ContainerSpec,
  signal: AbortSignal,
): Promise<Dockerode.Container> {
  throwIfAborted(signal);
  const creating = link.docker.createContainer(containerOptions(spec));
  const attempt = {
    doing: `create a container of the image ${spec.image}`,
    explain: (answer) => {
      if (answer.status === 404) return imageMissing(spec.image, answer);
      return spec.gpu === undefined ? undefined : gpuFailed(spec.gpu, answer);
    },
  } satisfies Parameters<typeof ask>[1];
  try {
    return await ask(link, attempt, signal, () => creating);
  } catch (error) {
    if (signal.aborted) await withinMs(GRACE_MS, () => creating.then(removeContainer).catch(() => undefined));
    throw error;
  }
}
