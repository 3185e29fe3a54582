import { defined } from '../../../base/defined.ts';
import { ownText } from '../../../base/own-text.ts';
import { fingerprint } from '../../../base/hash.ts';
import { nonEmpty } from '../../../base/non-empty.ts';
import type { TarFile } from '../../../docker/tar-files.ts';
import type { Depot, Project, StagedFile } from '../../artefacts.ts';
import { CPU_TARGET, onlineEnvironment } from '../../contract/depot/julia-environment.ts';
import {
  APP,
  APP_NAME,
  COMPILED,
  COMPILED_STAMP,
  DEPOT,
  juliaProgram,
  STAGED,
  stagedFolder,
  SYSIMAGE,
} from '../../contract/image/paths.ts';
import { findCompilerScript } from '../../contract/image/compiler.ts';
import { entryProgram, runArguments } from '../../contract/image/run-command.ts';
import { julianTell, scriptFile } from '../../contract/script-facts.ts';
import { COMPILED_MODES, type CompiledMode } from '../../packing.ts';
import type { RunFolders } from '../../config-file.ts';
import type { PackInput } from '../plan.ts';
import { packageCompilerFor } from './versions.ts';
import { wrapperFiles } from './wrapper.ts';

export const COMPILER_FOLDER = `${STAGED}/PackageCompiler`;
const WORK = `${COMPILED}/work`;
const WRAPPER = `${WORK}/${APP_NAME}`;

/** Changes when the same inputs give another result. */
const FORMAT = 3;

/** Pure: the mode that compiles, or undefined for the depot. */
export function compiledMode({ packMode }: Project): CompiledMode | undefined {
  return COMPILED_MODES.find((mode) => mode === packMode);
}

/** Pure: the hash of everything that decides the result but a checkout of PackageCompiler of the person's own. */
export function compiledFingerprint({ project, build, test }: PackInput): string {
  return fingerprint({
    format: FORMAT,
    mode: project.packMode,
    codec: project.packCodec ?? 'auto',
    environment: build.environmentFingerprint,
    sources: compiledSources(project).map(({ place, sha256 }) => ({ place, sha256 })),
    julia: build.julia.sha256,
    image: build.image.id,
    run: project.run,
    data: test.dataFiles,
    content: test.depotContent,
    depotId: build.depotId,
    compiler: packageCompilerFor(build.julia.version),
    cpuTarget: CPU_TARGET,
  });
}

/** Pure: the sources but for tests and docs, which are not compiled in; nor are models, on which the sample is run. */
function compiledSources({ files, packages }: Pick<Project, 'files' | 'packages'>): StagedFile[] {
  const beside = packages.flatMap(({ place }) => [`${place}/test/`, `${place}/docs/`]);
  return files.filter(({ place }) => !beside.some((folder) => place.startsWith(folder)));
}

/** PackageCompiler took up to 2.9 GB at its height, seen with Julia 1.10. */
export const MEMORY_BYTES = 3e9;

/** What PackageCompiler makes in between and in the end (julia-facts section 6: a system image of 153 MB, an app of 283). */
const OUTPUT_BYTES = 1e9;

/**
 * Pure: about so many bytes are needed on the engine's disk. PackageCompiler copies the artifacts of all packages into an
 * app, used or not.
 */
export function bytesToCompile(mode: CompiledMode, { inventory }: Pick<Depot, 'inventory'>): number {
  const artifacts = mode === 'app' ? inventory.filter(({ kind }) => kind === 'artifact') : [];
  return artifacts.reduce((sum, { bytes }) => sum + bytes, OUTPUT_BYTES);
}

/** Pure: the folder that is packed. */
export function outputFolder(mode: CompiledMode): string {
  return mode === 'app' ? APP : SYSIMAGE.slice(0, SYSIMAGE.lastIndexOf('/'));
}

/** Pure: the compiling's files, below the root folder. */
export function compileFiles(project: Project, folders: RunFolders): TarFile[] {
  const text = (path: string, content: string): TarFile => ({ path: path.slice(1), from: { text: content } });
  const resource = (name: string): TarFile => scriptFile(name, ownText(import.meta.dirname, 'scripts', name));
  return [
    resource('compile.sh'),
    findCompilerScript(),
    resource('compile.jl'),
    julianTell(),
    scriptFile('sample-run', [...sampleProgram(project), ...runArguments(project, folders)].join('\n')),
    ...Object.entries(wrapperFiles(project)).map(([path, content]) => text(`${WRAPPER}/${path}`, content)),
  ];
}

/** What the notebook starts: of an entry an app starts its own function, and with a system image Julia a program. */
function sampleProgram({ run, place, packMode }: Project): string[] {
  if (run.form === 'script') return ['--', `${stagedFolder(place)}/${run.target}`];
  return packMode === 'sysimage' ? ['-e', entryProgram(run), '--'] : ['--', `${WRAPPER}/sample.jl`];
}

/** Pure: the compiling's command. */
export function compileCommand(project: Project): string[] {
  const julia = [juliaProgram(project.juliaVersion), '--startup-file=no', '--color=no'];
  return ['bash', `${STAGED}/compile.sh`, DEPOT, `${STAGED}/compile.jl`, ...julia];
}

/** Pure: its variables. `environment`: those of this process; `id`: what it writes last. */
export function compileEnvironment(
  project: Project,
  mode: CompiledMode,
  environment: Readonly<Record<string, string | undefined>>,
  id: string,
): Record<string, string> {
  const { JULIA_CC: compiler } = environment;
  return {
    ...onlineEnvironment(environment),
    // What is installed and compiled on the way is written to the first depot, and the project's stays as it is.
    JULIA_DEPOT_PATH: `${WORK}/depot:${DEPOT}:`,
    ...defined({ JULIA_CC: compiler }),
    ...(localCompiler(environment) === undefined ? {} : { JULIA_KAGGLE_COMPILER_FOLDER: COMPILER_FOLDER }),
    JULIA_KAGGLE_COMPILER_VERSION: packageCompilerFor(project.juliaVersion),
    JULIA_KAGGLE_DEPOT: DEPOT,
    JULIA_KAGGLE_FORM: project.run.form,
    JULIA_KAGGLE_ID: id,
    JULIA_KAGGLE_MODE: mode,
    JULIA_KAGGLE_OUTPUT: outputFolder(mode),
    JULIA_KAGGLE_PROJECT: stagedFolder(project.place),
    JULIA_KAGGLE_STAMP: COMPILED_STAMP,
    JULIA_KAGGLE_SAMPLE_RUN: `${STAGED}/sample-run`,
    JULIA_KAGGLE_WORK: WORK,
    JULIA_KAGGLE_WRAPPER: WRAPPER,
  };
}

/** The folder with a checkout of PackageCompiler that is taken in place of a registered version. */
export function localCompiler(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  return nonEmpty(environment['JULIA_KAGGLE_PACKAGE_COMPILER']);
}
