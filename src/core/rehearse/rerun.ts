import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { isCancelled, UserError } from '../../base/errors.ts';
import { formatBytes, formatDuration, inWords } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import { ownText } from '../../base/own-text.ts';
import { gatewayAmong, runCalled } from '../../docker/called-run.ts';
import type { Engine, VolumeMount } from '../../docker/engine.ts';
import { type NotebookRequest, type NotebookResult, runNotebook } from '../../docker/notebook-runner.ts';
import type { Artefacts, DataFile, Project, Rerun } from '../artefacts.ts';
import { gatewayFailure, RAISED } from '../contract/diagnosis/gateway-result.ts';
import { readFiles } from '../contract/image/data-files.ts';
import { placesOf } from '../contract/image/places.ts';
import { inputFile, inputMount } from '../contract/image/input-mount.ts';
import { competitionInput, STAGED } from '../contract/image/paths.ts';
import { type Fact, factReader, scriptFile } from '../contract/script-facts.ts';
import { KAGGLE_MINUTES } from '../kaggle-machines.ts';
import type { StageContext } from '../stage.ts';
import { judge } from './judge.ts';
import { RehearsalLog } from './load-checks.ts';

const PROGRAM = 'gateway.py';
/** Where the gateway's container has what its own data are made of. */
const PUBLIC = '/kaggle/public-data';
const HIDDEN = '/kaggle/hidden-data';
/** So long Kaggle's gateways look for the notebook's server. */
const START_SECONDS = 900;
/** A share of what there is, above which it is too near to the limit to say nothing. */
const NEAR = 0.7;

type Needs = Pick<Artefacts, 'project' | 'test' | 'build'>;

/**
 * The rehearsal as the scoring rerun of a competition that calls: the notebook waits for the competition's own gateway,
 * which runs in a container beside it, in the same network without a way out, and alone has the hidden set. Undefined
 * where nothing calls.
 * @param request the notebook's as in the saved run.
 * @throws UserError of the engine, `rehearsal-failed` and as `judge`.
 */
export async function rehearseRerun(
  engine: Engine,
  request: NotebookRequest,
  { project, test, build }: Needs,
  context: StageContext,
): Promise<Rerun | undefined> {
  const gateway = project.run.form === 'predict' ? gatewayAmong(test.dataFiles) : undefined;
  if (gateway === undefined) return undefined;
  context.progress(l10n.t('Rehearsing the rerun: the gateway calls the notebook'));
  const hidden = await hiddenFiles(project, context);
  const folder = competitionInput(project.competition);
  const mounts = await gatewayMounts(engine, request, { project, build, hidden }, context);
  const lines = new RehearsalLog();
  const read = factReader('hidden', 'called');
  const facts: Fact<'hidden' | 'called'>[] = [];
  const { afterwards: _none, ...served } = request;
  const environment = {
    ...request.environment,
    KAGGLE_IS_COMPETITION_RERUN: '1',
    JULIA_KAGGLE_TELL_MEMORY: '1',
  };
  const result = await runCalled(
    engine,
    { ...served, environment },
    {
      runNotebook: (bound, asked, output) => runNotebook(bound, asked, output, context.ports.clock),
      mounts,
      command: [
        ...['python3', '-B', `${STAGED}/${PROGRAM}`, PUBLIC, folder],
        ...[hidden.length > 0 ? HIDDEN : '', gateway, project.output.file],
      ],
      files: [scriptFile(PROGRAM, ownText(import.meta.dirname, 'scripts', PROGRAM))],
    },
    {
      onLog: ({ stream, text }) => {
        for (const line of text.replace(/\n$/, '').split('\n')) {
          lines.add(line);
          context.log(stream, line);
        }
      },
      onGatewayLine: (stream, line) => {
        const fact = facts.length < 2 ? read(line) : undefined;
        if (fact === undefined) context.log(stream, `[gateway] ${line}`);
        else facts.push(fact);
      },
    },
  );
  const { steps, notebook } = lines.split();
  const called = facts.find((fact) => fact.kind === 'called');
  judgeRerun(project, result, { lines: notebook, steps, called }, context);
  const rerun = figures(project, result, steps, {
    called: called ?? { calls: 0, totalSeconds: 0, written: false },
    hidden: facts.find((fact) => fact.kind === 'hidden')?.files ?? [],
  });
  const full = { ...rerun, ...defined({ hiddenFingerprint: fingerprintOf(hidden) }) };
  if (full.hidden.length === 0) context.warn(noHiddenSet());
  for (const warning of rerunWarnings(full)) context.warn(warning);
  context.log('note', rerunInWords(full));
  return full;
}

/** What the hidden data are made of: the public ones as the notebook has them, and the project's own hidden set. */
async function gatewayMounts(
  engine: Engine,
  request: NotebookRequest,
  { project, build, hidden }: Pick<Needs, 'project' | 'build'> & { readonly hidden: readonly DataFile[] },
  context: StageContext,
): Promise<VolumeMount[]> {
  const { competition: slug, hiddenFolder = '' } = project;
  const folder = competitionInput(slug);
  const mounts = (request.mounts ?? [])
    .filter(({ target }) => target === folder)
    .map((mount) => ({ ...mount, target: PUBLIC }));
  if (hidden.length === 0) return mounts;
  const files = hidden.map((file) =>
    inputFile({ ...file, path: file.source ?? join(hiddenFolder, ...file.name.split('/')), isReal: true }),
  );
  const input = { key: { slug, hidden: hiddenFolder }, target: HIDDEN, image: build.image.name, files };
  return [...mounts, await inputMount(engine, input, context)];
}

/** Whether the hidden set that the project names is another than a rehearsal had. */
export async function isOtherHiddenSet(
  last: Rerun | undefined,
  project: Project,
  context: StageContext,
): Promise<boolean> {
  if (last === undefined || project.run.form !== 'predict') return false;
  const files = await hiddenFiles(project, context).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return undefined;
  });
  return files === undefined || fingerprintOf(files) !== last.hiddenFingerprint;
}

async function hiddenFiles(project: Project, context: StageContext): Promise<readonly DataFile[]> {
  const { hiddenFolder, root } = project;
  if (hiddenFolder === undefined) return [];
  const doing = l10n.t('Reading the hidden set');
  return await readFiles(hiddenFolder, await placesOf(root, context.ports), context, doing);
}

function fingerprintOf(hidden: readonly DataFile[]): string | undefined {
  return hidden.length === 0 ? undefined : fingerprint(hidden);
}

/** @throws UserError where the notebook or the gateway came to no good end. */
export function judgeRerun(
  project: Project,
  result: Pick<NotebookResult, 'state' | 'error' | 'seconds'>,
  {
    lines,
    steps,
    called,
  }: Pick<Parameters<typeof judge>[1], 'lines' | 'steps'> & {
    readonly called: Omit<Fact<'called'>, 'kind'> | undefined;
  },
  context: Pick<StageContext, 'log'>,
): void {
  const common = { lines, steps, hasOutput: true };
  judge(project, { ...common, result });
  const failure = gatewayFailure(called, project.run.target);
  if (failure === undefined) return;
  context.log('note', l10n.t('Kaggle would say no more of the rerun than "{0}".', failure.onKaggle));
  if (called === undefined)
    throw failed(
      l10n.t('The notebook came to its end in the rerun without waiting for calls.'),
      failure.remedy,
    );
  const message = failure.title;
  if (called.errorType === RAISED)
    judge(project, {
      ...common,
      result: { ...result, state: 'error', error: { name: '', message, cell: undefined } },
    });
  throw failed(message, failure.remedy);
}

function failed(title: string, remedy: string): UserError {
  return new UserError({ code: 'rehearsal-failed', title, actions: [{ title: remedy }] });
}

/** Pure: what is kept of a rerun that came to its end. */
function figures(
  { notebook, fullTestSet }: Pick<Project, 'notebook' | 'fullTestSet'>,
  { seconds }: NotebookResult,
  steps: Parameters<typeof judge>[1]['steps'],
  { called, hidden }: { readonly called: Omit<Fact<'called'>, 'kind'>; readonly hidden: readonly string[] },
): Rerun {
  const { calls, deadlineSeconds, totalSeconds, rows = 0 } = called;
  const { startSeconds = 0, firstSeconds = 0, medianSeconds = 0, p95Seconds = 0, maxSeconds = 0 } = called;
  // What the gateway does between its calls grows with the data too.
  const growing = Math.max(0, totalSeconds - startSeconds - firstSeconds);
  const full = fullTestSet?.rows;
  const projected =
    full === undefined || rows <= 0 ? undefined : seconds + growing * Math.max(0, full / rows - 1);
  return {
    hidden: [...hidden],
    ...{ startSeconds, calls, firstSeconds, medianSeconds, p95Seconds, maxSeconds },
    ...defined({ deadlineSeconds, projectedSeconds: projected }),
    seconds,
    limitSeconds: (notebook.timeLimitMinutes ?? KAGGLE_MINUTES) * 60,
    peakMemoryBytes: Math.max(0, ...steps.map((step) => step.peakMemoryBytes ?? 0)),
  };
}

/** Pure: the rerun's figures in one line. */
export function rerunInWords(rerun: Rerun): string {
  const { projectedSeconds } = rerun;
  const seconds = (value: number): string => formatDuration(value * 1000);
  const total = projectedSeconds ?? rerun.seconds;
  return inWords(
    [
      callsInWords(rerun),
      l10n.t('first call {0}', seconds(rerun.firstSeconds)),
      l10n.t('found after {0}', seconds(rerun.startSeconds)),
      projectedSeconds === undefined
        ? l10n.t('{0} of {1}', seconds(total), seconds(rerun.limitSeconds))
        : l10n.t('on the full test set {0} of {1}', seconds(total), seconds(rerun.limitSeconds)),
      formatBytes(rerun.peakMemoryBytes),
    ],
    'and',
  );
}

function callsInWords({ calls, medianSeconds, p95Seconds, maxSeconds, deadlineSeconds }: Rerun): string {
  if (calls === 1) return l10n.t('as the rerun: 1 call');
  const times = [calls, short(medianSeconds), short(p95Seconds), short(maxSeconds)] as const;
  return deadlineSeconds === undefined
    ? l10n.t('as the rerun: {0} calls, median {1}, p95 {2}, at most {3}', ...times)
    : l10n.t(
        'as the rerun: {0} calls, median {1}, p95 {2}, at most {3} of {4}',
        ...times,
        formatDuration(deadlineSeconds * 1000),
      );
}

/** Calls are often too short for tenths of a second. */
function short(seconds: number): string {
  return seconds < 1
    ? l10n.t('{0} ms', Math.max(1, Math.round(seconds * 1000)))
    : formatDuration(seconds * 1000);
}

/** Pure: what comes too near to a limit. */
export function rerunWarnings(rerun: Rerun): string[] {
  const { maxSeconds, deadlineSeconds, startSeconds, projectedSeconds, limitSeconds } = rerun;
  const seconds = (value: number): string => formatDuration(value * 1000);
  const warnings: string[] = [];
  if (deadlineSeconds !== undefined && maxSeconds > NEAR * deadlineSeconds)
    warnings.push(
      l10n.t(
        'The longest call took {0} of the {1} that the gateway waits.',
        seconds(maxSeconds),
        seconds(deadlineSeconds),
      ),
    );
  if (startSeconds > NEAR * START_SECONDS)
    warnings.push(
      l10n.t(
        'The notebook was found after {0}; the gateway looks for it for {1}.',
        seconds(startSeconds),
        seconds(START_SECONDS),
      ),
    );
  if (projectedSeconds !== undefined && projectedSeconds > limitSeconds)
    warnings.push(
      l10n.t(
        'On the full test set the rerun may take {0} of {1}.',
        seconds(projectedSeconds),
        seconds(limitSeconds),
      ),
    );
  return warnings;
}

function noHiddenSet(): string {
  return l10n.t(
    'The rerun was rehearsed on the public test set: no training data of the same name lie beside it. Name a hidden set of your own: [data] hidden = "…".',
  );
}
