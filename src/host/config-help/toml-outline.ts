/** Where something stands in a text: offsets, the end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `['run', 'args', 0]` is the first argument. */
export type KeyPath = readonly (string | number)[];

/** A key with its value, or an item of a list. */
export interface TomlEntry {
  readonly path: KeyPath;
  /** The key as it is written, without its section; of an item of a list, the item. */
  readonly key: Span;
  /** With its quotes; empty where a value is still to be written. */
  readonly value: Span;
}

/** What stands below one `[header]`, or above the first one. */
export interface TomlSection {
  readonly path: KeyPath;
  /** The name between the brackets; empty, at the beginning, for what stands above the first header. */
  readonly header: Span;
  /** From the header's line to the next header. */
  readonly body: Span;
}

export interface TomlOutline {
  readonly entries: readonly TomlEntry[];
  readonly sections: readonly TomlSection[];
}

/**
 * Pure: where each key and value of a TOML file stands. Understands all of TOML 1.0, and goes on after what is no TOML
 * at the next line: a file is looked at while it is written.
 */
export function outlineToml(text: string): TomlOutline {
  return new Outliner(text).outline();
}

/** Pure: the entry of a path; else that of the longest beginning of it that is written down. */
export function entryAt(outline: TomlOutline, path: KeyPath): TomlEntry | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = outline.entries.find((entry) => isSame(entry.path, path.slice(0, length)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Pure: the section whose body has this place. */
export function sectionAt({ sections }: TomlOutline, offset: number): TomlSection | undefined {
  return sections.findLast(({ body }) => body.start <= offset && offset <= body.end);
}

export function isSame(a: KeyPath, b: KeyPath): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

const BARE_KEY = /[A-Za-z0-9_-]+/y;
const SPACE = /[ \t\uFEFF]*/y;
const BLANK = /(?:[ \t\r\n\uFEFF]|#[^\n]*)*/y;
const REST_OF_LINE = /[^\n]*/y;
/** A number, a date, a word; ends before a comment or what ends an item. */
const BARE_VALUE = /[^\n,\]}#]*/y;
const STRINGS = [
  /"""(?:[^\\]|\\[^])*?"{3,5}(?!")/y,
  /'''[^]*?'{3,5}(?!')/y,
  // Without its closing quote it ends with the line.
  /"(?:[^"\\\n]|\\[^\n])*"?/y,
  /'[^'\n]*'?/y,
];

interface Key {
  readonly parts: readonly string[];
  readonly span: Span;
}

class Outliner {
  readonly #entries: TomlEntry[] = [];
  readonly #sections: { path: KeyPath; header: Span; body: { start: number; end: number } }[] = [];
  /** How often each `[[list]]` was begun. */
  readonly #lists = new Map<string, number>();
  #at = 0;

  constructor(private readonly text: string) {}

  outline(): TomlOutline {
    this.#sections.push({
      path: [],
      header: { start: 0, end: 0 },
      body: { start: 0, end: this.text.length },
    });
    for (this.#take(BLANK); this.#at < this.text.length; this.#take(BLANK)) {
      const start = this.#at;
      if (this.#next === '[') this.#header();
      else this.#keyValue(this.#sections.at(-1)?.path ?? []);
      // What is left of the line is a comment or a mistake. (A list that was not closed may end where a line begins.)
      if (this.#at === start || !this.#isLineStart()) this.#take(REST_OF_LINE);
    }
    return { entries: this.#entries, sections: this.#sections };
  }

  #header(): void {
    const start = this.#at;
    const isList = this.text.startsWith('[[', this.#at);
    this.#at += isList ? 2 : 1;
    const key = this.#key();
    const before = this.#sections.at(-1);
    if (before !== undefined) before.body.end = start;
    this.#sections.push({
      path: isList ? this.#nextOfList(key.parts) : this.#resolve(key.parts),
      header: key.span,
      body: { start, end: this.text.length },
    });
  }

  #nextOfList(parts: readonly string[]): KeyPath {
    const path = [...this.#resolve(parts.slice(0, -1)), ...parts.slice(-1)];
    const index = (this.#lists.get(nameOf(path)) ?? -1) + 1;
    this.#lists.set(nameOf(path), index);
    return [...path, index];
  }

  /** In a header, the name of a list stands for its last item. */
  #resolve(parts: readonly string[]): KeyPath {
    return parts.reduce<KeyPath>((path, part) => {
      const here = [...path, part];
      const index = this.#lists.get(nameOf(here));
      return index === undefined ? here : [...here, index];
    }, []);
  }

  /** False when no key stands here. */
  #keyValue(section: KeyPath): boolean {
    const { parts, span } = this.#key();
    if (parts.length === 0) return false;
    this.#take(SPACE);
    const path = [...section, ...parts];
    if (this.#next !== '=') {
      this.#entries.push({ path, key: span, value: { start: span.end, end: span.end } });
      return true;
    }
    this.#at += 1;
    this.#take(SPACE);
    const index = this.#entries.push({ path, key: span, value: span }) - 1;
    this.#entries[index] = { path, key: span, value: this.#value(path) };
    return true;
  }

  #value(path: KeyPath): Span {
    if (this.#next === '[') return this.#list(path);
    if (this.#next === '{') return this.#inlineTable(path);
    return this.#string() ?? trimmed(this.text, this.#take(BARE_VALUE));
  }

  #list(path: KeyPath): Span {
    const start = this.#at;
    this.#at += 1;
    for (let index = 0; ; index += 1) {
      this.#take(BLANK);
      // A list that was not closed ends where the next line begins something else.
      if (this.#next === ']' || this.#next === undefined || this.#beginsLine()) break;
      const item = [...path, index];
      const place = this.#entries.push({
        path: item,
        key: { start, end: start },
        value: { start, end: start },
      });
      const value = this.#value(item);
      this.#entries[place - 1] = { path: item, key: value, value };
      this.#take(BLANK);
      if (this.#next !== ',') break;
      this.#at += 1;
    }
    return this.#closed(start, ']');
  }

  #inlineTable(path: KeyPath): Span {
    const start = this.#at;
    this.#at += 1;
    for (;;) {
      this.#take(SPACE);
      if (this.#next === '}' || !this.#keyValue(path)) break;
      this.#take(SPACE);
      if (this.#next !== ',') break;
      this.#at += 1;
    }
    return this.#closed(start, '}');
  }

  #closed(start: number, bracket: string): Span {
    if (this.#next === bracket) {
      this.#at += 1;
      return { start, end: this.#at };
    }
    return trimmed(this.text, { start, end: this.#at });
  }

  /** Here stands `key =` or `[header]`, as no item of a list does. */
  #beginsLine(): boolean {
    const line = /[ \t]*(?:[\w.-]+[ \t]*=|\[\[?[ \t]*[\w.-]+[ \t]*\]\]?[ \t]*(?:#[^\n]*)?(?:\r?\n|$))/y;
    line.lastIndex = this.#at;
    return this.#isLineStart() && line.test(this.text) && !this.#isItem();
  }

  /** Nothing but blanks stands before this place in its line. */
  #isLineStart(): boolean {
    const start = this.text.lastIndexOf('\n', this.#at - 1) + 1;
    return start > 0 && /^[ \t]*$/.test(this.text.slice(start, this.#at));
  }

  /** `[1]` alone in its line may be a list in a list: then a comma or a bracket follows. */
  #isItem(): boolean {
    const item = /\[[ \t]*[\w.-]+[ \t]*\][ \t]*(?:#[^\n]*)?\r?\n(?:[ \t\r\n]|#[^\n]*)*[,\]]/y;
    item.lastIndex = this.#at;
    return item.test(this.text);
  }

  #key(): Key {
    const start = this.#at;
    const parts: string[] = [];
    let end = start;
    for (;;) {
      this.#take(SPACE);
      const part = this.#keyPart();
      if (part === undefined) break;
      parts.push(part);
      end = this.#at;
      this.#take(SPACE);
      if (this.#next !== '.') break;
      this.#at += 1;
    }
    const first = start + (/^[ \t\uFEFF]*/.exec(this.text.slice(start, end))?.[0].length ?? 0);
    return { parts, span: { start: first, end: Math.max(first, end) } };
  }

  #keyPart(): string | undefined {
    const bare = this.#take(BARE_KEY);
    if (bare.end > bare.start) return this.text.slice(bare.start, bare.end);
    const quoted = this.#string();
    return quoted === undefined ? undefined : unquoted(this.text.slice(quoted.start, quoted.end));
  }

  #string(): Span | undefined {
    if (this.#next !== '"' && this.#next !== "'") return undefined;
    for (const pattern of STRINGS) {
      const span = this.#take(pattern);
      if (span.end > span.start) return span;
    }
    return undefined;
  }

  get #next(): string | undefined {
    return this.text[this.#at];
  }

  /** Goes over what the pattern takes at this place; nothing where it does not fit. */
  #take(pattern: RegExp): Span {
    const start = this.#at;
    pattern.lastIndex = start;
    this.#at += pattern.exec(this.text)?.[0].length ?? 0;
    return { start, end: this.#at };
  }
}

function nameOf(path: KeyPath): string {
  return JSON.stringify(path);
}

function trimmed(text: string, { start, end }: Span): Span {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

/** Pure: what a TOML string says, as far as people write them in this file. */
function unquoted(text: string): string {
  if (text.startsWith("'")) return text.replace(/^'|'$/g, '');
  if (!text.startsWith('"')) return text;
  const inner = text.replace(/^"|"$/g, '');
  try {
    return String(JSON.parse(`"${inner.replace(/\\U([0-9A-Fa-f]{8})/g, fromCodePoint)}"`));
  } catch {
    return inner;
  }
}

function fromCodePoint(_: string, hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code > 0x10ffff ? '\uFFFD' : String.fromCodePoint(code);
}
