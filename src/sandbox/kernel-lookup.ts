import { denied, notFound } from './api-error.ts';
import { newestVersion } from './dataset-versions.ts';
import type { Kernel, KernelVersion, User } from './records.ts';
import type { Store } from './store.ts';

export interface KernelRef {
  readonly userName: string;
  readonly kernelSlug: string;
  /** `v3`; empty: the newest. */
  readonly versionLabel: string;
}

/**
 * The version that a label names: `v3`; none, the newest; the bare number is not understood (kaggle-api 4.2).
 * @throws ApiError 403 for a notebook that is missing or somebody else's, 404 for a missing version
 */
export function findKernel(
  store: Store,
  { userName, kernelSlug, versionLabel }: KernelRef,
  user: User,
  permission: string,
): { kernel: Kernel; version: KernelVersion } {
  const kernel = store.kernels.find(({ owner, slug }) => owner === userName && slug === kernelSlug);
  if (kernel === undefined || (kernel.isPrivate && kernel.owner !== user.username)) throw denied(permission);
  const version =
    versionLabel === ''
      ? newestVersion(kernel)
      : kernel.versions.find((candidate) => `v${candidate.version}` === versionLabel);
  if (version === undefined) throw notFound('Kernel version not found');
  return { kernel, version };
}
