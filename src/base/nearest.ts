/** The word that takes the fewest edits to become `text`, with what the function says each is worth besides. */
export function nearest(text: string, words: readonly string[], distance = editDistance): string | undefined {
  const [best] = words
    .map((word) => ({ word, far: distance(text, word) }))
    .sort((a, b) => a.far - b.far || (a.word < b.word ? -1 : 1));
  return best?.word;
}

/** The same whatever the case of letters. */
export function nearestIgnoringCase(text: string, words: readonly string[]): string | undefined {
  return nearest(text, words, (a, b) => editDistance(a.toLowerCase(), b.toLowerCase()));
}

/** How many letters must be added, removed or changed to make one text the other (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
