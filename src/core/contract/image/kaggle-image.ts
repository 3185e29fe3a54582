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
export function isKaggleRepository(repository: string): boolean {
  return repository === CPU_IMAGE || repository === GPU_IMAGE;
}

/** Bytes that the image will take on the engine's disk; undefined for images that nothing is known of. */
export function estimatedBytes(image: string): number | undefined {
  const repository = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return isKaggleRepository(repository) ? KAGGLE_IMAGE_BYTES : undefined;
}
