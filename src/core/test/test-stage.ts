import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { ownText } from '../../base/own-text.ts';
import { join } from 'node:path';
import { formatBytes, formatDuration } from '../../base/format.ts';
import { fingerprint, sha256OfFile } from '../../base/hash.ts';
import type { Container, Engine } from '../../docker/engine.ts';
import { runScript } from '../../docker/run-script.ts';
import type { TarFile } from '../../docker/tar-files.ts';
import type { Depot, GpuReport, InventoryItem, LazyArtifact, Project, TestReport } from '../artefacts.ts';
import { artifactFilesOf, artifactFilesProgram, lazyMissing } from '../contract/depot/artifact-files.ts';
import { isTelling, namesOf } from '../contract/diagnosis/rules.ts';
import { publicFolders, publicInputs } from '../contract/image/input-mount.ts';
import { tellNewerInputs } from '../contract/image/newer-inputs.ts';
import { inputEnvironment, inputFolders } from '../contract/image/other-inputs.ts';
import { appeared, describeItem, inventoryOf, inventoryProgram } from '../contract/depot/inventory.ts';
import { onlineEnvironment } from '../contract/depot/julia-environment.ts';
import { chooseGpu, gpuInWords, gpuOf } from '../contract/image/gpu.ts';
import { kaggleLimits } from '../contract/image/limits.ts';
import { juliaMounts } from '../contract/image/julia.ts';
import { saveFromWorking } from '../contract/submission/output-file.ts';
import { DEPOT, STAGED, WORKING } from '../contract/image/paths.ts';
import { runCommand } from '../contract/image/run-command.ts';
import { olderThan } from '../../julia/julia-version.ts';
import {
  COMPILED_IN_RUN,
  ownMethodsProgram,
  ownPackages,
  ownStatements,
  tellOwnMethods,
  TRACE_FLAG,
} from '../contract/precompile/own-methods.ts';
import { type Fact, factReader, factsOf, scriptFile } from '../contract/script-facts.ts';
import { peakMemoryProgram } from '../contract/notebook/step-reports.ts';
import { expectationOf, sizeInWords } from '../contract/submission/expectation.ts';
import { located } from '../contract/diagnosis/finding.ts';
import { checkSubmission } from '../contract/submission/submission-file.ts';
import type { Stage, StageContext } from '../stage.ts';
import { changedOnKaggle, type CompetitionData, getCompetitionData, isSameData } from './competition-data.ts';
import { explainFailure, submissionMissing } from './explain.ts';

/** Runs the entry point in the image on the competition's public data, and checks the submission file it writes. */
export const testStage: Stage<'test', 'project' | 'build'> = {
  name: 'test',
  needs: ['project', 'build'],
  fingerprint: ({ project, build }) =>
    fingerprint({
      build: build.fingerprint,
      image: build.image.id,
      competition: project.competition,
      run: project.run,
      models: project.models.map(({ name, sha256 }) => ({ name, sha256 })),
      data: project.dataFolder,
      ...defined({
        inputs: project.inputs?.map(({ name, kind, ref, version, only }) => ({
          ...{ name, ref, version, only },
          ...(kind !== 'dataset' && { kind }),
        })),
      }),
      accelerator: project.notebook.accelerator,
      output: project.output,
      ...(project.offlineTest === true && { network: false }),
    }),
  plan: ({ project }) => [runInWords(project), ...fetchInWords(project)].join('; '),
  doubt: async (last, { project, build }, context) => {
    if (!hasContent(last, build)) return { because: l10n.t('since the depot lacks what the last run had') };
    if (!(await isSameData(last, project, context)))
      return { because: l10n.t('since the data are not those of the last run') };
    await tellNewerInputs(project, context);
    const changed = await changedOnKaggle(project, context);
    return changed === undefined
      ? undefined
      : { because: l10n.t('since {0} is another on Kaggle now', changed) };
  },
  run: async ({ project, build }, previous, context) => {
    const engine = await context.ports.engine(context.signal);
    const data = await getCompetitionData(project, context);
    const outcome = await runInImage(engine, { project, build, data, previousGpu: previous?.gpu }, context);
    const added = appeared(build.inventory, outcome.content);
    for (const line of depotNotes(added, outcome.missing)) context.log('note', line);
    const file = join(context.folder, 'test', project.output.file);
    const tested = { dataFolder: data.folder, dataFiles: data.files };
    const expected = expectationOf(project, tested);
    const { rows, files, notes } = await checkSubmission(file, expected);
    for (const note of notes) context.warn(note);
    return {
      fingerprint: testStage.fingerprint({ project, build }),
      ...tested,
      seconds: outcome.report.seconds,
      peakMemoryBytes: outcome.report.peakMemoryBytes,
      ...defined({
        gpu: outcome.gpu,
        rows,
        files,
        sample: expected.sampleName,
      }),
      submissionSha256: await sha256OfFile(file),
      submissionBytes: (await context.files.look(file))?.size,
      downloads: namesOf('download', outcome.lines),
      depotContent: outcome.content.map((item) => item.name),
      depotId: build.depotId,
      appeared: added,
      lazyMissing: [...outcome.missing],
    };
  },
  summary: (report) =>
    [
      l10n.t('{0} in {1}', sizeInWords(report) ?? l10n.t('ran'), formatDuration(report.seconds * 1000)),
      l10n.t('{0} of memory', formatBytes(report.peakMemoryBytes)),
      ...(report.gpu === undefined ? [] : [gpuInWords(report.gpu)]),
      ...depotWords(report.appeared ?? [], report.lazyMissing ?? []),
    ].join(', '),
};

function runInWords(project: Project): string {
  return project.offlineTest === true
    ? l10n.t(
        'run {0} in the image, without network, on the public data of {1}',
        project.run.target,
        project.competition,
      )
    : l10n.t('run {0} in the image on the public data of {1}', project.run.target, project.competition);
}

/** How much of the data `[data] only` takes, where it was counted. */
function fetchInWords({ competitionFacts, dataFolder, dataOnly }: Project): string[] {
  const data = dataFolder === undefined && dataOnly !== undefined ? competitionFacts?.data : undefined;
  if (data === undefined) return [];
  return [l10n.t('of its data {0} files, {1}, are downloaded', data.files, formatBytes(data.bytes))];
}

/** The same where its submission file is what is submitted: without that, the result is of no use. */
export const testOfFileStage: typeof testStage = {
  ...testStage,
  doubt: async (last, input, context) => {
    const doubt = await testStage.doubt?.(last, input, context);
    if (doubt !== undefined) return doubt;
    const file = join(context.folder, 'test', input.project.output.file);
    const isThere = (await context.files.look(file)) !== undefined;
    if (isThere && (await sha256OfFile(file, context.signal)) === last.submissionSha256) return undefined;
    return { because: l10n.t('since the file that it left is gone, or another'), neededBy: ['submit'] };
  },
};

/** Whether the depot has all that it had after the run: it is the same one, or a later build brought it there. */
function hasContent(last: TestReport, build: Depot): boolean {
  if (last.depotId === build.depotId) return true;
  const there = new Set(build.inventory.map(({ name }) => name));
  return last.depotContent.every((name) => there.has(name));
}

interface Outcome {
  readonly report: Fact<'measured'>;
  readonly gpu: GpuReport | undefined;
  readonly lines: readonly string[];
  /** The depot after the run. */
  readonly content: readonly InventoryItem[];
  readonly missing: readonly LazyArtifact[];
}

interface TestInput {
  readonly project: Project;
  readonly build: Depot;
  readonly data: CompetitionData;
  /** What the last test had. */
  readonly previousGpu: GpuReport | undefined;
}

async function runInImage(
  engine: Engine,
  { project, build: depot, data, previousGpu }: TestInput,
  context: StageContext,
): Promise<Outcome> {
  const limits = kaggleLimits(await engine.info(), context.ports.environment);
  const gpu = await chooseGpu(engine, project, { image: depot.image.name, previous: previousGpu }, context);
  const traced = isTraced(project);
  const command = runCommand(project, publicFolders(project), traced ? [TRACE_FLAG] : []);
  const facts = { dataFolder: data.folder, dataFiles: data.files, isDoubted: context.anew };
  const image = depot.image.name;
  const shell = [
    `python3 ${STAGED}/measure.py "$@"`,
    'code=$?',
    `python3 ${STAGED}/inventory.py ${DEPOT}`,
    `xargs -0 python3 ${STAGED}/artifact-files.py ${DEPOT} < ${STAGED}/packages`,
    `xargs -0 python3 ${STAGED}/own-methods.py ${COMPILED_IN_RUN} < ${STAGED}/own-packages`,
    'exit $code',
  ].join('\n');
  const script = {
    image,
    command: ['bash', '-c', shell, 'bash', ...command],
    // Proxies and servers, with what their addresses may hold, are of no use without a network.
    environment: {
      ...onlineEnvironment(project.offlineTest === true ? {} : context.ports.environment),
      ...inputEnvironment(inputFolders(project)),
    },
    workingFolder: WORKING,
    mounts: [...juliaMounts(depot), ...(await publicInputs(engine, project, facts, image, context))],
    network: project.offlineTest === true ? ('none' as const) : ('bridge' as const),
    ...limits,
    ...gpuOf(gpu),
    files: scripts(project, depot),
    read: factReader('measured', 'item', 'depot', 'artifacts', 'compiled-method'),
    onLine: context.log,
    isTelling,
  };
  context.progress(l10n.t('Running {0}', project.run.target));
  return runScript(engine, script, async ({ exit, facts, lines }, container) => {
    // The program may tell what looks like ours, but measure.py comes after it, and the depot after that.
    const own = facts.slice(facts.findLastIndex(({ kind }) => kind === 'measured'));
    const [report] = factsOf(own, 'measured');
    if (exit.exitCode !== 0 || report === undefined) {
      const { exitCode, peakMemoryBytes = 0 } = report ?? {};
      throw located(
        explainFailure(project, { state: exit, exitCode, peakMemoryBytes, limits, lines }),
        project,
        lines,
      );
    }
    await takeSubmission(container, project, context);
    const content = inventoryOf(own).items;
    const missing = lazyMissing(artifactFilesOf(own, project), content);
    if (traced) await tellOwnMethods(project, ownStatements(own, project), context);
    return { report, gpu, lines, content, missing };
  });
}

/**
 * Pure: whether it is looked at what Julia compiles in the run. Before 1.9 caches hold no machine code, a script is in no
 * cache, what is compiled into an app or a system image is run by the rehearsal, and a file is made by this run alone.
 */
function isTraced({ juliaVersion, packMode = 'depot', run, route }: Project): boolean {
  const isLater = packMode === 'depot' && route === 'notebook';
  return isLater && run.form === 'entry' && !olderThan(juliaVersion, 1, 9);
}

/** @throws UserError `submission-file` when the run wrote none. */
async function takeSubmission(container: Container, project: Project, context: StageContext): Promise<void> {
  const folder = join(context.folder, 'test');
  const { file } = project.output;
  const others: string[] = [];
  const archive = await container.getArchive(WORKING);
  if (!(await saveFromWorking(archive, file, context.files, join(folder, file), others)))
    throw submissionMissing(project, WORKING, others);
}

function scripts(project: Project, depot: Depot): TarFile[] {
  const folders = [...project.packages.map(({ place }) => `dev/${place}`), ...(depot.packages ?? [])];
  return [
    scriptFile('measure.py', ownText(import.meta.dirname, 'scripts', 'measure.py')),
    scriptFile('peak.py', peakMemoryProgram()),
    scriptFile('inventory.py', inventoryProgram()),
    scriptFile('artifact-files.py', artifactFilesProgram()),
    scriptFile('own-methods.py', ownMethodsProgram()),
    scriptFile(
      'own-packages',
      ownPackages(project)
        .map((each) => `${each}\0`)
        .join(''),
    ),
    // A Manifest may hold hundreds: more than a command line takes.
    scriptFile('packages', folders.map((each) => `${each}\0`).join('')),
  ];
}

/** So many additions to the depot are named in the summary. */
const MAX_NAMED = 3;

/** Pure: what the run brought into the depot and what stayed away, for the summary; many are counted. */
function depotWords(added: readonly InventoryItem[], missing: readonly LazyArtifact[]): string[] {
  return [...additions(added), ...absences(missing)];
}

/** Pure: the same for the log, each one named. */
function depotNotes(added: readonly InventoryItem[], missing: readonly LazyArtifact[]): string[] {
  const notes = added.map((item) => l10n.t('came into the depot: {0}', describeItem(item)));
  if (missing.length === 0) return notes;
  const names = missing.map(({ name, package: owner }) => `${name} (${owner})`).join(', ');
  return [
    ...notes,
    l10n.t('lazy artifacts that this run did not use: {0}', names),
    l10n.t(
      'One that only a GPU or the hidden data will ask for is fetched by the build after: julia-kaggle add-artifact NAME --write',
    ),
  ];
}

function additions(items: readonly InventoryItem[]): string[] {
  if (items.length === 0) return [];
  const named = items.slice(0, MAX_NAMED).map(describeItem).join(', ');
  const more = items.length - MAX_NAMED;
  return [
    more > 0
      ? l10n.t('added to the depot: {0} and {1} more', named, more)
      : l10n.t('added to the depot: {0}', named),
  ];
}

function absences(artifacts: readonly LazyArtifact[]): string[] {
  const [first, ...others] = artifacts;
  if (first === undefined) return [];
  return [
    others.length === 0
      ? l10n.t(
          'not used and not in the depot: the lazy artifact {0} of {1} (add-artifact brings one)',
          first.name,
          first.package,
        )
      : others.length === 1
        ? l10n.t(
            'not used and not in the depot: the lazy artifact {0} of {1} and 1 other (add-artifact brings one)',
            first.name,
            first.package,
          )
        : l10n.t(
            'not used and not in the depot: the lazy artifact {0} of {1} and {2} others (add-artifact brings one)',
            first.name,
            first.package,
            others.length,
          ),
  ];
}
