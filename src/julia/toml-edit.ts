import { isDeepStrictEqual } from 'node:util';
import {
  isSame,
  type KeyPath,
  outlineToml,
  type Span,
  type TomlEntry,
  type TomlOutline,
} from './toml-outline.ts';
import { parseToml, tomlText } from './toml.ts';

/** What a key is given. */
export type TomlValue = string | readonly (string | number)[];

/**
 * Pure: a text in which the key has this value; all else stays as it is: comments, order and layout. A key that is not
 * there comes into its section, which is written at the end where there is none. Undefined where the text is no TOML, or
 * has a form that cannot be changed so.
 */
export function withValue(text: string, path: readonly string[], value: TomlValue): string | undefined {
  const outline = outlineToml(text);
  const entry = outline.entries.find((each) => isSame(each.path, path));
  const after =
    entry === undefined
      ? withKey(text, outline, path, value)
      : spliced(text, entry.value, lineOf('x', value).slice('x = '.length));
  return isOnlyChange(text, after, path, value) ? after : undefined;
}

/**
 * Pure: a text in which the list of this key has one more item at its end, on a line of its own where the list has
 * several; a list that is not there is written as by `withValue`. Undefined as there.
 */
export function withItem(text: string, path: readonly string[], item: string): string | undefined {
  const { entries } = outlineToml(text);
  const list = entries.find((each) => isSame(each.path, path))?.value;
  if (list === undefined) return withValue(text, path, [item]);
  const last = entries.findLast((each) => isSame(each.path.slice(0, -1), path))?.value;
  const after =
    last === undefined
      ? inserted(text, list.start + 1, JSON.stringify(item))
      : withLastItem(text, list, last, JSON.stringify(item));
  return hasItem(text, after, path, item) ? after : undefined;
}

function withLastItem(text: string, list: Span, last: Span, item: string): string {
  const rest = text.slice(last.end, list.end - 1);
  if (!text.slice(list.start, list.end).includes('\n')) return inserted(text, last.end, `, ${item}`);
  const isEnded = rest.replace(/#[^\n]*/g, '').includes(',');
  const line = text.slice(text.lastIndexOf('\n', last.start - 1) + 1, last.start);
  const indent = line.trim() === '' ? line : '  ';
  const added = `${lineEndOf(text)}${indent}${item}${isEnded ? ',' : ''}`;
  // Behind the comment of the last item.
  const at = last.end + rest.trimEnd().length;
  return inserted(inserted(text, at, added), last.end, isEnded ? '' : ',');
}

/** Whether a file says the same after a change, but for one more item of this list. */
function hasItem(before: string, after: string, path: KeyPath, item: string): boolean {
  try {
    const old = valueAt(parseToml(before, ''), path);
    return Array.isArray(old) && isOnlyChange(before, after, path, [...(old as readonly string[]), item]);
  } catch {
    return false;
  }
}

/**
 * Pure: a text without this key, its line and the comment there; all else stays as it is. Undefined where the text is no
 * TOML, or has a form that cannot be changed so.
 */
export function withoutKey(text: string, path: KeyPath): string | undefined {
  const entry = outlineToml(text).entries.find((each) => isSame(each.path, path));
  if (entry === undefined) return text;
  const after = spliced(text, placeOf(text, entry), '');
  return isOnlyChange(text, after, path, undefined) ? after : undefined;
}

/**
 * Pure: a text with a block of lines at its end, after an empty line, with the text's own line ends.
 * @param block Whole lines, each ended by `\n`.
 */
export function withBlock(text: string, block: string): string {
  const gap = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
  return `${text}${`${gap}${block}`.replaceAll('\n', lineEndOf(text))}`;
}

/** With a key that is not there yet, in the form that the table has in which it belongs. */
function withKey(text: string, outline: TomlOutline, path: readonly string[], value: TomlValue): string {
  const { entries, sections } = outline;
  const table = path.slice(0, -1);
  const line = lineOf(path.at(-1) ?? '', value);
  const inline = entries.find((entry) => isSame(entry.path, table))?.value;
  if (inline !== undefined) return withMember(text, outline, inline, line);
  const section = sections.find((each) => table.length > 0 && isSame(each.path, table));
  if (section !== undefined) return withLineAfter(text, section.header, line);
  // At the top of the file, or where each key names its section.
  const last = entries.findLast((entry) => isSame(entry.path.slice(0, -1), table));
  if (last !== undefined) {
    const section = text.slice(last.key.start, last.key.end).replace(/[^.]*$/, '');
    return withLineAfter(text, last.value, `${section}${line}`);
  }
  if (table.length === 0)
    return inserted(text, text.startsWith('\uFEFF') ? 1 : 0, `${line}${lineEndOf(text)}`);
  const [first = '', ...rest] = path;
  const block = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  return withBlock(text, `${tomlText({ [first]: block }).trimEnd()}\n`);
}

function withMember(text: string, { entries }: TomlOutline, table: Span, member: string): string {
  const ends = entries.map(({ value }) => value.end).filter((end) => table.start < end && end < table.end);
  return ends.length === 0
    ? inserted(text, table.start + 1, ` ${member} `)
    : inserted(text, Math.max(...ends), `, ${member}`);
}

/** `key = "value"`. */
function lineOf(key: string, value: TomlValue): string {
  return tomlText({ [key]: value }).trimEnd();
}

/** What goes with an entry: its line; in an inline table, a comma. */
function placeOf(text: string, { key, value }: TomlEntry): Span {
  const begin = text.lastIndexOf('\n', key.start - 1) + 1;
  const before = text.slice(begin, key.start);
  const rest = text.slice(value.end);
  if (before.trim() === '') return { start: begin, end: value.end + lengthOf(/^[^\n]*\n?/, rest) };
  const comma = lengthOf(/,[ \t]*$/, before);
  if (comma > 0) return { start: key.start - comma, end: value.end };
  return { start: key.start, end: value.end + lengthOf(/^[ \t]*,[ \t]*/, rest) };
}

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0;
}

function withLineAfter(text: string, { end }: Span, line: string): string {
  return inserted(text, end + text.slice(end).search(/\r?(?:\n|$)/), `${lineEndOf(text)}${line}`);
}

function inserted(text: string, at: number, added: string): string {
  return spliced(text, { start: at, end: at }, added);
}

function spliced(text: string, { start, end }: Span, added: string): string {
  return `${text.slice(0, start)}${added}${text.slice(end)}`;
}

/** How the lines of a text end: as the first one does, `\n` where there is none. */
function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/**
 * Whether a file says the same after a change, but for this value (undefined: the key is not there). Those who read the
 * file decide: in a form that we do not know, a key may share its line with others.
 */
function isOnlyChange(before: string, after: string, path: KeyPath, value: TomlValue | undefined): boolean {
  try {
    const [old, now] = [parseToml(before, ''), parseToml(after, '')];
    return (
      isDeepStrictEqual(valueAt(now, path), value) &&
      isDeepStrictEqual(without(old, path), without(now, path))
    );
  } catch {
    return false;
  }
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce(
    (inner, name) => (isTable(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    value,
  );
}

/** Without the key, and without the tables that have no other. */
function without(value: unknown, [first = '', ...rest]: KeyPath): unknown {
  if (!isTable(value)) return value;
  if (Array.isArray(value))
    return value.map((item: unknown, i) => (i === first ? without(item, rest) : item));
  const { [first]: member, ...others } = value;
  const inner = rest.length === 0 ? undefined : without(member, rest);
  const isNone = inner === undefined || (isTable(inner) && Object.keys(inner).length === 0);
  return isNone ? others : { ...others, [first]: inner };
}

function isTable(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}
