import * as z from 'zod/mini';
import schema from '../../../media/julia-kaggle.schema.json' with { type: 'json' };

/** A key or section of JuliaKaggle.toml as its schema describes it. */
export interface KnownKey {
  /** `['run', 'args']`; of a section its name alone. */
  readonly path: readonly string[];
  readonly isSection: boolean;
  readonly isList: boolean;
  /** It takes numbers, or true and false, only: nothing in quotes. */
  readonly isBare: boolean;
  readonly description: string;
  /** As it would be written in the file; undefined where the key has none. */
  readonly standard: string | undefined;
  /** Values to choose from or to start with, as they would be written; the first is the likeliest. */
  readonly values: readonly string[];
}

const alternative = z.object({ enum: z.optional(z.array(z.string())) });
const property = z.object({
  description: z.string(),
  type: z.optional(z.string()),
  default: z.optional(z.unknown()),
  examples: z.optional(z.array(z.unknown())),
  enum: z.optional(z.array(z.string())),
  anyOf: z.optional(z.array(alternative)),
  properties: z.optional(z.record(z.string(), z.unknown())),
});
type Property = z.infer<typeof property>;

/** All sections and keys there are, in the order of the schema. */
export const KNOWN_KEYS: readonly KnownKey[] = Object.entries(schema.properties).flatMap(([name, node]) =>
  keysOf([name], property.parse(node)),
);

/** Pure: the key or section of this path; an item of a list is its list's. */
export function knownKey(path: readonly (string | number)[]): KnownKey | undefined {
  const names = path.filter((part) => typeof part === 'string').join('.');
  return KNOWN_KEYS.find((key) => key.path.join('.') === names);
}

/** Pure: a value as TOML; of the forms that the schema has, JSON is TOML. */
export function tomlOf(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(tomlOf).join(', ')}]` : JSON.stringify(value);
}

/** Pure: what the schema says of a key, in Markdown. */
export function aboutKey({ description, standard }: KnownKey): string {
  return standard === undefined ? description : `${description}\n\n\`${standard}\``;
}

function keysOf(path: readonly string[], node: Property): KnownKey[] {
  const { properties } = node;
  const own: KnownKey = {
    path,
    isSection: properties !== undefined,
    isList: node.type === 'array',
    isBare: node.type === 'integer' || node.type === 'boolean',
    description: node.description,
    standard: node.default === undefined ? undefined : tomlOf(node.default),
    values: valuesOf(node),
  };
  const inner = Object.entries(properties ?? {}).flatMap(([name, child]) =>
    keysOf([...path, name], property.parse(child)),
  );
  return [own, ...inner];
}

function valuesOf(node: Property): string[] {
  const choices = [
    ...(node.type === 'boolean' ? [true, false] : []),
    ...(node.enum ?? []),
    ...(node.anyOf ?? []).flatMap((each) => each.enum ?? []),
  ];
  const standard = node.default === undefined ? [] : [node.default];
  return [...new Set([...choices, ...standard, ...(node.examples ?? [])].map(tomlOf))];
}
