/** Pure: how the lines of a text end: as the first one does, `\n` where there is none. */
export function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/**
 * Pure: a text with a block of lines at its end, after an empty line, with the text's own line ends.
 * @param block Whole lines, each ended by `\n`.
 */
export function withBlock(text: string, block: string): string {
  const gap = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
  return `${text}${`${gap}${block}`.replaceAll('\n', lineEndOf(text))}`;
}
