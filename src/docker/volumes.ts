import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import type { Labels, VolumeInfo } from './engine.ts';
import { type AbortableCalls, ask, type EngineLink } from './engine-link.ts';
import { unlessMissing } from './translate-error.ts';

/** Creating a volume that is there already leaves it as it is, so this needs no look beforehand. */
export async function ensureVolume(link: EngineLink, name: string, labels: Labels): Promise<void> {
  await ask(link, { failure: l10n.t('The Docker engine could not make the volume {0}.', name) }, () =>
    link.docker.createVolume({ Name: name, Labels: { ...labels }, abortSignal: link.signal }),
  );
}

const volumeAnswer = z.object({ Name: z.string(), Labels: z.nullish(z.record(z.string(), z.string())) });

/** The volume of this name as the engine has it. */
export async function findVolume(link: EngineLink, name: string): Promise<VolumeInfo | undefined> {
  return ask(
    link,
    { failure: l10n.t('The Docker engine could not look for the volume {0}.', name) },
    async () => {
      const volume = link.docker.getVolume(name);
      const answer: unknown = await unlessMissing(volume.inspect({ abortSignal: link.signal }));
      return answer === undefined ? undefined : infoOf(volumeAnswer.parse(answer));
    },
  );
}

function infoOf({ Name, Labels }: z.infer<typeof volumeAnswer>): VolumeInfo {
  return { name: Name, labels: Labels ?? {} };
}

/** Part of cleaning up, so nothing can cancel it. */
export async function removeVolume(link: EngineLink, name: string): Promise<void> {
  const uncancelled = { ...link, signal: new AbortController().signal };
  await ask(
    uncancelled,
    { failure: l10n.t('The Docker engine could not remove the volume {0}.', name) },
    () => unlessMissing<unknown>(link.docker.getVolume(name).remove()),
  );
}

const volumesAnswer = z.object({ Volumes: z.nullish(z.array(volumeAnswer)) });

/** Volumes that carry all the labels. */
export async function listVolumes(link: EngineLink, labels: Labels): Promise<readonly VolumeInfo[]> {
  return ask(link, { failure: l10n.t('The Docker engine could not list its volumes.') }, async () => {
    const filters = { label: labelFilters(labels) };
    const answer: unknown = await link.docker.listVolumes({ filters, abortSignal: link.signal });
    const volumes = (volumesAnswer.parse(answer).Volumes ?? []).map(infoOf);
    return volumes.filter((volume) => hasLabels(volume.labels, labels));
  });
}

const usageAnswer = z.object({
  Volumes: z.nullish(
    z.array(z.object({ Name: z.string(), UsageData: z.nullish(z.object({ Size: z.number() })) })),
  ),
});

/** Bytes of each volume, as far as the engine says: it gives -1 where it cannot tell. */
export async function volumeSizes(link: EngineLink): Promise<ReadonlyMap<string, number>> {
  return ask(link, { failure: l10n.t('The Docker engine could not measure its volumes.') }, async () => {
    const calls: AbortableCalls = link.docker;
    const answer = await calls.df({ abortSignal: link.signal });
    return new Map(
      (usageAnswer.parse(answer).Volumes ?? []).flatMap(({ Name, UsageData }) =>
        UsageData == null || UsageData.Size < 0 ? [] : [[Name, UsageData.Size] as const],
      ),
    );
  });
}

/** Pure: whether all the wanted labels are there. Podman gives what has any of those that it is asked for. */
export function hasLabels(labels: Labels | null | undefined, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels?.[name] === value);
}

/** Labels as the engine's filter `label` takes them: `name=value`. */
export function labelFilters(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}
