import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** By path: none changes while the program runs. */
const texts = new Map<string, string>();

/**
 * A text that comes with the program: a script or a template, in a folder beside the module that uses it
 * (docs/decisions/0005). It is the only thing that the core reads without a guard, since no stranger writes there.
 * @param module `import.meta.dirname` of the module.
 * @param path below it, e.g. `'scripts', 'tar.sh'`.
 */
export function ownText(module: string, ...path: readonly string[]): string {
  const file = join(module, ...path);
  const text = texts.get(file) ?? readFileSync(file, 'utf8');
  texts.set(file, text);
  return text;
}
