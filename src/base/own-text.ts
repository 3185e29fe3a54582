import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A text that comes with the program: a script or a template, in a folder beside the module that uses it
 * (docs/decisions/0005). It is the only thing that the core reads without a guard, since no stranger writes there.
 * @param module `import.meta.dirname` of the module.
 * @param path below it, e.g. `'scripts', 'tar.sh'`.
 */
export function ownText(module: string, ...path: readonly string[]): string {
  return readFileSync(join(module, ...path), 'utf8');
}
