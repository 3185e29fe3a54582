/** A notebook's address from its title: lower case, other characters become `-` (kaggle-api 4.1). */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
