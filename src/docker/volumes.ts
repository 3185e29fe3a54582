import * as z from 'zod/mini';
import type { Labels } from './engine.ts';
import { ask, type EngineLink } from './engine-link.ts';
import { unlessMissing } from './translate-error.ts';

/** Creating a volume that is there already leaves it as it is, so this needs no look beforehand. */
export async function ensureVolume(
  link: EngineLink,
  name: string,
  labels: Labels,
  signal: AbortSignal,
): Promise<void> {
  await ask(link, { doing: `make the volume ${name}` }, signal, () =>
    link.docker.createVolume({ Name: name, Labels: { ...labels }, abortSignal: signal }),
  );
}

/** Whether the engine has a volume of this name. */
export async function hasVolume(link: EngineLink, name: string, signal: AbortSignal): Promise<boolean> {
  const volume: unknown = await ask(link, { doing: `look for the volume ${name}` }, signal, () =>
    unlessMissing(link.docker.getVolume(name).inspect({ abortSignal: signal })),
  );
  return volume !== undefined;
}

/** Part of cleaning up, so nothing can cancel it. */
export async function removeVolume(link: EngineLink, name: string): Promise<void> {
  await ask(link, { doing: `remove the volume ${name}` }, new AbortController().signal, () =>
    unlessMissing<unknown>(link.docker.getVolume(name).remove()),
  );
}

const volumesAnswer = z.object({
  Volumes: z.nullish(
    z.array(z.object({ Name: z.string(), Labels: z.nullish(z.record(z.string(), z.string())) })),
  ),
});

/** Volumes that carry all the labels. */
export async function listVolumes(
  link: EngineLink,
  labels: Labels,
  signal: AbortSignal,
): Promise<readonly { name: string; labels: Labels }[]> {
  return ask(link, { doing: 'list its volumes' }, signal, async () => {
    const filters = { label: labelFilters(labels) };
    const answer: unknown = await link.docker.listVolumes({ filters, abortSignal: signal });
    const volumes = volumesAnswer.parse(answer).Volumes ?? [];
    return volumes.map((volume) => ({ name: volume.Name, labels: volume.Labels ?? {} }));
  });
}

/** Labels as the engine's filter `label` takes them: `name=value`. */
export function labelFilters(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}
