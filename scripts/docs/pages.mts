import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { attacksReference } from './attacks-reference.mts';
import { cliReference } from './cli-reference.mts';
import { configJsonSchema, configReference } from './config-reference.mts';
import { editorReference, manifest } from './editor-reference.mts';
import { importsReference } from './imports-reference.mts';

const ROOT = join(import.meta.dirname, '..', '..');

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

/** What is generated, by its path: all of it, but for package.json, of which the enums are. */
export const GENERATED: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/reference/julia-kaggle-toml.md': configReference,
  'docs/reference/cli.md': cliReference,
  'docs/reference/editor.md': editorReference,
  'docs/reference/imports.md': importsReference,
  'docs/reference/attacks.md': attacksReference,
  'media/julia-kaggle.schema.json': () => json(configJsonSchema()),
  'package.json': () => json(manifest()),
};

/** What takes seconds to make. */
export const SLOW = ['docs/reference/imports.md', 'docs/reference/attacks.md'];

/** Where a generated file lies. */
export function pathOf(name: string): string {
  return join(ROOT, name);
}

/** The text of a generated file, as `npm run docs` writes it. */
export async function generatedText(name: string): Promise<string> {
  const text = await GENERATED[name]?.();
  if (text === undefined) throw new Error(`${name} is not generated`);
  const filepath = pathOf(name);
  const note = name.endsWith('.md') ? '<!-- Made by `npm run docs`. -->\n\n' : '';
  return format(`${note}${text}\n`, { ...(await resolveConfig(filepath)), filepath });
}
