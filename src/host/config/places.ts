import {
  entryAt,
  isSame,
  type KeyPath,
  outlineToml,
  type Span,
  type TomlEntry,
  type TomlOutline,
} from '../../julia/toml-outline.ts';
import { type KnownKey, knownKey } from './known-keys.ts';

/** What stands at a place and has something to be told of it. */
export interface Told {
  readonly span: Span;
  readonly key: KnownKey;
  /** The text of the value is under the place, and not the key. */
  readonly isValue: boolean;
}

/** Pure: the key, header or value at this place, when the schema knows it. */
export function toldAt(text: string, offset: number): Told | undefined {
  const outline = outlineToml(text);
  const has = ({ start, end }: Span): boolean => start <= offset && offset < Math.max(end, start + 1);
  const section = outline.sections.find(({ header, path }) => path.length > 0 && has(header));
  const entry = outline.entries.findLast(({ key, value }) => has(key) || has(value));
  const found = section ?? entry;
  const key = found && knownKey(found.path);
  if (found === undefined || key === undefined) return undefined;
  if ('header' in found) return { span: found.header, key, isValue: false };
  const isValue = !has(found.key) || typeof found.path.at(-1) === 'number';
  return { span: isValue ? found.value : found.key, key, isValue };
}

/** Pure: where a problem of this path is to be shown: a key that there is not at its name, all else at the value. */
export function spanOfProblem(
  text: string,
  outline: TomlOutline,
  path: KeyPath,
  isUnknownKey: boolean,
): Span {
  const entry = entryAt(outline, path);
  const header = outline.sections.find((section) => path.length > 0 && isSame(section.path, path))?.header;
  const isExact = entry !== undefined && isSame(entry.path, path);
  if (header !== undefined && !isExact) return header;
  const named = outline.sections.find(
    (section) => section.path.length > 0 && isSame(section.path, path.slice(0, -1)),
  );
  const span = isUnknownKey ? entry?.key : spanOfValue(entry);
  return span ?? named?.header ?? firstLine(text);
}

function spanOfValue(entry: TomlEntry | undefined): Span | undefined {
  return entry === undefined || entry.value.end > entry.value.start ? entry?.value : entry.key;
}

function firstLine(text: string): Span {
  const end = text.indexOf('\n');
  return { start: 0, end: end < 0 ? text.length : end };
}
