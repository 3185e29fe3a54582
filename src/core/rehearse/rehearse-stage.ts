import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { formatBytes, formatDuration } from '../../base/format.ts';
import { fingerprint, sha256, sha256OfFile } from '../../base/hash.ts';
import type { Engine, VolumeMount } from '../../docker/engine.ts';
import { isKnownVolume } from '../../docker/filled-volume.ts';
import { type NotebookRequest, runNotebook } from '../../docker/notebook-runner.ts';
import type { TarFile } from '../../docker/tar-files.ts';
import type { Artefacts, Rehearsal } from '../artefacts.ts';
import {
  type DatasetPlan,
  isJuliaAlone,
  MARKER_FILE,
  mountOf,
  planDatasets,
  planOf,
} from '../contract/datasets.ts';
import { scratchWarning } from '../contract/diagnosis/depot-change.ts';
import { bringJulia, JULIA_FILE } from '../contract/image/julia.ts';
import { competitionMount, inputFile, inputMount, otherInputs } from '../contract/image/input-mount.ts';
import { composeNotebook } from '../contract/notebook/ipynb.ts';
import { gpuOf } from '../contract/image/gpu.ts';
import { kaggleLimits } from '../contract/image/limits.ts';
import { saveFromWorking } from '../contract/submission/output-file.ts';
import { juliaHome } from '../contract/image/paths.ts';
import { pinnedImage } from '../contract/image/kaggle-image.ts';
import { stagedMtimeSeconds } from '../contract/depot/staged-files.ts';
import type { StepReport } from '../contract/notebook/step-reports.ts';
import { expectationOf, sizeInWords } from '../contract/submission/expectation.ts';
import { checkSubmission } from '../contract/submission/submission-file.ts';
import type { Stage, StageContext } from '../stage.ts';
import { judge } from './judge.ts';
import { judgeLoadChecks, loadChecksProgram, planLoadChecks, RehearsalLog } from './load-checks.ts';
import { isOtherHiddenSet, rehearseRerun, rerunInWords } from './rerun.ts';
import { runAgainProgram } from './run-again.ts';
import { ownStatements, tellOwnMethods } from '../contract/precompile/own-methods.ts';
import { modeFigures } from '../contract/depot/mode-comparison.ts';
import { projectionInWords, projectionWarning, projectToFullSet } from './projection.ts';

/** Kaggle puts the owner's name here; the notebook does not look at it. */
const OWNER = 'rehearsal';

type Needs = Pick<Artefacts, 'project' | 'build' | 'test' | 'pack'>;

/** The same program ran on the same data twice. */
function otherFile(name: string): string {
  return l10n.t(
    "The rehearsal's {0} is not the test's, byte for byte: a program that gives another file each time cannot be proven, so fix its seeds if it is to give one.",
    name,
  );
}

/** Executes the very notebook that will be pushed, in a fresh container, offline, from the packed tarballs. */
export const rehearseStage: Stage<'rehearse', 'project' | 'build' | 'test' | 'pack'> = {
  name: 'rehearse',
  needs: ['project', 'build', 'test', 'pack'],
  fingerprint: ({ project, build, test, pack }) =>
    fingerprint({
      notebook: composeNotebook(project, planDatasets(project, pack), pack, test),
      image: build.image.id,
      data: test.dataFiles,
      accelerator: project.notebook.accelerator,
      ...(project.fullTestSet && { full: project.fullTestSet, limit: project.notebook.timeLimitMinutes }),
    }),
  plan: ({ project }) =>
    l10n.t('execute the notebook of {0} offline, from the packed tarballs', project.name),
  doubt: async (last, { project }, context) => {
    const { ports, signal } = context;
    if (await isOtherHiddenSet(last.rerun, project, context))
      return { because: l10n.t('since the hidden set that the project names is another') };
    const { timeLimitMinutes } = project.notebook;
    if (timeLimitMinutes !== undefined && last.seconds > timeLimitMinutes * 60)
      return {
        because: l10n.t('since it took longer than the {0} min that are allowed now', timeLimitMinutes),
      };
    // Asked only where somebody set it: an engine's own memory is no matter of the project.
    if (ports.environment['JULIA_KAGGLE_MEMORY_GB'] === undefined) return undefined;
    const { memoryBytes } = kaggleLimits(await (await ports.engine(signal)).info(), ports.environment);
    if (last.peakMemoryBytes <= memoryBytes) return undefined;
    return {
      because: l10n.t(
        'since it took more memory than the {0} that are allowed now',
        formatBytes(memoryBytes),
      ),
    };
  },
  run: async (input, previous, context) => {
    const engine = await context.ports.engine(context.signal);
    const plans = planDatasets(input.project, input.pack);
    const mounts = await inputs(engine, plans, input, context);
    const brought = await bringUnpacked(engine, plans, input, previous?.unpacked, context);
    const request = await requestOf(engine, { ...brought, mounts: [...mounts, ...brought.mounts] }, input, {
      source: composeNotebook(input.project, plans, input.pack, input.test),
      environment: context.ports.environment,
    });
    const { steps, seconds } = await execute(engine, request, input, context);
    const unpacked = unpackedOf(brought, steps, input);
    const file = outputFile(input, context);
    const { rows, files, notes } = await checkSubmission(file, expectationOf(input.project, input.test));
    // The test has warned of them.
    for (const note of notes) context.log('note', note);
    const submissionSha256 = await sha256OfFile(file);
    if (submissionSha256 !== input.test.submissionSha256) context.warn(otherFile(input.project.output.file));
    const whole = seconds + secondsSaved(unpacked, steps);
    const measured = { seconds: whole, steps, rows, dataFiles: input.test.dataFiles };
    const projection = projectToFullSet(input.project, measured);
    const warning = projection && projectionWarning(projection);
    if (warning !== undefined) context.warn(warning);
    const rerun = await rehearseRerun(engine, request, input, context);
    return {
      fingerprint: rehearseStage.fingerprint(input),
      seconds,
      steps: steps.map(({ step, seconds: took }) => ({ name: step, seconds: took })),
      peakMemoryBytes: Math.max(0, ...steps.map((step) => step.peakMemoryBytes ?? 0)),
      ...defined({ rows, files }),
      submissionSha256,
      modes: { [input.project.packMode ?? 'depot']: modeFigures(input.pack, steps, whole) },
      ...(projection && { projection }),
      ...(rerun && { rerun }),
      ...(unpacked && { unpacked }),
    };
  },
  // The figures of the other modes, for the comparison.
  carry: (rehearsal, last) => ({ ...rehearsal, modes: { ...last.modes, ...rehearsal.modes } }),
  summary: (rehearsal) =>
    [
      l10n.t('passed offline in {0}', formatDuration(rehearsal.seconds * 1000)),
      l10n.t('no download'),
      l10n.t('no recompilation'),
      ...[sizeInWords(rehearsal)].filter((words) => words !== undefined),
      formatBytes(rehearsal.peakMemoryBytes),
      ...(rehearsal.rerun === undefined ? [] : [rerunInWords(rehearsal.rerun)]),
      ...(rehearsal.projection === undefined ? [] : [projectionInWords(rehearsal.projection)]),
    ].join(', '),
};

async function inputs(
  engine: Engine,
  plans: readonly DatasetPlan[],
  { project, build, test }: Needs,
  context: StageContext,
): Promise<VolumeMount[]> {
  const image = build.image.name;
  const mounts = [
    await competitionMount(engine, project.competition, test, image, context),
    ...(await otherInputs(engine, project, image, context)),
  ];
  for (const plan of plans) {
    // The dataset with Julia has the same content for all projects, who share it where the image is Kaggle's own.
    const isShared = isJuliaAlone(plan) && pinnedImage(build.image) !== undefined;
    const input = {
      ...(isShared ? { key: { bundle: plan.bundleId }, shared: 'dataset' } : { key: { dataset: plan.slug } }),
      target: mountOf(OWNER, plan),
      image,
      files: filesOf(plan),
      bring: async () =>
        filesOf({ ...plan, files: await bringJulia(plan.files, build.julia.version, context) }),
    };
    mounts.push(await inputMount(engine, input, context));
  }
  return mounts;
}

function filesOf({ files, marker }: DatasetPlan): TarFile[] {
  const modifiedSeconds = stagedMtimeSeconds(sha256(marker));
  return [...files.map(inputFile), { path: MARKER_FILE, from: { text: marker }, modifiedSeconds }];
}

/** What the notebook finds unpacked, and how. */
interface Brought {
  readonly mounts: readonly VolumeMount[];
  readonly environment: Readonly<Record<string, string>>;
  /** Of the rehearsal that unpacked it; absent: nothing is brought. */
  readonly before?: NonNullable<Rehearsal['unpacked']>;
}

/**
 * Julia as the build has it, where a notebook unpacked this very tarball in this very image and came to its end: what is
 * proven of the tarball need not be proven after each edit. Everything else is unpacked by each rehearsal.
 */
async function bringUnpacked(
  engine: Engine,
  plans: readonly DatasetPlan[],
  { build }: Needs,
  before: Rehearsal['unpacked'],
  { ports, log }: StageContext,
): Promise<Brought> {
  const { julia, juliaVolume, image } = build;
  const dataset = planOf(plans, JULIA_FILE);
  const isSame =
    before?.julia === julia.sha256 &&
    before.image === image.id &&
    dataset?.files.some(({ name, sha256: hash }) => name === JULIA_FILE && hash === julia.sha256) === true;
  const key = { name: juliaVolume, key: julia.sha256 };
  if (dataset === undefined || !isSame || !(await isKnownVolume(engine, key, ports.volumeMemory)))
    return { mounts: [], environment: {} };
  log('note', `Julia ${julia.version} is not unpacked again: an earlier rehearsal unpacked the same file.`);
  return {
    mounts: [{ volume: juliaVolume, target: juliaHome(julia.version), readOnly: true }],
    environment: { JULIA_KAGGLE_UNPACKED: `${dataset.slug}/${JULIA_FILE}` },
    before,
  };
}

/** Pure: what a rehearsal that passed has proven of Julia's tarball. */
function unpackedOf(
  { before }: Brought,
  steps: readonly StepReport[],
  { build: { julia, image } }: Needs,
): Rehearsal['unpacked'] {
  if (before !== undefined) return before;
  const unpack = steps.find(({ step }) => step === 'unpack');
  const isUnpacked = unpack?.unpacked?.some((path) => path.endsWith(`/${JULIA_FILE}`)) === true;
  return isUnpacked ? { julia: julia.sha256, image: image.id, seconds: unpack.seconds } : undefined;
}

/** Pure: what Kaggle takes longer, as it unpacks all. */
function secondsSaved(unpacked: Rehearsal['unpacked'], steps: readonly StepReport[]): number {
  const unpack = steps.find(({ step }) => step === 'unpack');
  return Math.max(0, (unpacked?.seconds ?? 0) - (unpack?.seconds ?? 0));
}

/** The notebook as each run of the rehearsal executes it. */
async function requestOf(
  engine: Engine,
  brought: Pick<Brought, 'mounts' | 'environment'>,
  input: Needs,
  { source, environment }: Pick<NotebookRequest, 'source'> & Pick<StageContext['ports'], 'environment'>,
): Promise<NotebookRequest> {
  return {
    image: input.build.image.name,
    source,
    mounts: brought.mounts,
    // Julia says on stderr which cache it takes and which it compiles.
    environment: { ...brought.environment, JULIA_DEBUG: 'loading', KAGGLE_KERNEL_RUN_TYPE: 'Batch' },
    network: 'none',
    ...kaggleLimits(await engine.info(), environment),
    ...gpuOf(input.test.gpu),
    ...timeLimit(input),
  };
}

async function execute(
  engine: Engine,
  request: NotebookRequest,
  input: Needs,
  context: StageContext,
): Promise<{ steps: readonly StepReport[]; seconds: number }> {
  context.progress(l10n.t('Executing the notebook offline'));
  const lines = new RehearsalLog();
  const { project } = input;
  const again = runAgainProgram(project, input.test, OWNER);
  const afterwards = loadChecksProgram(project, planLoadChecks(project), again);
  const file = outputFile(input, context);
  let hasOutput = false;
  const result = await runNotebook(
    engine,
    { ...request, ...defined({ afterwards }) },
    {
      onLog: ({ stream, text }) => {
        for (const line of text.replace(/\n$/, '').split('\n')) {
          lines.add(line);
          context.log(stream, line);
        }
      },
      takeWorking: async (tar) => {
        hasOutput = await saveFromWorking(tar, input.project.output.file, context.files, file);
      },
    },
    context.ports.clock,
  );
  const log = lines.split();
  const { steps } = log;
  const loading = judgeLoadChecks(log);
  judge(input.project, { result, lines: log.notebook, steps, hasOutput, loading: loading.findings });
  for (const warning of loading.warnings) context.warn(warning);
  if (again !== undefined) await tellOwnMethods(project, ownStatements(log.compiled, project), context);
  const scratch = scratchWarning(steps.flatMap(({ appeared }) => appeared ?? []));
  if (scratch !== undefined) context.warn(scratch);
  return { steps, seconds: result.seconds };
}

function timeLimit({ project }: Needs): { timeoutSeconds?: number } {
  const minutes = project.notebook.timeLimitMinutes;
  return defined({ timeoutSeconds: minutes && minutes * 60 });
}

function outputFile({ project }: Needs, context: StageContext): string {
  return join(context.folder, 'rehearsal', project.output.file);
}
