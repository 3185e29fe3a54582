/** A longer line says no more to a person, and costs the page. */
const LINE_CHARACTERS = 2_000;
const TEXT_CHARACTERS = 8_000;
/** What is looked at of a text at all. */
const LOOKED_AT = 1_000_000;

/** What a terminal takes as commands: CSI, OSC and the short ones (ECMA-48 sections 5.3, 5.4 and 5.6). */
const TERMINAL_COMMANDS = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
    String.raw`\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?`,
    String.raw`\x1b[ -/]*[0-~]`,
  ].join('|'),
  'g',
);
/** Characters that turn the direction of the text around them (Unicode Annex 9). */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/g;
const LONE_SURROGATES = /[\ud800-\udfff]/gu;

/**
 * Pure: foreign text as it can be shown: without the commands of a terminal, with other control characters made
 * visible, and cut where it is too long. Lines stay.
 */
export function shownText(text: string): string {
  const lines = text.slice(0, LOOKED_AT).split(/\r?\n/).map(shownLine).join('\n');
  return lines.length > TEXT_CHARACTERS ? cut(lines, TEXT_CHARACTERS, text.length) : lines;
}

/** Pure: the same for one line, of which only what was written last over itself is seen, as in a terminal. */
export function shownLine(line: string): string {
  const plain = cut(line, 2 * LINE_CHARACTERS)
    .replaceAll(TERMINAL_COMMANDS, '')
    .replace(/\r+$/, '');
  const seen = plain.slice(plain.lastIndexOf('\r') + 1);
  const visible = seen
    .replaceAll(CONTROLS, picture)
    .replaceAll(BIDI_CONTROLS, codePoint)
    .replaceAll(LONE_SURROGATES, '\ufffd');
  return line.length > LINE_CHARACTERS ? cut(visible, LINE_CHARACTERS, line.length) : visible;
}

/** Pure: a value with every text in it as it can be shown, but for addresses, which are not read but gone to. */
export function shownValue<T>(value: T): T {
  // The shape stays, and so the type.
  return mapTexts(value) as T;
}

function mapTexts(value: unknown): unknown {
  if (typeof value === 'string') return shownText(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === 'url' ? member : mapTexts(member)]),
  );
}

function cut(text: string, length: number, whole = text.length): string {
  if (whole <= length) return text;
  return `${text.slice(0, length)}… (${whole.toLocaleString('en')})`;
}

/** The pictures of control characters in Unicode; where there is none, the code point. */
function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : codePoint(character);
}

function codePoint(character: string): string {
  return `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
