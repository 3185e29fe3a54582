import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { exists, readTextIfPresent } from '../../base/files.ts';

/** Read in every folder, with git's rules; the second speaks last, and can take back what the first says with `!`. */
const IGNORE_FILES = ['.gitignore', '.juliakaggleignore'];

/** Julia needs these to find its environment, and packages often keep their Manifest out of git. */
const ALWAYS_STAGED = /^(Julia)?(Project|Manifest(-v\d+\.\d+)?|LocalPreferences|Artifacts)\.toml$/;

/** What one folder's ignore files say about everything below it. */
export interface IgnoreRules {
  readonly folder: string;
  readonly rules: Ignore;
}

/** The rules that a folder's own ignore files add; none when it has no such file. */
export async function rulesOf(folder: string): Promise<IgnoreRules[]> {
  const texts = await Promise.all(IGNORE_FILES.map((name) => readTextIfPresent(join(folder, name))));
  const lines = texts.filter((text) => text !== undefined);
  return lines.length === 0 ? [] : [{ folder, rules: ignore().add(lines.join('\n')) }];
}

/**
 * The rules of the folders above one, from the git work tree's top down; none outside of git, and none when they ignore
 * the folder itself: who stages it wants what is in it.
 */
export async function rulesAbove(folder: string): Promise<IgnoreRules[]> {
  const above: string[] = [];
  for (let here = folder; !(await exists(join(here, '.git')));) {
    const parent = dirname(here);
    if (parent === here) return [];
    above.unshift(parent);
    here = parent;
  }
  const rules = (await Promise.all(above.map(rulesOf))).flat();
  return isIgnored(folder, true, rules) ? [] : rules;
}

/** Pure: whether git's rules, outermost first, leave a path out. The nearer file has the last word. */
export function isIgnored(path: string, isFolder: boolean, chain: readonly IgnoreRules[]): boolean {
  if (!isFolder && ALWAYS_STAGED.test(path.slice(path.lastIndexOf(sep) + 1))) return false;
  return chain.reduce((left, { folder, rules }) => {
    const below = relative(folder, path).split(sep).join('/');
    const { ignored, unignored } = rules.test(isFolder ? `${below}/` : below);
    return ignored || (left && !unignored);
  }, false);
}
