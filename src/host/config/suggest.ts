import { inBraces } from '../../core/config-file.ts';
import {
  isSame,
  type KeyPath,
  outlineToml,
  sectionAt,
  type Span,
  type TomlEntry,
  type TomlOutline,
} from '../../julia/toml-outline.ts';
import { aboutKey, KNOWN_KEYS, type KnownKey, knownKey, tomlOf } from './known-keys.ts';

/** Something to write at a place. */
export interface Suggestion {
  readonly kind: 'key' | 'section' | 'value' | 'placeholder';
  readonly label: string;
  /** What takes the place of `span`. */
  readonly text: string;
  /** Where the cursor is to stand in the text afterwards; at its end when absent. */
  readonly cursor?: number;
  readonly span: Span;
  /** For people, in Markdown. */
  readonly about: string;
}

/** What cannot be told from the file alone; each is asked only when it is wanted. */
export interface Surroundings {
  /** Values that fit this key here, e.g. the model files that there are; written as TOML. */
  readonly valuesFor: (
    key: string,
    /** The text that stands there, without its quotes. */
    typed: string,
  ) => Promise<readonly { readonly value: string; readonly about: string }[]>;
}

/** What may be written at this place of a JuliaKaggle.toml. */
export async function suggest(
  text: string,
  offset: number,
  surroundings: Surroundings,
): Promise<Suggestion[]> {
  const outline = outlineToml(text);
  const place = placeAt(text, offset, outline);
  switch (place.kind) {
    case 'none':
      return [];
    case 'section':
      return sections(outline, place.span);
    case 'key':
      return [...keys(outline, place.section, place.span), ...headers(outline, place)];
    case 'value':
      return values(text, outline, place, surroundings);
  }
}

type Place =
  /** A comment, or behind a value. */
  | { readonly kind: 'none' }
  | { readonly kind: 'section'; readonly span: Span }
  | { readonly kind: 'key'; readonly section: KeyPath; readonly span: Span }
  | { readonly kind: 'value'; readonly path: KeyPath; readonly span: Span };

function placeAt(text: string, offset: number, outline: TomlOutline): Place {
  const value = outline.entries.findLast((entry) => isWithin(entry, offset, text));
  if (value !== undefined) return { kind: 'value', path: value.path, span: spanOf(value, text, offset) };
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const [, bracket, word = ''] = /^\s*(\[?)([\w-]*)$/.exec(before) ?? [];
  if (bracket === undefined) return { kind: 'none' };
  const start = offset - word.length;
  if (bracket === '[')
    return { kind: 'section', span: { start, end: offset + lengthOf(/^[\w-]*\]?/, text, offset) } };
  const section = sectionAt(outline, offset)?.path ?? [];
  return { kind: 'key', section, span: { start, end: offset + lengthOf(/^[\w-]*/, text, offset) } };
}

function lengthOf(pattern: RegExp, text: string, offset: number): number {
  return pattern.exec(text.slice(offset))?.[0].length ?? 0;
}

/** The place is in the value, or where it is to be written: behind the sign of equality. */
function isWithin({ key, value }: TomlEntry, offset: number, text: string): boolean {
  if (value.end > value.start && value.start <= offset && offset <= value.end) return true;
  return offset > key.end && /^[ \t]*=[ \t]*$/.test(text.slice(key.end, offset));
}

/** What a suggestion replaces: the value that is there, or an item of a list alone. */
function spanOf({ path, value }: TomlEntry, text: string, offset: number): Span {
  const written = text.slice(value.start, value.end);
  const isItem = typeof path.at(-1) === 'number';
  if (written.startsWith('[') && !isItem) return { start: offset, end: offset };
  return value.end < offset ? { start: offset, end: offset } : value;
}

function keys(outline: TomlOutline, section: KeyPath, span: Span): Suggestion[] {
  return KNOWN_KEYS.filter(({ path, isSection }) => !isSection && isSame(path.slice(0, -1), section))
    .filter(({ path }) => !isWritten(outline, path, span))
    .map((key) => ({
      kind: 'key',
      label: key.path.at(-1) ?? '',
      span,
      about: aboutKey(key),
      ...assignment(key),
    }));
}

/** `key = ` with its quotes or brackets, and the cursor between them; a number has none. */
function assignment(key: KnownKey): { text: string; cursor?: number } {
  const name = key.path.at(-1) ?? '';
  if (key.isList) return { text: `${name} = []`, cursor: name.length + 4 };
  if (key.isBare) return { text: `${name} = ` };
  return { text: `${name} = ""`, cursor: name.length + 4 };
}

/** New sections may begin wherever a key may. */
function headers(outline: TomlOutline, { span }: { readonly span: Span }): Suggestion[] {
  return missingSections(outline, span).map((key) => ({
    kind: 'section',
    label: `[${key.path.join('.')}]`,
    text: `[${key.path.join('.')}]\n`,
    span,
    about: key.description,
  }));
}

function sections(outline: TomlOutline, span: Span): Suggestion[] {
  return missingSections(outline, span).map((key) => ({
    kind: 'section',
    label: key.path.join('.'),
    text: `${key.path.join('.')}]\n`,
    span,
    about: key.description,
  }));
}

function missingSections(outline: TomlOutline, span: Span): KnownKey[] {
  return KNOWN_KEYS.filter(({ isSection }) => isSection).filter(
    ({ path }) => !outline.sections.some((one) => isSame(one.path, path) && one.header.start !== span.start),
  );
}

function isWritten({ entries }: TomlOutline, path: KeyPath, here: Span): boolean {
  return entries.some((entry) => isSame(entry.path, path) && entry.key.start !== here.start);
}

async function values(
  text: string,
  outline: TomlOutline,
  { path, span }: { readonly path: KeyPath; readonly span: Span },
  { valuesFor }: Surroundings,
): Promise<Suggestion[]> {
  const key = knownKey(path);
  if (key === undefined || key.isSection) return [];
  const typed = text.slice(span.start, span.end).replace(/^["']|["']$/g, '');
  const found = await valuesFor(key.path.join('.'), typed);
  // A list that is there takes items; a list that is to come is offered whole.
  const isInList = typeof path.at(-1) === 'number' || (key.isList && text[span.start - 1] === '[');
  const known = isInList ? [] : key.values.map((value) => ({ value, about: '' }));
  const own = key.isList && !isInList ? found.map(asList) : found;
  const chosen = unique([...own, ...known]).map(({ value, about }) =>
    valueSuggestion('value', value, span, about === '' ? aboutKey(key) : about),
  );
  return isInList ? [...chosen, ...placeholders(key, span, inputNames(text, outline))] : chosen;
}

function placeholders(key: KnownKey, span: Span, inputs: readonly string[]): Suggestion[] {
  if (key.path.join('.') !== 'run.args') return [];
  return [...inBraces(), ...inputs.map((name) => `{inputs.${name}}`)].map((each) =>
    valueSuggestion('placeholder', tomlOf(each), span, aboutKey(key)),
  );
}

/** What `[inputs]` names so far, while the file may be no TOML yet. */
function inputNames(text: string, { entries }: TomlOutline): string[] {
  const items = entries.filter(({ path }) => path[0] === 'inputs' && path.length === 3);
  return items.flatMap(({ path, value }) => {
    const name = entries.find((each) => isSame(each.path, [...path, 'name']));
    const source = entries.find((each) => isSame(each.path, [...path, 'source']));
    const written = (span: Span): string => text.slice(span.start + 1, span.end - 1);
    if (name !== undefined) return [written(name.value)];
    const parts = written(source?.value ?? value).split('/');
    return [parts[1] ?? parts[0] ?? ''].filter((each) => /^[A-Za-z][\w-]*$/.test(each));
  });
}

function valueSuggestion(kind: Suggestion['kind'], text: string, span: Span, about: string): Suggestion {
  return { kind, label: text, text, span, about };
}

function asList({ value, about }: { value: string; about: string }): { value: string; about: string } {
  return { value: `[${value}]`, about };
}

function unique<T extends { readonly value: string }>(all: readonly T[]): T[] {
  return all.filter(({ value }, i) => all.findIndex((other) => other.value === value) === i);
}
