import { isDeepStrictEqual } from 'node:util';
import { isSame, outlineToml, type Span } from '../config-help/toml-outline.ts';

/** A replacement in a text: offsets of what goes, and what comes in its place. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** `['julia']`, or `['notebook', 'accelerator']`. */
export type ConfigPath = readonly [key: string] | readonly [section: string, key: string];

/**
 * Pure: the change that gives a key of JuliaKaggle.toml a value, and touches nothing else: comments, order and layout
 * stay. `value` is text as TOML has it; undefined takes the key out. Undefined when there is nothing to change.
 */
export function editToml(text: string, path: ConfigPath, value: string | undefined): TextEdit | undefined {
  const { entries, sections } = outlineToml(text);
  const entry = entries.find((each) => isSame(each.path, path));
  if (entry !== undefined) {
    if (value === undefined) return withoutLine(text, { start: entry.key.start, end: entry.value.end });
    return text.slice(entry.value.start, entry.value.end) === value
      ? undefined
      : { ...entry.value, text: value };
  }
  if (value === undefined) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const key = path.at(-1) ?? '';
  const line = `${key} = ${value}`;
  if (path.length === 1) {
    const last = entries
      .filter((each) => each.path.length === 1 && each.key.start < firstHeader(sections))
      .at(-1);
    if (last === undefined) return insert(0, `${line}${newline}`);
    const end = endOfLine(text, last.value.end);
    return insert(end, `${newline}${line}`);
  }
  const section = sections.find((each) => each.path.length === 1 && each.path[0] === path[0]);
  if (section !== undefined) return insert(endOfLine(text, section.header.end), `${newline}${line}`);
  const gap = text === '' ? '' : text.endsWith('\n') ? newline : newline + newline;
  return insert(text.length, `${gap}[${path[0]}]${newline}${line}${newline}`);
}

/** Pure: the text after the change. */
export function applied(text: string, edit: TextEdit | undefined): string {
  return edit === undefined ? text : text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

type Table = Readonly<Record<string, unknown>>;

/**
 * Pure: whether a file says the same after the change, but for this value (undefined: the key is not there). A key in an
 * inline table, say, shares its line with others.
 */
export function isOnlyChange(
  before: Table,
  after: Table,
  path: ConfigPath,
  value: string | undefined,
): boolean {
  return valueAt(after, path) === value && isDeepStrictEqual(without(before, path), without(after, path));
}

function valueAt(table: Table, [first, second]: ConfigPath): unknown {
  const member = table[first];
  if (second === undefined) return member;
  return isTable(member) ? member[second] : undefined;
}

/** Without the key, and without its section where that has no other. */
function without(table: Table, [first, second]: ConfigPath): Table {
  const { [first]: member, ...rest } = table;
  if (second === undefined || !isTable(member)) return rest;
  const { [second]: _, ...others } = member;
  return Object.keys(others).length === 0 ? rest : { ...rest, [first]: others };
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null;
}

function firstHeader(sections: ReturnType<typeof outlineToml>['sections']): number {
  return sections.find(({ path }) => path.length > 0)?.header.start ?? Infinity;
}

function insert(at: number, text: string): TextEdit {
  return { start: at, end: at, text };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** The whole line with the key, its comment too. */
function withoutLine(text: string, { start, end }: Span): TextEdit {
  const next = text.indexOf('\n', end);
  return { start: text.lastIndexOf('\n', start - 1) + 1, end: next < 0 ? text.length : next + 1, text: '' };
}
