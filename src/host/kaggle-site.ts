import type { Site } from '../kaggle/site.ts';
import { readSettings } from './settings.ts';

/** The web pages that belong to the Kaggle in use; nobody is asked. */
export async function kaggleSite(): Promise<Site> {
  const [{ Site: Pages }, { kaggleAddresses }] = await Promise.all([
    import('../kaggle/site.ts'),
    import('../core/pipeline/ports.ts'),
  ]);
  const { apiUrl, siteUrl } = kaggleAddresses(readSettings(), process.env);
  return new Pages(apiUrl, siteUrl);
}
