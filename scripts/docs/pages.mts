import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { attacksReference } from './attacks-reference.mts';
import { cliReference } from './cli-reference.mts';
import { configReference } from './config-reference.mts';
import { editorReference } from './editor-reference.mts';
import { importsReference } from './imports-reference.mts';

export const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'reference');

/** The generated pages by their name in docs/reference. */
export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'julia-kaggle-toml.md': configReference,
  'cli.md': cliReference,
  'editor.md': editorReference,
  'imports.md': importsReference,
  'attacks.md': attacksReference,
};

/** Pages that take seconds to make. */
export const SLOW_PAGES = ['imports.md', 'attacks.md'];

/** The text of a generated page, as `npm run docs` writes it. */
export async function pageText(name: string): Promise<string> {
  const text = await PAGES[name]?.();
  if (text === undefined) throw new Error(`There is no page ${name}`);
  const note = '<!-- Made by `npm run docs`. -->';
  const filepath = join(FOLDER, name);
  return format(`${note}\n\n${text}\n`, { ...(await resolveConfig(filepath)), filepath });
}
