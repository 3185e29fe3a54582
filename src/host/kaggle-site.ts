import { nonEmpty } from '../base/non-empty.ts';
import type { Site } from '../kaggle/site.ts';
import { readSettings } from './settings.ts';

/** The web pages that belong to the Kaggle in use; nobody is asked. */
export async function kaggleSite(): Promise<Site> {
  const [{ Site: Pages }, { KAGGLE_API_URL }] = await Promise.all([
    import('../kaggle/site.ts'),
    import('../core/pipeline/ports.ts'),
  ]);
  const apiUrl = readSettings().apiUrl ?? nonEmpty(process.env['JULIA_KAGGLE_API_URL']) ?? KAGGLE_API_URL;
  return new Pages(apiUrl, process.env['JULIA_KAGGLE_SITE_URL']);
}
