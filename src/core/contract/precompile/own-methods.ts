import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { ownText } from '../../../base/own-text.ts';
import type { Project } from '../../artefacts.ts';
import type { StageContext } from '../../stage.ts';
import { STAGED } from '../image/paths.ts';
import { type Fact, factsOf } from '../script-facts.ts';
import { readStatement, type Statement } from './statements.ts';

/** Where Julia writes what it compiles in a run; only where it is asked to. */
export const COMPILED_IN_RUN = `${STAGED}/trace-compile`;

/** Julia's option for that, in every version that is supported. */
export const TRACE_FLAG = `--trace-compile=${COMPILED_IN_RUN}`;

/** Python that tells which of the project's own methods stand there. */
export function ownMethodsProgram(): string {
  return ownText(import.meta.dirname, 'scripts', 'own-methods.py');
}

/** Below the project: the statements of the last run that compiled anything of the project's own. */
export const PRECOMPILE_FILE = join('.julia-kaggle', 'reports', 'precompile.jl');

/** Pure: the names of the packages whose methods are the project's own. */
export function ownPackages({ packages }: Pick<Project, 'packages'>): string[] {
  return packages.map(({ name }) => name);
}

/** Pure: what a run compiled of the project's own, each method once for each of its types. */
export function ownStatements(facts: readonly Fact[], project: Pick<Project, 'packages'>): Statement[] {
  const own = ownPackages(project);
  const found = new Map<string, Statement>();
  for (const { statement } of factsOf(facts, 'compiled-method')) {
    const read = readStatement(statement);
    if (read !== undefined && own.includes(read.owner)) found.set(read.text, read);
  }
  return [...found.values()];
}

/** Warns of the project's own methods that Julia compiles in each run, and keeps the statements that would change that. */
export async function tellOwnMethods(
  project: Pick<Project, 'name'>,
  statements: readonly Statement[],
  { folder, files, log, warn }: Pick<StageContext, 'folder' | 'files' | 'log' | 'warn'>,
): Promise<void> {
  const file = join(folder, '..', PRECOMPILE_FILE);
  if (statements.length === 0) {
    await files.remove(file);
    return;
  }
  for (const { text } of statements) log('note', text);
  await files.write(file, statements.map(({ text }) => `${text}\n`).join(''));
  warn(ownMethodsWarning(project, statements), 'precompile-statements');
}

/** So many are named in the warning. */
const MOST_NAMED = 3;

function ownMethodsWarning({ name }: Pick<Project, 'name'>, statements: readonly Statement[]): string {
  const methods = [...new Set(statements.map(({ method }) => method))];
  const named = methods.slice(0, MOST_NAMED).join(', ');
  return l10n.t(
    "Julia compiles {0} of the project's own methods in each run, on Kaggle too: {1}. To compile them beforehand, put the statements of {2} before the last end of src/{3}.jl.",
    statements.length,
    methods.length > MOST_NAMED ? `${named}, …` : named,
    PRECOMPILE_FILE.replaceAll('\\', '/'),
    name,
  );
}
