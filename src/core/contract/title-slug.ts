/** Pure: the slug that Kaggle derives from a title: lower-case, everything but letters and digits a dash (kaggle-api 4.1). */
export function titleSlug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
