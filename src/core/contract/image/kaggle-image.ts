import * as l10n from '@vscode/l10n';
import { UserError } from '../../../base/errors.ts';
import { formatBytes } from '../../../base/format.ts';
import type { DiskSpace } from '../../../docker/disk.ts';
import type { ImageInfo } from '../../../docker/engine.ts';

/** Kaggle's public images (kaggle-api 5.1). */
const CPU_IMAGE = 'gcr.io/kaggle-images/python';
const GPU_IMAGE = 'gcr.io/kaggle-gpu-images/python';

/**
 * What one of them takes on the engine's disk: 23 GB unpacked (docker-python issue 1227, of 2023). The registry tells
 * packed sizes only, and the engine hands on not even those before it pulls.
 */
export const KAGGLE_IMAGE_BYTES = 23e9;

/** The image in which Kaggle runs a notebook with this accelerator. */
export function kaggleImageFor(accelerator: string): string {
  return accelerator === 'none' ? CPU_IMAGE : GPU_IMAGE;
}

/** Whether a repository, without tag or digest, is one of Kaggle's. */
function isKaggleRepository(repository: string): boolean {
  return repository === CPU_IMAGE || repository === GPU_IMAGE;
}

/** Bytes that the image will take on the engine's disk; undefined for images that nothing is known of. */
export function estimatedBytes(image: string): number | undefined {
  const repository = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return isKaggleRepository(repository) ? KAGGLE_IMAGE_BYTES : undefined;
}

/**
 * Pure: the image that a push asks Kaggle to run the notebook in, `gcr.io/kaggle-images/python@sha256:…`: the one that was
 * tested (kaggle-api 4.9). Undefined for an image that Kaggle does not know: another registry's, or one without a digest.
 */
export function pinnedImage({ digest }: Partial<Pick<ImageInfo, 'digest'>>): string | undefined {
  const [repository = '', hash = ''] = digest?.split('@') ?? [];
  return isKaggleRepository(repository) && /^sha256:[0-9a-f]{64}$/.test(hash) ? digest : undefined;
}

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
    title: l10n.t(
      "The image {0} needs about {1}, and the engine's disk has {2} free.",
      image,
      formatBytes(needed),
      formatBytes(disk.freeBytes),
    ),
    actions: [
      {
        title: l10n.t(
          'Free some space there (docker system df shows what uses it, docker system prune removes what nobody needs), or use an engine with a bigger disk.',
        ),
      },
      {
        title: l10n.t(
          'If you know better: pull it by hand (docker pull {0}), or set {1}=off and run again.',
          image,
          SKIP_DISK_CHECK,
        ),
      },
    ],
  });
}
