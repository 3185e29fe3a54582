import type { RouteName } from '../../stages.ts';
import { kaggleImageFor } from './kaggle-image.ts';

/**
 * Debian with Python, which the programs that measure a run need, and nothing else: some 45 MB packed. Julia comes as its
 * own tarball, with what it downloads by.
 */
const SMALL_IMAGE = 'docker.io/library/python:3.12-slim-bookworm';
/** The same with curl and git, which Julia before 1.6 downloads by. */
const SMALL_IMAGE_FOR_OLD_JULIA = 'docker.io/library/python:3.12-bookworm';

export interface ImageWishes {
  /** Kaggle's machine shape, or `none`. */
  readonly accelerator: string;
  /** Undefined while it is not known. */
  readonly juliaVersion: string | undefined;
}

const IMAGES: Readonly<Record<RouteName, (wishes: ImageWishes) => string>> = {
  notebook: ({ accelerator }) => kaggleImageFor(accelerator),
  file: ({ juliaVersion }) => (isOld(juliaVersion) ? SMALL_IMAGE_FOR_OLD_JULIA : SMALL_IMAGE),
};

/** Pure: the image of a project that names none. */
export function imageFor(route: RouteName, wishes: ImageWishes): string {
  return IMAGES[route](wishes);
}

function isOld(version = ''): boolean {
  const [, minor] = /^[01]\.(\d+)/.exec(version) ?? [];
  return minor !== undefined && Number(minor) < 6;
}
