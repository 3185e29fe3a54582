import { type AST, parseTOML } from 'toml-eslint-parser';

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
 * Pure: where each key and value of a TOML file stands. A file is looked at while it is written, too: one that is no
 * TOML is read line by line, as far as that goes.
 */
export function outlineToml(text: string): TomlOutline {
  const entries: TomlEntry[] = [];
  const sections: { path: KeyPath; header: Span; start: number }[] = [
    { path: [], header: { start: 0, end: 0 }, start: 0 },
  ];
  const lists = new Lists();
  const addPair = (section: KeyPath, { names, key, value }: Pair): void =>
    add({ path: [...section, ...names], key, value }, value);
  const add = (entry: TomlEntry, { items = [], members = [] }: Value): void => {
    entries.push(entry);
    for (const member of members) addPair(entry.path, member);
    for (const [i, item] of items.entries()) add({ path: [...entry.path, i], key: item, value: item }, item);
  };
  for (const one of strictly(text) ?? loosely(text)) {
    if ('value' in one) addPair(sections.at(-1)?.path ?? [], one);
    else sections.push({ path: lists.pathOf(one), header: one.key, start: one.start });
  }
  return {
    entries,
    sections: sections.map(({ path, header, start }, i) => ({
      path,
      header,
      body: { start, end: sections[i + 1]?.start ?? text.length },
    })),
  };
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

/** Pure: two paths lead to the same. */
export function isSame(a: KeyPath, b: KeyPath): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

interface Value extends Span {
  /** Of a list. */
  readonly items?: readonly Value[];
  /** Of an inline table. */
  readonly members?: readonly Pair[];
}

interface Key {
  readonly names: readonly string[];
  readonly key: Span;
}

interface Pair extends Key {
  readonly value: Value;
}

interface Header extends Key {
  /** `[[name]]`. */
  readonly isList: boolean;
  /** Of its first bracket. */
  readonly start: number;
}

/** What the headers of a file stand for. */
class Lists {
  /** The index of the last item of each list. */
  readonly #last = new Map<string, number>();

  pathOf({ names, isList }: Header): KeyPath {
    if (!isList) return this.#resolve(names);
    const list = [...this.#resolve(names.slice(0, -1)), ...names.slice(-1)];
    const index = (this.#last.get(JSON.stringify(list)) ?? -1) + 1;
    this.#last.set(JSON.stringify(list), index);
    return [...list, index];
  }

  /** The name of a list stands for its last item. */
  #resolve(names: readonly string[]): KeyPath {
    return names.reduce<KeyPath>((path, name) => {
      const index = this.#last.get(JSON.stringify([...path, name]));
      return index === undefined ? [...path, name] : [...path, name, index];
    }, []);
  }
}

/** Longer ones are read loosely: a person who types would wait for the parser. It is for thousands of lines. */
const LONGEST = 100_000;

/** What the parser finds. Undefined where the text is no TOML, or more than the parser can take. */
function strictly(text: string): (Header | Pair)[] | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    // Those who read the file skip a byte order mark; a blank is as long.
    const [top] = parseTOML(text.replace(/^\uFEFF/, ' ')).body;
    return top.body.flatMap((node) =>
      node.type === 'TOMLTable' ? [headerOf(node), ...node.body.map(pairOf)] : [pairOf(node)],
    );
  } catch {
    return undefined;
  }
}

function headerOf(node: AST.TOMLTable): Header {
  return { ...keyOf(node.key), isList: node.kind === 'array', start: node.range[0] };
}

function pairOf({ key, value }: AST.TOMLKeyValue): Pair {
  return { ...keyOf(key), value: valueOf(value) };
}

function keyOf(node: AST.TOMLKey): Key {
  return {
    names: node.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value)),
    key: spanOf(node),
  };
}

function valueOf(node: AST.TOMLContentNode): Value {
  if (node.type === 'TOMLArray') return { ...spanOf(node), items: node.elements.map(valueOf) };
  if (node.type === 'TOMLInlineTable') return { ...spanOf(node), members: node.body.map(pairOf) };
  return spanOf(node);
}

function spanOf({ range: [start, end] }: AST.TOMLNode): Span {
  return { start, end };
}

const PART = String.raw`(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`;
const PARTS = new RegExp(PART, 'g');
const KEY = new RegExp(String.raw`${PART}(?:[ \t]*\.[ \t]*${PART})*`, 'y');
const SPACE = /[ \t\uFEFF]*/y;
const SIGN = /[ \t]*=[ \t]*/y;
const REST_OF_LINE = /[^\n]*\n?/y;
/** A string, which ends with its line where it is not closed; a number, a date, a word. */
const SCALAR = /("""|''')[^]*?\1|"(?:[^"\\\n]|\\[^\n])*"?|'[^'\n]*'?|[^\n,\]}#]*/y;
const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y;
/** `key =` or `[header]`, as no line within a list has it. */
const BEGINNING = /[\w.-]+[ \t]*=|\[\[?[ \t]*[\w.-]+[ \t]*\]\]?[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
/** Lists in lists that are followed. */
const DEEPEST = 50;

/** What can be told of a text that is no TOML, as it often is while somebody types: a mistake ends with its line. */
function loosely(text: string): (Header | Pair)[] {
  const found: (Header | Pair)[] = [];
  for (let at = 0; at < text.length; at = endOf(REST_OF_LINE, text, at)) {
    at = endOf(SPACE, text, at);
    if (text[at] === '[') {
      const isList = text[at + 1] === '[';
      found.push({ ...looseKey(text, at + (isList ? 2 : 1)), isList, start: at });
    } else {
      const pair = loosePair(text, at, 0);
      if (pair !== undefined) found.push(pair);
      at = pair?.value.end ?? at;
    }
  }
  return found;
}

function looseKey(text: string, at: number): Key {
  const start = endOf(SPACE, text, at);
  const end = endOf(KEY, text, start);
  const parts = text.slice(start, end).match(PARTS) ?? [];
  return { names: parts.map(unquoted), key: { start, end } };
}

function unquoted(part: string): string {
  if (!/^["']/.test(part)) return part;
  try {
    return String(JSON.parse(part));
  } catch {
    return part.slice(1, -1);
  }
}

function loosePair(text: string, at: number, depth: number): Pair | undefined {
  const key = looseKey(text, at);
  if (key.names.length === 0) return undefined;
  const { end } = key.key;
  const start = endOf(SIGN, text, end);
  return { ...key, value: start === end ? { start, end } : looseValue(text, start, depth) };
}

function looseValue(text: string, start: number, depth: number): Value {
  const bracket = depth > DEEPEST ? undefined : text[start];
  if (bracket === '[') {
    const items: Value[] = [];
    const span = looseSpan(text, start, ']', (at) => {
      const item = looseValue(text, at, depth + 1);
      if (item.end > at) items.push(item);
      return item.end;
    });
    return { ...span, items };
  }
  if (bracket === '{') {
    const members: Pair[] = [];
    const span = looseSpan(text, start, '}', (at) => {
      const member = loosePair(text, at, depth + 1);
      if (member !== undefined) members.push(member);
      return member?.value.end ?? at;
    });
    return { ...span, members };
  }
  return trimmed(text, start, endOf(SCALAR, text, start));
}

/** From a bracket to the one that closes it. @param read takes what stands between two commas, and says where it ends. */
function looseSpan(text: string, start: number, closing: string, read: (at: number) => number): Span {
  let at = start;
  do {
    const next = endOf(BLANK, text, at + 1);
    // What is not closed ends where a line begins something else.
    const isOver = text.slice(at, next).includes('\n') && endOf(BEGINNING, text, next) > next;
    at = isOver ? next : endOf(BLANK, text, read(next));
  } while (text[at] === ',');
  return text[at] === closing ? { start, end: at + 1 } : trimmed(text, start, at);
}

function trimmed(text: string, start: number, end: number): Span {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

/** The end of what the pattern takes at this place. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}
