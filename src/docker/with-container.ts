import * as l10n from '@vscode/l10n';
import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { throwIfAborted } from '../base/abort.ts';
import { containerOptions } from './container-options.ts';
import { DockerodeContainer } from './dockerode-container.ts';
import type { Container, ContainerSpec, Labels } from './engine.ts';
import { ask, type EngineLink, orAborted, withinMs } from './engine-link.ts';
import { gpuFailed } from './gpu-unavailable.ts';
import { imageMissing } from './images.ts';
import { KAGGLE_PLATFORM } from './platform.ts';
import { statusOf } from './translate-error.ts';

/** How long a cancelled run waits for the engine to answer a create, and for `work` to notice. */
const GRACE_MS = 5_000;

/** What a container gets besides what is asked for. */
interface Making {
  readonly labels: Labels;
  /** The engine's machine, as it is named to containers that have a network. */
  readonly host: string | undefined;
}

/** See `EngineContainers.use`. */
export async function useContainer<T>(
  link: EngineLink,
  spec: ContainerSpec,
  made: Making,
  work: (container: Container) => Promise<T>,
): Promise<T> {
  const container = await createContainer(link, spec, made);
  let using: Promise<unknown> = Promise.resolve();
  try {
    return await orAborted(link.signal, () => {
      const result = work(new DockerodeContainer(link, container, spec.gpu));
      using = result;
      return result;
    });
  } finally {
    // What cannot be removed now carries its labels and is removed by the next run (`EngineContainers.remove`); the error
    // that is on its way, or the result, matters more.
    await removeContainer(container).catch(() => undefined);
    // Cancelled: the container is gone, so `work` comes to its end; nothing of it may go on behind the caller's back.
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
  { labels, host }: Making,
): Promise<Dockerode.Container> {
  const { signal } = link;
  throwIfAborted(signal);
  const creating = link.docker.createContainer(requestFor(containerOptions(spec, labels, host)));
  const attempt = {
    failure: l10n.t('The Docker engine could not create a container of the image {0}.', spec.image),
    explain: (answer) => {
      if (answer.status === 404) return imageMissing(spec.image, answer);
      return spec.gpu === undefined ? undefined : gpuFailed(spec.gpu, answer);
    },
  } satisfies Parameters<typeof ask>[1];
  try {
    return await ask(link, attempt, () => creating);
  } catch (error) {
    if (signal.aborted) await withinMs(GRACE_MS, () => creating.then(removeContainer).catch(() => undefined));
    throw error;
  }
}

/**
 * What docker-modem makes of members of these names: address and body. Without them all options are in the address too,
 * where a log of the engine's may keep them.
 */
function requestFor(options: Dockerode.ContainerCreateOptions): Dockerode.ContainerCreateOptions {
  const request: object = { _query: { platform: KAGGLE_PLATFORM }, _body: options };
  return request;
}

const REMOVAL_TRIES = 8;
const REMOVAL_PAUSE_MS = 250;
const REMOVAL_LIMIT_MS = 20_000;

/**
 * Kills and removes a container with its anonymous volumes. A container that is gone already is fine. The engine at
 * times refuses for a moment (409 while another removal is in progress, 500 while a mount is busy), so it is asked
 * again. Nothing cancels this: it is what cancelling does.
 * @throws what dockerode throws, after the last try or when the engine cannot be reached.
 */
export async function removeContainer(container: Dockerode.Container): Promise<void> {
  for (let left = REMOVAL_TRIES - 1; ; left -= 1) {
    try {
      await withinMs(REMOVAL_LIMIT_MS, (abortSignal) =>
        container.remove({ force: true, v: true, abortSignal }),
      );
      return;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return;
      if (status === undefined || left === 0) throw error;
    }
    await sleep(REMOVAL_PAUSE_MS);
  }
}
