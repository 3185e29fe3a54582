/** What a terminal gives two columns: Chinese, Japanese, Korean, and their forms of Latin and of punctuation. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** Pure: how many columns a text takes in a terminal. */
export function widthOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

/** Pure: a text with spaces behind it, up to that width. */
export function filledTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Pure: a text that is narrower than so many columns; what is too much is cut off its end. */
export function shortenedTo(text: string, columns: number): string {
  if (widthOf(text) < columns) return text;
  let end = Math.min(text.length, columns - 2);
  while (widthOf(text.slice(0, end)) > columns - 2) end -= 1;
  return `${text.slice(0, end)}…`;
}
