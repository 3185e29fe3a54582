import type { ImageInfo } from '../../../docker/engine.ts';
import { isKaggleRepository } from './kaggle-image.ts';

/**
 * Pure: what Kaggle is told to run the notebook in, `gcr.io/kaggle-images/python@sha256:…`, so that it is the image of
 * the test (kaggle-api 4.9); undefined when Kaggle does not know the image: not its own, or without a digest.
 */
export function pinnedImage({ digest }: Partial<Pick<ImageInfo, 'digest'>>): string | undefined {
  const [repository = '', hash = ''] = digest?.split('@') ?? [];
  return isKaggleRepository(repository) && /^sha256:[0-9a-f]{64}$/.test(hash) ? digest : undefined;
}
