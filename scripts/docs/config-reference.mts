import * as z from 'zod/mini';
import { configSchema } from '../../src/core/project/config-schema.ts';
import { about } from '../../src/core/project/config-values.ts';
import { code, plain, table } from './markdown.mts';

type Node = z.core.JSONSchema.BaseSchema;
type Entries = readonly (readonly [string, Node])[];

/** docs/reference/julia-kaggle-toml.md, from the schema that editors use. */
export function configReference(): string {
  const root = configJsonSchema();
  const sections = propertiesOf(root);
  const topLevel = sections.filter(([, node]) => node.properties === undefined);
  return [
    '# JuliaKaggle.toml',
    plain(root.description ?? ''),
    `Required: ${(root.required ?? []).map(code).join(', ')}. Any other key is an error that names the nearest known one.`,
    keys(topLevel, root),
    ...sections
      .filter(([, node]) => node.properties !== undefined)
      .flatMap(([name, node]) => [
        `## \`[${name}]\``,
        plain(node.description ?? ''),
        keys(propertiesOf(node), root),
      ]),
  ].join('\n\n');
}

function propertiesOf({ properties = {} }: Node): Entries {
  return Object.entries(properties).flatMap(([name, node]) =>
    typeof node === 'object' ? [[name, node]] : [],
  );
}

function keys(entries: Entries, root: Node): string {
  return table(
    ['key', 'meaning', 'value', 'default', 'example'],
    entries.map(([name, node]) => [
      code(name),
      plain(node.description ?? ''),
      values(node, root).join('; '),
      node.default === undefined ? '' : code(JSON.stringify(node.default)),
      node.examples === undefined ? '' : code(JSON.stringify(node.examples[0])),
    ]),
  );
}

/** What a key takes, each way in words. */
function values(node: Node, root: Node): string[] {
  const { $ref, type, items, anyOf, allOf } = node;
  // A value that many keys take has its words with its definition.
  if ($ref !== undefined) return [definition($ref, root)];
  if (node.enum !== undefined) return [node.enum.map((value) => code(JSON.stringify(value))).join(', ')];
  if (anyOf !== undefined) return anyOf.flatMap((each) => values({ ...(type && { type }), ...each }, root));
  if (allOf !== undefined) return [...new Set(allOf.flatMap((each) => values(each, root)))];
  if (type === 'array') return [`list of: ${values(items as Node, root).join('; ')}`];
  if (type === 'integer') return [`whole number${range(node)}`];
  return type === undefined ? [] : [type === 'string' ? 'text' : String(type)];
}

function definition(ref: string, root: Node): string {
  const definitions = root['definitions'] as Readonly<Record<string, Node>>;
  return definitions[ref.replace('#/definitions/', '')]?.description ?? '';
}

function range({ minimum, maximum }: Node): string {
  if (minimum === undefined) return '';
  return maximum === undefined ? `, at least ${minimum}` : `, ${minimum} to ${maximum}`;
}

/** The JSON schema of JuliaKaggle.toml, which TOML editors and our own help read: what the reader's schema says. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, {
    metadata: about,
    // What may be written, and not what is read of it.
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      // That a section may be left out is no value of it.
      if (zodSchema._zod.def.type === 'prefault') delete jsonSchema.default;
      // Each integer of JavaScript.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { ...($schema && { $schema }), title: 'JuliaKaggle.toml', ...schema };
}
