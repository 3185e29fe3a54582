import { isOwnServer } from '../base/addresses.ts';
import { defined } from '../base/defined.ts';
import { nonEmpty } from '../base/non-empty.ts';
import type { Variables } from '../base/programs.ts';

const KAGGLE_API_URL = 'https://api.kaggle.com';

/** The addresses of the Kaggle in use. */
export function kaggleAddresses(
  { apiUrl }: { readonly apiUrl?: string | undefined },
  environment: Variables,
): { readonly apiUrl: string; readonly siteUrl?: string } {
  const siteUrl = nonEmpty(environment['JULIA_KAGGLE_SITE_URL']);
  return {
    apiUrl: apiUrl ?? nonEmpty(environment['JULIA_KAGGLE_API_URL']) ?? KAGGLE_API_URL,
    ...defined({ siteUrl }),
  };
}

/** Pure: whether the Kaggle in use is one on this machine: what goes to it leaves nothing. */
export function isPractice(...given: Parameters<typeof kaggleAddresses>): boolean {
  return isOwnServer(kaggleAddresses(...given).apiUrl);
}
