import * as l10n from '@vscode/l10n';
import { basename, join, resolve } from 'node:path';
import { defined } from '../../base/defined.ts';
import { isUserError } from '../../base/errors.ts';
import { inWords, plural } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import { ReadablePlaces } from '../../base/readable-places.ts';
import { PREFERENCES_FILE_NAMES, readFirst } from '../../julia/project-file.ts';
import type { Project } from '../artefacts.ts';
import type { RunEvent } from '../events.ts';
import type { CompetitionFacts, ProjectInput } from '../project-artefact.ts';
import { chooseRoute, ROUTES } from '../stages.ts';
import type { Stage } from '../stage.ts';
import type { KaggleConfig } from './config-schema.ts';
import { readConfig } from './config.ts';
import { type CudaPin, planCudaPin } from './cuda-pin.ts';
import { environmentFingerprint } from './environment-files.ts';
import { openProject, type OpenProject } from './find-project.ts';
import { manyFiles } from './full-folder.ts';
import { readGitState } from './git-state.ts';
import { chooseEnvironment, type JuliaEnvironment, type ResolveJulia } from './julia-environment.ts';
import { localCaches } from './local-caches.ts';
import { readModels } from './models.ts';
import { asProgram, withOwnEnvironment } from './notebooks.ts';
import { namedInputs, type NamedInput } from './inputs.ts';
import { findPathDependencies, type LocalPackage, pathEntries } from './path-dependencies.ts';
import { demandForm, demandFunction, runSettings } from './run-settings.ts';
import { SecretGuard } from './secrets.ts';
import { channelOf, fullTestSet, lookAtTexts, notebookSettings, settings } from './settings.ts';
import { sourceNotes } from './source-notes.ts';
import { demandActs, demandDeclared, firstSource, readSources } from './sources.ts';
import type { StagingRequest } from './stage-files.ts';
import {
  addedFiles,
  inOrder,
  sourcesFingerprint,
  stage,
  withEdits,
  withGiven,
  withUuid,
} from './staged-copy.ts';

/** What the files say counts as it was read, by whoever looks: a run has only to keep it. */
export const projectStage: Stage<'project', 'project'> = {
  name: 'project',
  needs: ['project'],
  fingerprint: ({ project }) => project.fingerprint,
  plan: ({ project }) => summary(project),
  run: ({ project }) => Promise.resolve(project),
  summary,
};

/** Pure: what is to be said of a project before anything is built, and what the editor can do about it. */
export function warningsOf({ notes = [], manyFiles: many }: Project): readonly Warning[] {
  const full: Warning[] =
    many === undefined ? [] : [{ message: many.note, offer: `leave-out:${many.folder}` }];
  return [...full, ...notes.map((message) => ({ message }))];
}

type Warning = Pick<Extract<RunEvent, { kind: 'warning' }>, 'message' | 'offer'>;

/** One line on what was read, e.g. `Inference 0.1.0, Julia 1.10.5, 12 files, for harbour-tides`. */
function summary(project: Project): string {
  const { name, version, juliaVersion, manifest, files, competition, run } = project;
  const julia =
    manifest === undefined
      ? l10n.t('Julia {0}', juliaVersion)
      : l10n.t('Julia {0} by {1}, not {2}', juliaVersion, manifest.used, inWords(manifest.others, 'or'));
  const way = run.form === 'predict' ? [l10n.t('whose host calls {0}', run.target)] : routeInWords(project);
  const words = [name, version].join(' ');
  return [words, julia, plural(files.length, 'file'), l10n.t('for {0}', competition), ...way].join(', ');
}

/** What was found out of the competition, and what follows. */
function routeInWords({ isRouteFound, competitionFacts, route }: Project): string[] {
  if (isRouteFound !== true) return [];
  const submits = ROUTES[route].submits();
  if (competitionFacts === undefined)
    return [l10n.t('which Kaggle was not asked about: {0} is submitted', submits)];
  return competitionFacts.takesFiles
    ? [l10n.t('which takes files and notebooks: {0} is submitted ([submit] as)', submits)]
    : [];
}

/** Asks Kaggle what a competition takes; undefined where that cannot be asked now. */
export type AskCompetition = (
  slug: string,
  signal: AbortSignal,
  /** Patterns of the data of which is to be known how much they are. */
  only?: readonly string[],
) => Promise<CompetitionFacts | undefined>;

/** Asks Kaggle which version of an input is the newest, and how large it is; undefined where that cannot be asked now. */
export type AskInput = (input: NamedInput, signal: AbortSignal) => Promise<ProjectInput | undefined>;

export interface ReadProjectOptions {
  /** What may be read; absent: the project's folder and its git work tree. */
  readonly places?: ReadablePlaces | undefined;
  /** Settings of this machine, above JuliaKaggle.toml. */
  readonly overrides?: { readonly image?: string } | undefined;
  /** Variables of this process: git and the user's own ignore list are found by them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called for a channel only (`lts`, `release`, `1.10`): a project with an exact version needs no network. */
  readonly resolveJulia: ResolveJulia;
  /** Absent: nothing is known of any competition. */
  readonly askCompetition?: AskCompetition;
  /** Absent: nothing is known of what others made. */
  readonly askInput?: AskInput;
  /** Whether a competition with this deadline has ended, and what that means; absent: none has. */
  readonly dayOfEnd?: (deadline: string | undefined) => string | undefined;
  /** Where the hashes of models that were read before are kept; absent: all are read. */
  readonly hashesFile?: string | undefined;
  /** Folder with the hashes of project files that were read before; absent: all are read. */
  readonly stagedHashes?: string | undefined;
  /** Hears how many of the project's files are read, of how many, and which folder has most of them. */
  readonly onFiles?: StagingRequest['onFiles'];
  /** Hears how far the models are read; many gigabytes take a while. */
  readonly onModelBytes?: ((done: number, total: number) => void) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Reads the Julia package in `folder` and its JuliaKaggle.toml: everything that the later stages go by. Nothing is
 * written, nothing of the project is run.
 * @throws UserError `not-a-project`, `toml-syntax`, `config-invalid`, `manifest-missing`, `manifest-julia-version`,
 * `julia-version-unknown`, `path-dependency-missing`, `entry-missing`, `package-missing`, `model-missing`, `bundle-refused`,
 * `file-changed`, and as `ReadablePlaces`; CancelledError.
 */
export async function readProject(folder: string, options: ReadProjectOptions): Promise<Project> {
  const around = options.places ?? (await ReadablePlaces.around(folder));
  const { places } = await withOwnEnvironment(folder, around);
  const project = await openProject(folder, places);
  const config = await readConfig(project.folder, places);
  const inputsNamed = namedInputs(config);
  const channel = channelOf(config.julia);
  const exact = channel === undefined ? config.julia : await options.resolveJulia(channel, options.signal);
  const { competition, data } = config;
  const competitionFacts = await options.askCompetition?.(competition, options.signal, data.only);
  const inputs = await askAll(inputsNamed, options);
  const route = chooseRoute(config.submit.as, competitionFacts);
  const julia = await readEnvironment(project, config, exact, places);
  const dependencies = await findPathDependencies(julia.manifest, project.folder, places);
  const guard = new SecretGuard(project.folder, config.secrets.allow);
  const notebook = await notebookSettings(config, project, places);
  lookAtTexts(guard, config, notebook, project.folder);
  const staged = await stage(project, config, { julia, dependencies, places, guard }, options);
  guard.refuse();
  const { placeOf } = staged;
  const pin = await findCudaPin(project, julia, places);
  const edits = pin?.edits ?? [];
  const given = withGiven(staged.files, places, placeOf);
  const own = withEdits(given, await withUuid(project, edits, places), placeOf);
  const models = await readModels(config.models.files, project.folder, {
    places,
    hashesFile: options.hashesFile,
    onBytes: options.onModelBytes,
    guard,
    signal: options.signal,
  });
  guard.refuse();
  const locals: readonly LocalPackage[] = [{ ...project, project }, ...dependencies];
  const localPackages = project.isPackage ? locals : dependencies;
  const packages = localPackages.map((local) => ({
    name: local.name,
    uuid: local.uuid,
    place: placeOf(local.folder),
  }));
  const place = placeOf(project.folder);
  const staging = [...own, ...addedFiles(config)];
  const named = runSettings(config.run, {
    ...{ project, place, packages, files: staging, juliaVersion: julia.juliaVersion },
    packMode: config.pack.mode,
    source: await places.readText(join(project.folder, 'src', `${project.name}.jl`)),
  });
  const { skip } = config.run;
  const program = await asProgram(named, { files: staging, place, skip, projectFile: project.file, places });
  const files = inOrder(program.files);
  const facts = {
    name: project.name,
    uuid: project.uuid,
    version: project.version ?? '0.0.0',
    competition: config.competition,
    juliaVersion: julia.juliaVersion,
    place,
    packages,
    localCaches: localCaches(
      julia.manifest,
      localPackages.map((local) => ({ name: local.name, extensions: local.project?.extensions ?? {} })),
    ),
    run: program.run,
    route,
    ...inputs,
    ...settings(config, { route, name: project.name, juliaVersion: julia.juliaVersion }, options.overrides),
    notebook,
    ...fullTestSet(config),
    ...defined({ dataOnly: data.only }),
    environmentFingerprint: await environmentFingerprint(
      julia.manifest,
      locals,
      julia.workspaces,
      places,
      edits,
    ),
    sourcesFingerprint: sourcesFingerprint(files),
  };
  demandForm(facts, competitionFacts);
  demandFunction(facts);
  const sources = await readSources(firstSource(facts.run, project, place), files, places, program.readings);
  demandActs(facts.run, project, sources);
  demandDeclared(facts.run, project, sources);
  const seen = sourceNotes({
    ...{ sources: sources.files, place, files, deps: project.deps, output: facts.output.file },
    ...{ isCalled: facts.run.form === 'predict', others: program.notes },
  });
  return {
    // Only what is the same on every machine: no absolute path, no time, nothing of git.
    fingerprint: fingerprint({
      ...facts,
      data: config.data.folder,
      ...defined({ hidden: config.data.hidden }),
      models: models.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    }),
    root: project.folder,
    ...facts,
    competitionFacts,
    endedOn: options.dayOfEnd?.(competitionFacts?.deadline),
    isRouteFound: config.submit.as === 'auto',
    imageOverride: options.overrides?.image,
    juliaChannel: channel,
    ...severalManifests(julia),
    ...defined({ oldManifest: julia.oldManifest }),
    ...seen,
    ...defined({ manyFiles: manyFiles(project.folder, files) }),
    cudaPin: pin && { version: pin.version, diff: pin.edits.flatMap(({ diff }) => diff) },
    files,
    ignored: staged.ignored,
    models,
    dataFolder: await realFolder(config.data.folder, project, places),
    hiddenFolder: await realFolder(config.data.hidden, project, places),
    git: await readGitState(project.folder, options.environment, options.signal),
  };
}

/** What others made, as far as Kaggle was asked about it; nothing where nothing is named. */
async function askAll(
  named: readonly NamedInput[],
  { askInput, signal }: ReadProjectOptions,
): Promise<Pick<Project, 'inputs'>> {
  const inputs: ProjectInput[] = [];
  for (const input of named) inputs.push((await askInput?.(input, signal)) ?? input);
  return inputs.length === 0 ? {} : { inputs };
}

/**
 * The environment, once all that the project reads outside of itself is agreed to: the user is asked once for all of it.
 * Only what a Manifest outside names cannot be known before.
 */
async function readEnvironment(
  project: OpenProject,
  config: KaggleConfig,
  exact: string | undefined,
  places: ReadablePlaces,
): Promise<JuliaEnvironment> {
  const { data, models } = config;
  const named = [data.folder, data.hidden, ...models.files].filter((path) => path !== undefined);
  const paths = named.map((path) => resolve(project.folder, path));
  try {
    const julia = await chooseEnvironment(project, exact, places);
    const folders = pathEntries(julia.manifest, project.folder).map(({ folder }) => folder);
    await places.demand([...paths, ...folders]);
    return julia;
  } catch (error) {
    if (isUserError(error, 'outside-project')) await places.demand(paths, error.places);
    throw error;
  }
}

/** Pure: which Manifest is used and which are not, where there are several. */
function severalManifests({ manifest, otherManifests }: JuliaEnvironment): Pick<Project, 'manifest'> {
  if (otherManifests.length === 0) return {};
  return { manifest: { used: basename(manifest.file), others: [...otherManifests] } };
}

/** A folder with data by its path without links, as it is read later. */
async function realFolder(
  named: string | undefined,
  { folder }: OpenProject,
  places: ReadablePlaces,
): Promise<string | undefined> {
  if (named === undefined) return undefined;
  const path = resolve(folder, named);
  return (await places.resolve(path)) ?? path;
}

async function findCudaPin(
  project: OpenProject,
  { manifest }: JuliaEnvironment,
  places: ReadablePlaces,
): Promise<CudaPin | undefined> {
  const [text, localPreferences] = await Promise.all([
    places.readText(project.file),
    readFirst(project.folder, PREFERENCES_FILE_NAMES, places),
  ]);
  return planCudaPin({ manifest, project, projectText: text ?? '', localPreferences });
}
