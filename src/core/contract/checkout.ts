import type { Engine, VolumeMount } from '../../docker/engine.ts';
import { besideVolumes } from '../../docker/filled-volume.ts';
import { tarText } from '../../docker/tar-files.ts';

/** Label of everything in an engine that is one checkout's own, with its random id. */
export const CHECKOUT_LABEL = 'julia-kaggle.checkout';

/** Removes the volumes of a kind, by its label, that a checkout has besides this one. */
export async function removeOtherVolumes(
  engine: Engine,
  name: string,
  kind: Readonly<Record<string, string>>,
  checkout: string,
): Promise<void> {
  for (const volume of await engine.volume.list({ [CHECKOUT_LABEL]: checkout, ...kind }))
    if (volume.name !== name) await engine.volume.remove(volume.name);
}

/** The id that whoever fills a volume writes into it last; undefined while one is at work, or where none came to its end. */
export function stampIn(
  engine: Engine,
  look: {
    readonly image: string;
    readonly mount: Omit<VolumeMount, 'readOnly'>;
    /** Absolute path of the file with the id. */
    readonly stamp: string;
  },
): Promise<string | undefined> {
  const mounts = [{ ...look.mount, readOnly: true }];
  return besideVolumes(engine, { image: look.image, mounts }, async (container) => {
    if (!(await container.has(look.stamp))) return undefined;
    return (await tarText(await container.getArchive(look.stamp), 1024)).trim();
  });
}
