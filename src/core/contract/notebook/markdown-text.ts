/** Characters that show nothing, end a line, or turn the direction of the text around them (Unicode Annex 9). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Pure: whether a text has characters that a reader does not see as what they are. */
export function hasUnseen(text: string): boolean {
  return text.search(UNSEEN) >= 0;
}

/** Pure: foreign text that stands in markdown as it is: no HTML, no address of a picture or link, on one line. */
export function markdownText(text: string): string {
  return text
    .replace(UNSEEN, '\ufffd')
    .replace(/[\\`*_{}[\]()#!|~$:@]/g, '\\$&')
    .replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Pure: foreign text as code in markdown, where no sign but the backtick means anything. */
export function codeSpan(text: string): string {
  return `\`${text.replace(UNSEEN, '\ufffd').replaceAll('`', "'")}\``;
}
