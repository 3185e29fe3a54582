import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';

/** What other languages keep at the top of their projects. */
const OF_PROJECTS = new Set([
  ...['pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'environment.yml', 'Pipfile'],
  ...['package.json', 'Cargo.toml', 'go.mod', 'pom.xml', 'build.gradle', 'CMakeLists.txt', 'Makefile'],
  ...['DESCRIPTION', 'renv.lock', 'Gemfile', 'composer.json'],
]);
const OF_SOURCES = new Set([
  '.py',
  '.r',
  '.rmd',
  '.js',
  '.ts',
  '.rs',
  '.go',
  '.java',
  '.cpp',
  '.c',
  '.scala',
]);

/**
 * What shows that a folder is a project of another language, by a name: a package of Julia in the middle of it would mix the
 * two. Undefined where there is nothing of the kind, or something of Julia.
 */
export async function otherLanguageIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  if (names.some((name) => name.endsWith('.jl'))) return undefined;
  return names
    .toSorted()
    .find((name) => OF_PROJECTS.has(name) || OF_SOURCES.has(extname(name).toLowerCase()));
}
