import * as l10n from '@vscode/l10n';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { isWithin } from '../../base/files.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { foreignCell, parseJupyter } from '../../julia/jupyter.ts';
import { olderThan } from '../../julia/julia-version.ts';
import { parsePluto } from '../../julia/pluto.ts';
import { type ProjectFile, readProjectFile } from '../../julia/project-file.ts';
import { includesOf, packagesAnywhere } from '../../julia/source-facts.ts';
import { type JuliaSource, scanJulia } from '../../julia/source.ts';
import { OWN_MODULES, STANDARD_LIBRARY } from '../../julia/standard-library.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { demandCompetition, projectConfig } from './existing.ts';
import { emptyManifest, type ScaffoldFile } from './scaffold.ts';

/** The environment around a script, or a notebook. */
interface ScriptProject {
  readonly name: string;
  /** New files, below the folder; none that is there is among them but `.gitignore`. */
  readonly files: readonly ScaffoldFile[];
  /** Packages that are added to it, which Julia resolves in the image. */
  readonly packages: readonly string[];
}

interface Request {
  readonly competition: string;
  /** Exact. */
  readonly juliaVersion: string;
}

const MOST_BYTES = 100e6;
const MOST_FILES = 300;

/**
 * What a lone script needs to become a submission: JuliaKaggle.toml, and where there is no Project.toml one with the
 * packages that it loads, with those that it includes. The standard library needs no mention there. A Pluto notebook
 * brings its own.
 * @param script its path.
 * @throws UserError `wrong-usage`, `toml-syntax`, and as `ReadablePlaces`.
 */
export async function planFromScript(
  folder: string,
  script: string,
  { competition, juliaVersion }: Request,
  places: ReadablePlaces,
): Promise<ScriptProject> {
  demandCompetition(competition);
  const [root, file] = [resolve(folder), resolve(script)];
  const text = isWithin(root, file) ? await places.readText(file, MOST_BYTES) : undefined;
  if (text === undefined)
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('There is no script {0} in {1}.', script, root),
      actions: [{ title: l10n.t('Give one such as: {0}', '--from predict.jl') }],
    });
  const target = relative(root, file).split(sep).join('/');
  const name = basename(root);
  const project = await readProjectFile(root, places);
  const pluto = parsePluto(text);
  const isWhole = project !== undefined || pluto?.project !== undefined;
  // The Manifest of an older one does not say which it is for.
  const isOld = !isWhole && olderThan(juliaVersion, 1, 7);
  const own = [
    {
      path: CONFIG_FILE,
      text: projectConfig({ competition, script: target, ...(isOld && { julia: juliaVersion }) }),
    },
    { path: '.gitignore', text: '.julia-kaggle/\n' },
  ];
  if (pluto?.project !== undefined) return { name, files: own, packages: [] };
  const sources = await sourcesOf(file, text, places);
  const packages = packagesFor(sources, project);
  if (project !== undefined) return { name: project.name ?? name, files: own, packages };
  return {
    name,
    files: [
      ...own,
      { path: 'Project.toml', text: '[deps]\n' },
      // Of no packages there is nothing to resolve.
      ...(packages.length === 0 ? [{ path: 'Manifest.toml', text: emptyManifest(juliaVersion) }] : []),
    ],
    packages,
  };
}

/** Pure: what they load that comes with no Julia, and that the project does not name. */
function packagesFor(sources: readonly JuliaSource[], project: ProjectFile | undefined): string[] {
  const own = new Set([project?.name, ...sources.flatMap(({ modules }) => [...modules])]);
  const isKnown = (name: string): boolean =>
    OWN_MODULES.has(name) ||
    STANDARD_LIBRARY.has(name) ||
    own.has(name) ||
    Object.hasOwn(project?.deps ?? {}, name);
  return [...new Set(sources.flatMap(packagesAnywhere))].filter((name) => !isKnown(name)).toSorted();
}

/** A script with what it includes by name; of a Jupyter notebook its cells that are Julia. */
async function sourcesOf(first: string, text: string, places: ReadablePlaces): Promise<JuliaSource[]> {
  const { cells = [] } = /\.ipynb$/i.test(first) ? (parseJupyter(text) ?? {}) : {};
  const said = cells.filter((cell) => foreignCell(cell) === undefined).map(({ code }) => `${code}\n`);
  const wanted = new Map([[first, /\.ipynb$/i.test(first) ? said.join('\n') : text]]);
  const found: JuliaSource[] = [];
  // What is added while it is walked is walked too.
  for (const [file, code] of wanted) {
    const source = scanJulia(code);
    found.push(source);
    for (const path of includesOf(source)) {
      const other = path === undefined ? undefined : join(dirname(file), posix.normalize(path));
      if (other === undefined || wanted.has(other) || wanted.size >= MOST_FILES) continue;
      const more = await places.readText(other);
      if (more !== undefined) wanted.set(other, more);
    }
  }
  return found;
}
