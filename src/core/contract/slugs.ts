import { sha256 } from '../../base/hash.ts';
import { datasetTemplate, eachPart, type PartKind } from '../packing.ts';

const MAX_CHARACTERS = 50;
const HASH_CHARACTERS = 6;

/** Pure: the slug that Kaggle derives from a title: lower-case, everything but letters and digits a dash (kaggle-api 4.1). */
export function titleSlug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/**
 * A text as Kaggle makes a slug of it. When that loses too much (over 50 characters, letters that are none there) the
 * end is a piece of the full text's hash.
 */
function slugOf(text: string): string {
  const slug = titleSlug(text);
  if (slug.length <= MAX_CHARACTERS && /^[\x20-\x7e]*$/.test(text)) return slug;
  const head = slug.slice(0, MAX_CHARACTERS - HASH_CHARACTERS - 1).replace(/-$/, '');
  return `${head}-${sha256(text).slice(0, HASH_CHARACTERS)}`;
}

/** The names of the datasets where JuliaKaggle.toml gives none; Julia's is shared by all projects of that version. */
export function defaultDatasets(
  competition: string,
  name: string,
  juliaVersion: string,
): Readonly<Record<PartKind, string>> {
  const words = { competition, package: name, version: juliaVersion };
  return eachPart((kind) =>
    slugOf(
      datasetTemplate(kind).replace(
        /<(competition|package|version)>/g,
        (_, word: keyof typeof words) => words[word],
      ),
    ),
  );
}

/** A title that is its own slug, so that the notebook is found again under it. */
export function defaultTitle(competition: string, name: string): string {
  return slugOf(`${competition} ${name} julia`);
}
