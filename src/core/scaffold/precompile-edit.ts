import { join } from 'node:path';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import type { Project } from '../artefacts.ts';
import { PRECOMPILE_FILE } from '../contract/precompile/own-methods.ts';
import { readStatement, type Statement } from '../contract/precompile/statements.ts';

/** A change of the package's own file, not yet made. */
export interface PrecompileEdit {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly write: () => Promise<void>;
}

/**
 * Adds the precompile statements that the last run left to the package's module; undefined where there are none that it
 * lacks, or no place for them.
 * @throws UserError as reading does; writing: `disk-full`, `file-unreadable`.
 */
export async function findPrecompileEdit({
  root,
  name,
}: Pick<Project, 'root' | 'name'>): Promise<PrecompileEdit | undefined> {
  const files = new GuardedFolder(root);
  const file = join(root, 'src', `${name}.jl`);
  const [kept, before] = await Promise.all([
    files.readText(join(root, PRECOMPILE_FILE)),
    files.readText(file),
  ]);
  if (kept === undefined || before === undefined) return undefined;
  const after = withStatements(
    before,
    name,
    kept.split('\n').flatMap((line) => readStatement(line) ?? []),
  );
  return after === undefined ? undefined : { file, before, after, write: () => files.write(file, after) };
}

const HEAD = '# Compiled with the package, and not again in each run.';
/** The module's last line, and what may follow it. */
const CLOSING_END = /^end\b[^\n]*(?:\n[ \t]*(?:#[^\n]*)?)*(?![^])/m;

/**
 * Pure: the source of a package's module with these statements before its end. Those that name a package which the module
 * does not have by its name are left out: it could not be loaded.
 */
function withStatements(source: string, name: string, statements: readonly Statement[]): string | undefined {
  const known = new Set(['Core', 'Base', name, ...broughtIn(source)]);
  const lines = statements
    .filter(({ text, roots }) => roots.every((root) => known.has(root)) && !source.includes(text))
    .map(({ text }) => `${text}\n`);
  const at = source.search(CLOSING_END);
  if (lines.length === 0 || at === -1) return undefined;
  return `${source.slice(0, at)}${HEAD}\n${lines.join('')}\n${source.slice(at)}`;
}

/** `using A, B` gives both their names; `using A: f` does not. */
function broughtIn(source: string): string[] {
  const found = source.matchAll(
    /^[ \t]*(?:using|import)[ \t]+([\w!]+(?:[ \t]*,[ \t]*[\w!]+)*)[ \t]*(?:#.*)?$/gm,
  );
  return [...found].flatMap(([, names = '']) => names.split(',').map((each) => each.trim()));
}
