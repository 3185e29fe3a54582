import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { UserError } from '../../base/errors.ts';
import { formatBytes, formatDuration, plural } from '../../base/format.ts';
import { canonicalJson, fingerprint, sha256OfFile } from '../../base/hash.ts';
import type { Container, ContainerSpec, Engine, VolumeMount } from '../../docker/engine.ts';
import { tarOfFiles } from '../../docker/tar-files.ts';
import type { Depot, Project } from '../artefacts.ts';
import { competitionMount, inputFile, inputMount } from '../contract/input-mount.ts';
import { inventoryProgram, InventoryReader } from '../contract/inventory.ts';
import { onlineEnvironment } from '../contract/julia-environment.ts';
import { readJuliaLog } from '../contract/julia-log.ts';
import { kaggleLimits } from '../contract/limits.ts';
import { juliaMounts } from '../contract/mounts.ts';
import { saveFromWorking } from '../contract/output-file.ts';
import { competitionInput, datasetInput, DEPOT, WORKING } from '../contract/paths.ts';
import { runCommand } from '../contract/run-command.ts';
import { readStepReport, type StepReport } from '../contract/step-reports.ts';
import { checkSubmission } from '../contract/submission-file.ts';
import type { Stage, StageContext } from '../stage.ts';
import { type CompetitionData, getCompetitionData, listFiles } from './competition-data.ts';
import { explainFailure } from './explain.ts';

/** The models' folder before anything has an owner. */
const OWNER = 'local';
const SCRIPTS = '/julia-kaggle';

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
    }),
  plan: ({ project }) =>
    `run ${project.run.target} in the image on the public data of ${project.competition}`,
  stands: async (last) => {
    const files = await listFiles(last.dataFolder).catch(() => []);
    return canonicalJson(files) === canonicalJson(last.dataFiles);
  },
  run: async ({ project, build }, _, context) => {
    const engine = await context.ports.engine(context.signal);
    const data = await getCompetitionData(project, context);
    const outcome = await runInImage(engine, project, build, data, context);
    const file = join(context.folder, 'test', project.output.file);
    const { rows } = await checkSubmission(file, join(data.folder, project.output.sample));
    return {
      fingerprint: testStage.fingerprint({ project, build }),
      dataFolder: data.folder,
      dataFiles: data.files,
      seconds: outcome.report.seconds,
      peakMemoryBytes: outcome.report.peakMemoryBytes ?? 0,
      runtime: outcome.runtime,
      rows,
      submissionSha256: await sha256OfFile(file),
      downloads: [...readJuliaLog(outcome.lines).downloads],
      depotContent: outcome.depotContent,
    };
  },
  summary: (report) =>
    [
      `${plural(report.rows, 'row')} in ${formatDuration(report.seconds * 1000)}`,
      `${formatBytes(report.peakMemoryBytes)} of memory`,
      ...(report.downloads.length > 0 ? [`downloaded ${report.downloads.join(', ')} into the depot`] : []),
    ].join(', '),
};

interface Outcome {
  readonly report: StepReport;
  readonly runtime: string | undefined;
  readonly lines: readonly string[];
  readonly depotContent: string[];
}

async function runInImage(
  engine: Engine,
  project: Project,
  depot: Depot,
  data: CompetitionData,
  context: StageContext,
): Promise<Outcome> {
  const info = await engine.info(context.signal);
  const runtime = chooseRuntime(project, info.runtimes, context);
  const models = datasetInput(OWNER, project.datasets.models);
  const command = runCommand(project, {
    competition: competitionInput(project.competition),
    models,
    working: WORKING,
  });
  const shell = `python3 ${SCRIPTS}/measure.py "$@"; code=$?; bash ${SCRIPTS}/inventory.sh ${DEPOT}; exit $code`;
  const spec: ContainerSpec = {
    image: depot.image.name,
    command: ['bash', '-c', shell, 'bash', ...command],
    environment: onlineEnvironment(context.ports.environment),
    workingFolder: WORKING,
    mounts: [...juliaMounts(depot), ...(await inputs(engine, project, depot, data, models, context))],
    network: 'bridge',
    ...kaggleLimits(info),
    ...(runtime === undefined ? {} : { runtime }),
    labels: context.labels,
  };
  context.progress(`Running ${project.run.target}`);
  return engine.withContainer(spec, context.signal, (container) =>
    follow(container, project, runtime, context),
  );
}

async function follow(
  container: Container,
  project: Project,
  runtime: string | undefined,
  context: StageContext,
): Promise<Outcome> {
  const lines: string[] = [];
  const inventory = new InventoryReader();
  let report: StepReport | undefined;
  await container.putArchive('/', tarOfFiles(scripts()));
  const state = await container.run({
    onLine: (stream, line) => {
      if (stream === 'stdout' && inventory.read(line)) return;
      const found = readStepReport(line);
      if (found !== undefined) report = found;
      else {
        lines.push(line);
        context.log(stream, line);
      }
    },
  });
  if (state.exitCode !== 0 || report === undefined) throw explainFailure(project, state, lines);
  const folder = join(context.folder, 'test');
  await mkdir(folder, { recursive: true });
  const { file } = project.output;
  if (!(await saveFromWorking(await container.getArchive(WORKING), file, join(folder, file))))
    throw noFile(file);
  return { report, runtime, lines, depotContent: inventory.result().items.map((item) => item.name) };
}

function scripts() {
  const measure = readFileSync(join(import.meta.dirname, 'scripts', 'measure.py'), 'utf8');
  return [
    { path: `${SCRIPTS.slice(1)}/measure.py`, from: { text: measure } },
    { path: `${SCRIPTS.slice(1)}/inventory.sh`, from: { text: inventoryProgram() } },
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
  const files = project.models.map((model) => inputFile({ ...model, path: model.source }));
  const key = { project: project.root, models: 'test' };
  return [...mounts, await inputMount(engine, { key, target: modelsFolder, image, files }, context)];
}

/** `--runtime nvidia`, as the notebook's accelerator asks for and the engine has. */
function chooseRuntime(
  project: Project,
  runtimes: readonly string[],
  context: StageContext,
): string | undefined {
  if (project.notebook.accelerator === 'none') return undefined;
  if (runtimes.includes('nvidia')) return 'nvidia';
  context.warn(`No NVIDIA runtime in the engine: ${project.name} is tested without a GPU.`);
  return undefined;
}

function noFile(name: string): UserError {
  return new UserError({
    code: 'submission-file',
    title: `The run ended well but wrote no ${name} in ${WORKING}.`,
    actions: [
      {
        title: `Write it to {working}/${name}, or set [output] file in JuliaKaggle.toml to the name it has.`,
      },
    ],
  });
}
