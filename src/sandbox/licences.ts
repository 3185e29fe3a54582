/** Names of licences that a dataset may have (kaggle-api 2.5). */
const NAMES = [
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'CC-BY-SA-3.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-NC-SA-4.0',
  'CC-BY-ND-4.0',
  'CC-BY-NC-ND-4.0',
  'GPL-2.0',
  'GPL-3.0',
  'LGPL-3.0',
  'AGPL-3.0',
  'apache-2.0',
  'ODbL-1.0',
  'DbCL-1.0',
  'PDDL',
  'ODC-BY-1.0',
  'CDLA-Permissive-1.0',
  'CDLA-Sharing-1.0',
  'US-Government-Works',
  'copyright-authors',
  'reddit-api',
  'world-bank',
  'other',
  'unknown',
] as const;

/** What a dataset has whose maker names none, as kagglehub does (kaggle-api 2.4). */
const UNNAMED = 'unknown';

/** The licence's own spelling; undefined for a name that is none. */
export function licenceOf(name: string): string | undefined {
  return name === '' ? UNNAMED : NAMES.find((known) => known.toLowerCase() === name.toLowerCase());
}
