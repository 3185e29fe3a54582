import { ANCHORS, secretIn } from './secret-forms.ts';

/** How much around an anchor belongs to one secret, in bytes of the file: two bytes a character, escapes, indentation. */
const BEFORE_BYTES = 2 * 1024;
const SECRET_BYTES = 6 * 1024;
/** As much is decoded and looked at at once. */
const WINDOW_BYTES = 24 * 1024;
/** Kept of what was looked at, for a secret on the border of two pieces. */
const OVERLAP_BYTES = BEFORE_BYTES + 2 * SECRET_BYTES;

/** Less than this is not looked at before more is there. */
const PIECE_BYTES = 256 * 1024;

/** Shorter base64 holds no secret of any form. */
const LEAST_BASE64 = 40;
/** Of longer base64 it is known where it begins, unless a piece begins in the middle of it. */
const SHORT_BASE64 = 4 * 1024;
/** Base64 in base64, as in a configuration of Kubernetes that somebody encoded; no deeper. */
const MOST_LAYERS = 2;

/** UTF-16 and UTF-32 put zeros between the characters of ASCII. To compile this takes longer than to search most files. */
const ANCHORS_OF_BYTES = anchorsWith('\\0{0,3}');
/** For what has no zeros. */
const ANCHORS_OF_TEXT = anchorsWith('');

function anchorsWith(between: string): RegExp {
  return new RegExp(ANCHORS.map((anchor) => Array.from(anchor, escaped).join(between)).join('|'), 'g');
}

/**
 * Searches a file for secrets while it is read, in constant memory and in a time that grows with its length alone:
 * each byte is looked at for anchors once, and decoded at most twice. What it sees through: UTF-16, escapes as in JSON,
 * indentation, base64.
 */
export class SecretSearch {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #found: string | undefined;

  /** The next bytes of the file, as many as it likes. */
  update(piece: Buffer): void {
    if (this.#found !== undefined) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes >= PIECE_BYTES) this.#search();
  }

  /** When all bytes were given: what was found, in words that complete "looks like ..."; undefined: nothing. */
  end(): string | undefined {
    if (this.#found === undefined) this.#search();
    return this.#found;
  }

  #search(): void {
    const bytes = Buffer.concat(this.#pieces);
    this.#found = searched(bytes, MOST_LAYERS);
    // A copy, so that the piece itself can go.
    this.#pieces = [Buffer.from(bytes.subarray(Math.max(0, bytes.length - OVERLAP_BYTES)))];
    this.#bytes = 0;
  }
}

/** Pure: what secret there is in a text. */
export function secretInText(text: string): string | undefined {
  const search = new SecretSearch();
  search.update(Buffer.from(text));
  return search.end();
}

function searched(bytes: Buffer, layers: number): string | undefined {
  const text = bytes.toString('latin1');
  const anchors = text.includes('\0') ? ANCHORS_OF_BYTES : ANCHORS_OF_TEXT;
  let at = 0;
  for (;;) {
    anchors.lastIndex = at;
    const anchor = anchors.exec(text);
    if (anchor === null) break;
    const found = secretIn(
      plain(text.slice(Math.max(0, anchor.index - BEFORE_BYTES), anchor.index + WINDOW_BYTES)),
    );
    if (found !== undefined) return found;
    at = anchor.index + WINDOW_BYTES - SECRET_BYTES;
  }
  if (layers === 0) return undefined;
  for (const inner of decodedBase64(isWide(bytes) ? Buffer.from(withoutZeros(text), 'latin1') : bytes)) {
    const found = searched(inner, layers - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Pure: a piece of a file as a person would read it: without the zeros of UTF-16 and the escapes of JSON. */
function plain(text: string): string {
  return withoutZeros(text)
    .replace(/\\{1,8}u00([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\{1,8}[nr]/g, '\n')
    .replace(/\\{1,8}t/g, ' ')
    .replace(/\\{1,8}(["'/])/g, '$1');
}

/** Zeros that stand alone stay: they end a word. */
function withoutZeros(text: string): string {
  if (!text.includes('\0')) return text;
  return text.replace(/([\t\n\r\x20-\x7e])\0{1,3}(?=[\t\n\r\x20-\x7e]\0)/g, '$1');
}

/** Whether it is UTF-16 or UTF-32 of ASCII, by a look at its beginning; nothing but zeros is neither. */
function isWide(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 1024);
  const zeros = start.filter((byte) => byte === 0).length / start.length;
  return zeros > 0.3 && zeros < 0.8;
}

/** For each byte whether it is a character of base64, in the one alphabet or the other. */
const IS_BASE64 = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/_-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** What the base64 in these bytes stands for: all that is short in one, so that much of it takes no longer. */
function decodedBase64(bytes: Buffer): Buffer[] {
  const short: Buffer[] = [];
  const long: Buffer[] = [];
  for (const { from, text } of base64Of(bytes)) {
    if (/^[0-9a-f]*$/i.test(text)) continue;
    const isLong = text.length > SHORT_BASE64;
    for (const shift of isLong && from > 0 ? [0] : [0, 1, 2, 3])
      (isLong ? long : short).push(Buffer.from(text.slice(shift), 'base64'), SEPARATOR);
  }
  return [Buffer.concat(short), ...long].filter(({ length }) => length > SEPARATOR.length);
}

const SEPARATOR = Buffer.from('\n');

/** The runs of base64, each with the lines that go on with it. Linear: a byte is looked at twice at most. */
function* base64Of(bytes: Buffer): Generator<{ readonly from: number; readonly text: string }> {
  let from = 0;
  while (from + LEAST_BASE64 <= bytes.length) {
    let back = from + LEAST_BASE64 - 1;
    while (back >= from && isBase64(bytes, back)) back -= 1;
    if (back >= from) {
      from = back + 1;
      continue;
    }
    let end = endOfRun(bytes, from + LEAST_BASE64);
    const lines = [bytes.toString('latin1', from, end)];
    for (let next = nextLine(bytes, end); next !== undefined; next = nextLine(bytes, end)) {
      end = endOfRun(bytes, next);
      if (end === next) break;
      lines.push(bytes.toString('latin1', next, end));
    }
    yield { from, text: lines.join('') };
    from = end;
  }
}

function isBase64(bytes: Buffer, at: number): boolean {
  return IS_BASE64[bytes[at] ?? 0] === 1;
}

function endOfRun(bytes: Buffer, from: number): number {
  let end = from;
  while (end < bytes.length && isBase64(bytes, end)) end += 1;
  return end;
}

/** Where the next line begins, when only an end of line, as such or escaped, and indentation or quotes are between. */
function nextLine(bytes: Buffer, end: number): number | undefined {
  const between = /^["',]{0,3}(?:\r?\n|(?:\\r)?\\n)[ \t"',#|>\n]{0,40}/.exec(
    bytes.toString('latin1', end, end + 50),
  )?.[0];
  return between === undefined ? undefined : end + between.length;
}

function escaped(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&');
}
