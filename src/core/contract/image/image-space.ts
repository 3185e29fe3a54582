import { UserError } from '../../../base/errors.ts';
import { formatBytes } from '../../../base/format.ts';
import type { DiskSpace } from '../../../docker/disk.ts';
import { estimatedBytes } from './kaggle-image.ts';

/** Set to `off`, an image is pulled whatever the disk's free space. */
export const SKIP_DISK_CHECK = 'JULIA_KAGGLE_DISK_CHECK';

/**
 * Pure: why the image cannot be pulled onto this disk; undefined when it fits, or when its size or the disk is not
 * known: then the engine says in its time that the disk is full.
 */
export function noSpaceFor(image: string, disk: DiskSpace | undefined): UserError | undefined {
  const needed = estimatedBytes(image);
  if (needed === undefined || disk === undefined || disk.freeBytes >= needed) return undefined;
  return new UserError({
    code: 'disk-full',
    title: `The image ${image} needs about ${formatBytes(needed)}, and the engine's disk has ${formatBytes(disk.freeBytes)} free.`,
    actions: [
      {
        title:
          'Free some space there (docker system df shows what uses it, docker system prune removes what nobody needs), or use an engine with a bigger disk.',
      },
      {
        title: `If you know better: pull it by hand (docker pull ${image}), or set ${SKIP_DISK_CHECK}=off and run again.`,
      },
    ],
  });
}
