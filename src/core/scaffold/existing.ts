import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { readManifest } from '../../julia/manifest.ts';
import { findManifest, readProjectFile } from '../../julia/project-file.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { competitionSlug } from '../project/config-values.ts';
import { openProject } from '../project/find-project.ts';
import { SCRIPT_NAMES } from '../project/run-settings.ts';
import { MAINS } from '../project/sources.ts';
import { functionsOf } from '../../julia/source-facts.ts';
import { scanJulia } from '../../julia/source.ts';
import type { ScaffoldFile } from './scaffold.ts';

/** What is called, where the competition calls; the first that the package has. */
const PREDICTORS = ['predict', 'infer'] as const;

/** Where a script that predicts lies. */
const SCRIPT_FOLDERS = ['', 'src', 'scripts', 'notebooks'];

export interface ExistingRequest {
  readonly competition: string;
  /** Exact; absent: what the Manifest says, or nothing. */
  readonly juliaVersion?: string;
  /** The competition's host calls a function. */
  readonly callsNotebook?: boolean;
}

/**
 * The JuliaKaggle.toml for a project that is there: what it runs is looked for, and named where it is plain. Undefined
 * where the folder has no project. Nothing is written, and nothing is asked of any server.
 * @throws UserError `not-a-project`, `toml-syntax`, `wrong-usage`, and as `ReadablePlaces`.
 */
export async function planExisting(
  folder: string,
  { competition, juliaVersion, callsNotebook = false }: ExistingRequest,
  places: ReadablePlaces,
): Promise<{ readonly name: string; readonly files: readonly ScaffoldFile[] } | undefined> {
  if ((await readProjectFile(folder, places)) === undefined) return undefined;
  demandCompetition(competition);
  const project = await openProject(folder, places);
  const manifest = await findManifest(project, undefined, places);
  const resolvedWith =
    manifest === undefined ? undefined : (await readManifest(manifest, places)).juliaVersion;
  const source = project.isPackage
    ? await places.readText(join(folder, 'src', `${project.name}.jl`))
    : undefined;
  const functions = functionsOf(scanJulia(source ?? ''));
  const main = MAINS.find((name) => functions.includes(name));
  const text = projectConfig({
    competition,
    julia: resolvedWith === undefined ? juliaVersion : undefined,
    isJuliaKnown: resolvedWith !== undefined,
    predict: callsNotebook
      ? `${project.name}.${PREDICTORS.find((name) => functions.includes(name)) ?? PREDICTORS[0]}`
      : undefined,
    entry: main === undefined ? undefined : `${project.name}.${main}`,
    script: project.isPackage ? undefined : await findScript(folder, places),
  });
  return {
    name: project.name,
    files: [
      { path: CONFIG_FILE, text },
      { path: '.gitignore', text: '.julia-kaggle/\n' },
    ],
  };
}

async function findScript(folder: string, places: ReadablePlaces): Promise<string | undefined> {
  for (const name of SCRIPT_NAMES)
    for (const place of SCRIPT_FOLDERS) {
      const path = place === '' ? `${name}.jl` : `${place}/${name}.jl`;
      if ((await places.look(join(folder, path)))?.isFile() === true) return path;
    }
  return undefined;
}

/** @throws UserError `wrong-usage`. */
export function demandCompetition(competition: string): void {
  if (competitionSlug.safeParse(competition).success) return;
  throw new UserError({
    code: 'wrong-usage',
    title: l10n.t('"{0}" is not the last part of a competition\'s address.', competition),
    actions: [{ title: l10n.t('Give one such as: {0}', '--competition titanic') }],
  });
}

interface Found {
  readonly competition: string;
  /** Written into it. */
  readonly julia?: string | undefined;
  /** The Manifest says which. */
  readonly isJuliaKnown?: boolean;
  readonly predict?: string | undefined;
  readonly entry?: string | undefined;
  readonly script?: string | undefined;
}

const ARGUMENTS = `# {competition} and {working} stand for folders that lie elsewhere here than on Kaggle.
# args = ["--input", "{competition}", "--output", "{working}/submission.csv"]
`;

/** Pure: the JuliaKaggle.toml of a project that is there. */
export function projectConfig({
  competition,
  julia,
  isJuliaKnown = julia === undefined,
  predict,
  entry,
  script,
}: Found): string {
  const version = isJuliaKnown
    ? []
    : [
        '# The Manifest does not say which Julia it was made with.',
        julia === undefined ? '# julia = "1.10.5"' : `julia = "${julia}"`,
      ];
  const run =
    predict !== undefined
      ? [
          "# The competition's host calls this function of the package with the hidden data, batch by batch.",
          `predict = "${predict}"`,
        ]
      : entry !== undefined
        ? [
            '# A function of the package that takes the arguments and gives the exit code.',
            `entry = "${entry}"`,
          ]
        : script !== undefined
          ? [`script = "${script}"`]
          : [
              '# What is run: a function of the package, or a script.',
              '# entry = "Inference.main"',
              '# script = "predict.jl"',
            ];
  return `# How this project becomes a submission. Only \`competition\` is required.
competition = "${competition}"
${version.map((line) => `${line}\n`).join('')}
[run]
${run.join('\n')}
${predict === undefined ? ARGUMENTS : ''}
# [models]
# Files that training makes; the program finds them in {models}.
# files = ["model.jld2"]
`;
}
