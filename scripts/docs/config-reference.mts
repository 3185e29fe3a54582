import schema from '../../media/julia-kaggle.schema.json' with { type: 'json' };
import { code, plain, table } from './markdown.mts';

/** What is read of a JSON schema's node. */
interface Node {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly $ref?: string;
  readonly items?: Node;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
}

/** The words for the definitions of the schema that a value can refer to. */
const DEFINED: Readonly<Record<string, string>> = {
  '#/definitions/portablePath': 'path, with `/`, relative to the file',
  '#/definitions/pathBelow': 'path below its folder, with `/`',
  '#/definitions/datasetSlug': 'slug: 6 to 50 of a-z, 0-9 and -',
};

/** docs/reference/julia-kaggle-toml.md, from the schema that editors use. @throws Error on a definition without words. */
export function configReference(): string {
  const root = schema as Node;
  const sections = Object.entries(root.properties ?? {});
  const topLevel = sections.filter(([, node]) => node.properties === undefined);
  return [
    '# JuliaKaggle.toml',
    plain(root.description ?? ''),
    `Required: ${(root.required ?? []).map(code).join(', ')}. Any other key is an error that names the nearest known one.`,
    keys(topLevel),
    ...sections
      .filter(([, node]) => node.properties !== undefined)
      .flatMap(([name, node]) => [
        `## \`[${name}]\``,
        plain(node.description ?? ''),
        keys(Object.entries(node.properties ?? {})),
      ]),
  ].join('\n\n');
}

function keys(entries: readonly (readonly [string, Node])[]): string {
  return table(
    ['key', 'meaning', 'value', 'default', 'example'],
    entries.map(([name, node]) => [
      code(name),
      plain(node.description ?? ''),
      values(node).join('; '),
      node.default === undefined ? '' : code(JSON.stringify(node.default)),
      node.examples === undefined ? '' : code(JSON.stringify(node.examples[0])),
    ]),
  );
}

/** What a key takes, each way in words. */
function values(node: Node): string[] {
  if (node.$ref !== undefined) {
    const words = DEFINED[node.$ref];
    if (words === undefined) throw new Error(`No words for ${node.$ref}`);
    return [words];
  }
  if (node.enum !== undefined) return [node.enum.map((value) => code(JSON.stringify(value))).join(', ')];
  if (node.anyOf !== undefined) return node.anyOf.flatMap(values);
  if (node.allOf !== undefined) return [...new Set(node.allOf.flatMap(values))];
  if (node.type === 'array') return [`list of: ${values(node.items ?? {}).join('; ')}`];
  if (node.type === 'integer') return [`whole number${range(node)}`];
  return node.type === undefined ? [] : [node.type === 'string' ? 'text' : node.type];
}

function range({ minimum, maximum }: Node): string {
  if (minimum === undefined) return '';
  return maximum === undefined ? `, at least ${minimum}` : `, ${minimum} to ${maximum}`;
}
