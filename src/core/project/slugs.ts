import { sha256 } from '../../base/hash.ts';
import { titleSlug } from '../contract/title-slug.ts';

const MAX_CHARACTERS = 50;
const HASH_CHARACTERS = 6;

/**
 * A text as Kaggle makes a slug of it. When that loses too much (over 50 characters, letters that are none there) the
 * end is a piece of the full text's hash.
 */
export function slugOf(text: string): string {
  const slug = titleSlug(text);
  if (slug.length <= MAX_CHARACTERS && /^[\x20-\x7e]*$/.test(text)) return slug;
  const head = slug.slice(0, MAX_CHARACTERS - HASH_CHARACTERS - 1).replace(/-$/, '');
  return [head, sha256(text).slice(0, HASH_CHARACTERS)].filter((part) => part !== '').join('-');
}

export interface DatasetSlugs {
  readonly julia: string;
  readonly dotjulia: string;
  readonly 'dotjulia-delta': string;
  readonly inferenceapp: string;
  readonly models: string;
  readonly app: string;
  readonly sysimage: string;
}

/** Julia's dataset is shared by all projects of that version; the others are the project's own. */
export function defaultDatasets(competition: string, name: string, juliaVersion: string): DatasetSlugs {
  const own = (kind: string): string => slugOf(`${competition}-${name}-${kind}`);
  return {
    julia: slugOf(`julia-on-kaggle-julia-${juliaVersion}`),
    dotjulia: own('dotjulia'),
    'dotjulia-delta': own('dotjulia-delta'),
    inferenceapp: own('inferenceapp'),
    models: own('models'),
    app: own('app'),
    sysimage: own('sysimage'),
  };
}

/** A title that is its own slug, so that the notebook is found again under it. */
export function defaultTitle(competition: string, name: string): string {
  return slugOf(`${competition} ${name} julia`);
}
