import { ownText } from '../../base/own-text.ts';
import { KeptLines } from '../../base/kept-lines.ts';
import { join } from 'node:path';
import { formatBytes, formatDuration, plural } from '../../base/format.ts';
import { fingerprint, sha256OfFile } from '../../base/hash.ts';
import type { Container, ContainerSpec, Engine, VolumeMount } from '../../docker/engine.ts';
import { type TarFile, tarOfFiles } from '../../docker/tar-files.ts';
import type { Depot, GpuReport, InventoryItem, LazyArtifact, Project, TestReport } from '../artefacts.ts';
import { artifactFilesProgram, ArtifactFilesReader, lazyMissing } from '../contract/artifact-files.ts';
import { isTelling, namesOf } from '../contract/diagnosis/rules.ts';
import { competitionMount, inputFile, inputMount } from '../contract/input-mount.ts';
import { appeared, inventoryProgram, InventoryReader } from '../contract/inventory.ts';
import { onlineEnvironment } from '../contract/julia-environment.ts';
import { chooseGpu, gpuInWords, gpuOf } from '../contract/gpu.ts';
import { kaggleLimits, type Limits } from '../contract/limits.ts';
import { juliaMounts } from '../contract/mounts.ts';
import { saveFromWorking } from '../contract/output-file.ts';
import { competitionInput, datasetInput, DEPOT, STAGED, WORKING } from '../contract/paths.ts';
import { runCommand } from '../contract/run-command.ts';
import { peakMemoryProgram, readStepReport, type StepReport } from '../contract/step-reports.ts';
import { checkSubmission } from '../contract/submission-file.ts';
import type { Stage, StageContext } from '../stage.ts';
import { type CompetitionData, getCompetitionData, isSameData } from './competition-data.ts';
import { depotNotes, depotWords } from './depot-words.ts';
import { explainFailure, submissionMissing } from './explain.ts';

/** The models' folder before anything has an owner. */
const OWNER = 'local';

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
      accelerator: project.notebook.accelerator,
      output: project.output,
      ...(project.offlineTest === true && { network: false }),
    }),
  plan: ({ project }) =>
    `run ${project.run.target} in the image${project.offlineTest === true ? ', without network,' : ''} on the public data of ${project.competition}`,
  doubt: async (last, { project, build }, context) => {
    if (!hasContent(last, build)) return { because: 'since the depot lacks what the last run had' };
    if (await isSameData(last, project, context)) return undefined;
    return { because: 'since the data are not those of the last run' };
  },
  run: async ({ project, build }, previous, context) => {
    const engine = await context.ports.engine(context.signal);
    const data = await getCompetitionData(project, context);
    const outcome = await runInImage(engine, { project, build, data, previousGpu: previous?.gpu }, context);
    const added = appeared(build.inventory, outcome.content);
    for (const line of depotNotes(added, outcome.missing)) context.log('note', line);
    const file = join(context.folder, 'test', project.output.file);
    const { rows, leftOut } = await checkSubmission(file, join(data.folder, project.output.sample));
    if (leftOut !== undefined) context.warn(leftOut);
    return {
      fingerprint: testStage.fingerprint({ project, build }),
      dataFolder: data.folder,
      dataFiles: data.files,
      seconds: outcome.report.seconds,
      peakMemoryBytes: outcome.report.peakMemoryBytes ?? 0,
      ...(outcome.gpu === undefined ? {} : { gpu: outcome.gpu }),
      ...(rows === undefined ? {} : { rows }),
      submissionSha256: await sha256OfFile(file),
      downloads: namesOf('download', outcome.lines),
      depotContent: outcome.content.map((item) => item.name),
      depotId: build.depotId,
      appeared: added,
      lazyMissing: [...outcome.missing],
    };
  },
  summary: (report) =>
    [
      `${report.rows === undefined ? 'ran' : plural(report.rows, 'row')} in ${formatDuration(report.seconds * 1000)}`,
      `${formatBytes(report.peakMemoryBytes)} of memory`,
      ...(report.gpu === undefined ? [] : [gpuInWords(report.gpu)]),
      ...depotWords(report.appeared ?? [], report.lazyMissing ?? []),
    ].join(', '),
};

/** Whether the depot has all that it had after the run: it is the same one, or a later build brought it there. */
function hasContent(last: TestReport, build: Depot): boolean {
  if (last.depotId === build.depotId) return true;
  const there = new Set(build.inventory.map(({ name }) => name));
  return last.depotContent.every((name) => there.has(name));
}

interface Outcome {
  readonly report: StepReport;
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
  const models = datasetInput(OWNER, project.datasets.models);
  const command = runCommand(project, {
    competition: competitionInput(project.competition),
    models,
    working: WORKING,
  });
  const shell = [
    `python3 ${STAGED}/measure.py "$@"`,
    'code=$?',
    `bash ${STAGED}/inventory.sh ${DEPOT}`,
    `xargs -0 bash ${STAGED}/artifact-files.sh ${DEPOT} < ${STAGED}/packages`,
    'exit $code',
  ].join('\n');
  const spec: ContainerSpec = {
    image: depot.image.name,
    command: ['bash', '-c', shell, 'bash', ...command],
    // Proxies and servers, with what their addresses may hold, are of no use without a network.
    environment: onlineEnvironment(project.offlineTest === true ? {} : context.ports.environment),
    workingFolder: WORKING,
    mounts: [...juliaMounts(depot), ...(await inputs(engine, project, depot, data, models, context))],
    network: project.offlineTest === true ? 'none' : 'bridge',
    ...limits,
    ...gpuOf(gpu),
  };
  context.progress(`Running ${project.run.target}`);
  return engine.container.use(spec, (container) =>
    follow(container, { project, depot, gpu, limits }, context),
  );
}

interface FollowInput {
  readonly project: Project;
  readonly depot: Depot;
  readonly gpu: GpuReport | undefined;
  readonly limits: Limits;
}

async function follow(
  container: Container,
  { project, depot, gpu, limits }: FollowInput,
  context: StageContext,
): Promise<Outcome> {
  const lines = new KeptLines(isTelling);
  const inventory = new InventoryReader();
  const artifactFiles = new ArtifactFilesReader(project);
  let report: StepReport | undefined;
  await container.putArchive('/', tarOfFiles(scripts(project, depot)));
  const state = await container.run({
    onLine: (stream, line) => {
      if (stream === 'stdout' && (inventory.read(line) || artifactFiles.read(line))) return;
      const found = readStepReport(line);
      if (found !== undefined) report = found;
      else {
        lines.add(line);
        context.log(stream, line);
      }
    },
  });
  if (state.exitCode !== 0 || report === undefined) {
    const { exitCode, peakMemoryBytes = 0 } = report ?? {};
    throw explainFailure(project, { state, exitCode, peakMemoryBytes, limits, lines: lines.lines });
  }
  const folder = join(context.folder, 'test');
  const { file } = project.output;
  const others: string[] = [];
  if (
    !(await saveFromWorking(
      await container.getArchive(WORKING),
      file,
      context.files,
      join(folder, file),
      others,
    ))
  )
    throw submissionMissing(file, WORKING, others);
  const content = inventory.result().items;
  return { report, gpu, lines: lines.lines, content, missing: lazyMissing(artifactFiles.result(), content) };
}

function scripts(project: Project, depot: Depot): TarFile[] {
  const folders = [...project.packages.map(({ place }) => `dev/${place}`), ...(depot.packages ?? [])];
  const measure = ownText(import.meta.dirname, 'scripts', 'measure.py');
  return [
    { path: `${STAGED.slice(1)}/measure.py`, from: { text: measure } },
    { path: `${STAGED.slice(1)}/peak.py`, from: { text: peakMemoryProgram() } },
    { path: `${STAGED.slice(1)}/inventory.sh`, from: { text: inventoryProgram() } },
    { path: `${STAGED.slice(1)}/artifact-files.sh`, from: { text: artifactFilesProgram() } },
    // A Manifest may hold hundreds: more than a command line takes.
    { path: `${STAGED.slice(1)}/packages`, from: { text: folders.map((each) => `${each}\0`).join('') } },
  ];
}

async function inputs(
  engine: Engine,
  project: Project,
  depot: Depot,
  data: CompetitionData,
  modelsFolder: string,
  context: StageContext,
): Promise<VolumeMount[]> {
  const image = depot.image.name;
  const facts = { dataFolder: data.folder, dataFiles: data.files };
  const mounts = [await competitionMount(engine, project.competition, facts, image, context)];
  if (project.models.length === 0) return mounts;
  const files = project.models.map((model) => inputFile({ ...model, path: model.source, isReal: true }));
  const key = { models: 'test' };
  return [...mounts, await inputMount(engine, { key, target: modelsFolder, image, files }, context)];
}
