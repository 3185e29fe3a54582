import * as z from 'zod/mini';
import type { Labels, VolumeInfo } from './engine.ts';
import { ask, type EngineLink } from './engine-link.ts';
import { unlessMissing } from './translate-error.ts';

/** Creating a volume that is there already leaves it as it is, so this needs no look beforehand. */
export async function ensureVolume(link: EngineLink, name: string, labels: Labels): Promise<void> {
  await ask(link, { doing: `make the volume ${name}` }, () =>
    link.docker.createVolume({ Name: name, Labels: { ...labels }, abortSignal: link.signal }),
  );
}

const volumeAnswer = z.object({ Name: z.string(), Labels: z.nullish(z.record(z.string(), z.string())) });

/** The volume of this name as the engine has it. */
export async function findVolume(link: EngineLink, name: string): Promise<VolumeInfo | undefined> {
  return ask(link, { doing: `look for the volume ${name}` }, async () => {
    const volume = link.docker.getVolume(name);
    const answer: unknown = await unlessMissing(volume.inspect({ abortSignal: link.signal }));
    return answer === undefined ? undefined : infoOf(volumeAnswer.parse(answer));
  });
}

function infoOf({ Name, Labels }: z.infer<typeof volumeAnswer>): VolumeInfo {
  return { name: Name, labels: Labels ?? {} };
}

/** Part of cleaning up, so nothing can cancel it. */
export async function removeVolume(link: EngineLink, name: string): Promise<void> {
  const uncancelled = { ...link, signal: new AbortController().signal };
  await ask(uncancelled, { doing: `remove the volume ${name}` }, () =>
    unlessMissing<unknown>(link.docker.getVolume(name).remove()),
  );
}

const volumesAnswer = z.object({ Volumes: z.nullish(z.array(volumeAnswer)) });

/** Volumes that carry all the labels. */
export async function listVolumes(link: EngineLink, labels: Labels): Promise<readonly VolumeInfo[]> {
  return ask(link, { doing: 'list its volumes' }, async () => {
    const filters = { label: labelFilters(labels) };
    const answer: unknown = await link.docker.listVolumes({ filters, abortSignal: link.signal });
    return (volumesAnswer.parse(answer).Volumes ?? []).map(infoOf);
  });
}

/** Labels as the engine's filter `label` takes them: `name=value`. */
export function labelFilters(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}
