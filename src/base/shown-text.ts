/** A longer line says no more to a user, and costs the page. */
const LINE_CHARACTERS = 2_000;
const TEXT_CHARACTERS = 8_000;
/** What is looked at of a text for the page at all. */
const LOOKED_AT = 1_000_000;

/**
 * What a terminal takes as commands (ECMA-48 sections 5.3 to 5.6), in the 7-bit forms and in the 8-bit ones: CSI, strings
 * (OSC, DCS, SOS, PM, APC) and the short ones. A string goes with its content only where it is closed and is one word, as
 * links and the usual settings are: else what one name opens and another closes would take away the words between them.
 */
const TERMINAL_COMMANDS = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]{0,64}[@-~]`,
    String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[!-~]{0,2000}(?:\x07|\x1b\\|\x9c)`,
    String.raw`\x1b[ -/]{0,2}[0-OQ-WYZ\\\x60-~]`,
  ].join('|'),
  'g',
);

/**
 * Characters that do something, are not seen, or are none: controls, separators of lines and paragraphs, what turns the
 * direction of text (Unicode Annex 9) or has no width (Default_Ignorable_Code_Point), halves of pairs. Tab and newline
 * stay, and so do the selectors that make a picture of the character before them.
 */
const UNFIT =
  /(?!\t|\n|\ufe0e|\ufe0f)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/**
 * Pure: text of a stranger as it can be shown anywhere: without the commands of a terminal, and with other characters
 * that are not seen made visible. Lines and tabs stay, nothing is cut.
 */
export function shownText(text: string): string {
  return text.replaceAll(TERMINAL_COMMANDS, '').replaceAll('\r\n', '\n').replaceAll(UNFIT, visible);
}

/**
 * Pure: JSON on one line, of which the same value comes when it is read, without a character that a terminal could obey:
 * JSON.stringify escapes the control characters of ASCII alone.
 */
export function shownJson(value: object): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // By units: a character beyond the first 65,536 is two escapes in JSON.
  return JSON.stringify(value).replaceAll(UNFIT, (found) => found.split('').map(escaped).join(''));
}

/** Pure: the same on one line, e.g. a cell of a table. */
export function shownOnOneLine(text: string): string {
  return shownText(text.trim().replaceAll(/\s+/g, ' '));
}

/** Pure: a line of a log, of which only what was written last over it is seen, as in a terminal. */
export function shownLine(line: string): string {
  const seen = cut(line, 2 * LINE_CHARACTERS)
    .replaceAll(TERMINAL_COMMANDS, '')
    .replace(/\r+$/, '');
  const shown = shownText(seen.slice(seen.lastIndexOf('\r') + 1)).replaceAll('\n', '␊');
  return line.length > LINE_CHARACTERS ? cut(shown, LINE_CHARACTERS, line.length) : shown;
}

/**
 * Pure: a value for the page, with every text in it as it can be shown and cut where it is too long; but for addresses,
 * which are not read but gone to.
 */
export function shownValue<T>(value: T): T {
  // The shape stays, and so the type.
  return mapTexts(value) as T;
}

function mapTexts(value: unknown): unknown {
  if (typeof value === 'string') return shortened(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === 'url' ? member : mapTexts(member)]),
  );
}

function shortened(text: string): string {
  const lines = shownText(text.slice(0, LOOKED_AT))
    .split('\n')
    .map((line) => cut(line, LINE_CHARACTERS))
    .join('\n');
  return cut(lines, TEXT_CHARACTERS, Math.max(text.length, lines.length));
}

function cut(text: string, length: number, whole = text.length): string {
  if (whole <= length) return text;
  // Not in the middle of a pair.
  return `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}… (${whole.toLocaleString('en')})`;
}

/** The pictures of control characters in Unicode; where there is none, the code point. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
