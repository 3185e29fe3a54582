import * as l10n from '@vscode/l10n';
import { throwIfAborted } from '../../base/abort.ts';
import { fingerprint } from '../../base/hash.ts';
import { diskError, exists, folderGone } from '../../base/files.ts';
import { isCancelled, isUserError, messageOf, type UserError } from '../../base/errors.ts';
import { withLock } from '../../base/lock.ts';
import type { Artefacts, Project, Submission } from '../artefacts.ts';
import type { OnEvent } from '../events.ts';
import type { FullFolder } from '../project/full-folder.ts';
import { warningsOf } from '../project/project-stage.ts';
import type { Ports, StageContext } from '../stage.ts';
import {
  isAfter,
  leavesMachine,
  type LocalStageName,
  type RemoteStageName,
  type StageName,
  STAGES,
} from '../stages.ts';
import type { BoundStage, Known, StagePlan, Verdict } from './bound-stage.ts';
import { checkoutOf } from './checkouts.ts';
import { entryOf } from './history.ts';
import { judgeStage, type Trial } from './judge.ts';
import { cleanedEngine } from './leftovers.ts';
import { readingFiles, readProjectHere } from './read-project.ts';
import { lockOf, prepareFolder, RECORD_FOLDER, recordOf, type RunRecord } from './record.ts';
import { openStage, type Reporter } from './reporter.ts';
import { demandOn, PROJECT_STAGE, stagesUntil } from './stage-table.ts';

export interface RunRequest {
  /** The folder with Project.toml. */
  readonly folder: string;
  /** The last stage to run; `submit` for all. */
  readonly until: StageName;
  /** Run this stage and the local ones after it even if they are fresh. */
  readonly fresh?: LocalStageName | undefined;
  /** Submit once more what was submitted. */
  readonly again?: boolean | undefined;
  /** Overrides of JuliaKaggle.toml for this machine. */
  readonly overrides?: { readonly image?: string } | undefined;
  /** Asked once before anything leaves the machine, with its plan and stage; false ends the run. Absent: yes. */
  readonly confirm?: ((plan: StagePlan, stage: RemoteStageName) => Promise<boolean>) | undefined;
  /** Run the notebook with internet on once, before it runs without, and read what it downloads. */
  readonly probe?: boolean | undefined;
  /** Slugs of datasets and notebooks that may be replaced although they are not this project's. Absent: none. */
  readonly adopt?: readonly string[] | undefined;
  /** What the person says of this run, for the history and the submission's description. */
  readonly note?: string | undefined;
  /** Asked when there is no GPU although the project wants one, with the reason; false ends the run. Absent: yes. */
  readonly confirmWithoutGpu?: ((reason: string) => Promise<boolean>) | undefined;
  /** Asked before more than 1 GB is fetched, with what it is and its size; false ends the run. Absent: yes. */
  readonly confirmFetch?: ((what: string) => Promise<boolean>) | undefined;
  /** Called when the project cannot be read; true: the cause is fixed, read again. Absent: it is not fixed. */
  readonly fix?: ((error: UserError) => Promise<boolean>) | undefined;
  /** How long to wait for another run of the project to end, in milliseconds. Absent: not at all. */
  readonly patienceMs?: number | undefined;
  readonly ports: Ports;
  /** The project's run record, where it is open already. */
  readonly record?: (() => Promise<RunRecord>) | undefined;
  readonly onEvent: OnEvent;
  /** Hears what the project is in this run, as soon as it is read. */
  readonly onProject?: ((project: Project) => void) | undefined;
  readonly signal: AbortSignal;
}

/** How each stage went, for the closing table. */
export interface StageOutcome {
  readonly stage: StageName;
  readonly state: 'done' | 'fresh';
  readonly summary: string;
  readonly milliseconds: number;
}

export interface RunResult {
  readonly artefacts: Partial<Artefacts>;
  readonly outcomes: readonly StageOutcome[];
  /** The person said no before the upload. */
  readonly declined: boolean;
}

/**
 * Runs the stages in order, skipping those whose result stands, and records each result as soon as it is there.
 * Events tell everything, a failure and a cancellation included, before the error is thrown.
 * @throws UserError, CancelledError; anything else is a bug.
 */
export async function runPipeline(request: RunRequest): Promise<RunResult> {
  try {
    return await runAll({ ...request, record: request.record ?? recordOf(request.folder) });
  } catch (error) {
    throw diskError(error);
  }
}

type OpenRequest = RunRequest & { readonly record: () => Promise<RunRecord> };

async function runAll(request: OpenRequest): Promise<RunResult> {
  request.onEvent({ kind: 'run-started', folder: request.folder, until: request.until });
  const outcomes: StageOutcome[] = [];
  const { project, outcome } = await readFirst(request);
  outcomes.push(outcome);
  demandOn(project, request.until);
  if (request.fresh !== undefined) demandOn(project, request.fresh);
  if (request.until === 'project') return { artefacts: { project }, outcomes, declined: false };
  const folder = await prepareFolder(project.root);
  const patience = { milliseconds: request.patienceMs ?? 0, clock: request.ports.clock };
  const record = await request.record();
  const use = async (signal: AbortSignal): Promise<RunResult> => {
    if (record.wasUnreadable) {
      const kept = await record.setAside();
      const message = l10n.t(
        'The record of earlier runs cannot be read any more; it is kept as {0}/{1}.',
        RECORD_FOLDER,
        kept,
      );
      request.onEvent({ kind: 'warning', stage: 'project', message });
    }
    await record.saveArtefact('project', project);
    return runStages({ ...request, signal }, { project, folder, record, outcomes });
  };
  return whileThere(
    project.root,
    withLock(lockOf(folder), request.signal, (signal) => record.hold(() => use(signal)), patience),
  );
}

/** Whatever a run comes to when its project is moved away: that is why. */
async function whileThere<T>(root: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isCancelled(error) || (await exists(root))) throw error;
    throw folderGone(root);
  }
}

interface Session {
  readonly project: Project;
  readonly folder: string;
  readonly record: RunRecord;
  readonly outcomes: StageOutcome[];
}

/** Reading the project takes no lock and writes nothing, so that a folder that is no project is left as it was. */
async function readFirst(request: OpenRequest): Promise<{ project: Project; outcome: StageOutcome }> {
  const { folder, ports, onEvent, overrides } = request;
  const started = ports.clock.now();
  onEvent({ kind: 'stage-started', stage: 'project', plan: l10n.t('read {0}', folder) });
  return reporting('project', onEvent, async () => {
    const options = {
      overrides,
      // Building anew is also how a person asks for the newest Julia of the channel.
      renew: request.fresh === 'build',
      mayAsk: true,
      onFiles: (done: number, total: number, fullest: FullFolder | undefined) =>
        onEvent({ kind: 'progress', stage: 'project', text: readingFiles(done, total, fullest) }),
      onModelBytes: (doneBytes: number, totalBytes: number) =>
        onEvent({
          kind: 'progress',
          stage: 'project',
          text: l10n.t('Reading the models'),
          doneBytes,
          totalBytes,
        }),
    };
    const project = await readAfterFixes(() => readProjectHere(folder, request, options), request);
    request.onProject?.(project);
    const stage = PROJECT_STAGE;
    const fresh = stage.look({ project }, await request.record()) === 'unchanged';
    const summary = stage.summary({ project });
    const milliseconds = ports.clock.now() - started;
    onEvent(
      fresh
        ? { kind: 'stage-skipped', stage: 'project', summary }
        : { kind: 'stage-finished', stage: 'project', summary, milliseconds },
    );
    // Of what was not read before; a run that goes on from there has said them.
    if (!fresh)
      for (const warning of warningsOf(project)) onEvent({ kind: 'warning', stage: 'project', ...warning });
    return { project, outcome: { stage: 'project', state: fresh ? 'fresh' : 'done', summary, milliseconds } };
  });
}

/** Enough for a missing Manifest and then a package that it lacks. */
const MOST_FIXES = 3;

async function readAfterFixes<T>(read: () => Promise<T>, { fix }: RunRequest): Promise<T> {
  for (let fixes = 0; ; fixes += 1) {
    try {
      return await read();
    } catch (error) {
      if (fixes === MOST_FIXES || !isUserError(error) || (await fix?.(error)) !== true) throw error;
    }
  }
}

async function runStages(request: RunRequest, session: Session): Promise<RunResult> {
  const { project, folder, record, outcomes } = session;
  let known: Known = { project };
  let asked = false;
  const checkout = await checkoutOf(request.ports, project.root, request.signal);
  const ports = cleanedEngine(request.ports, checkout, project);
  const note = noteOf(request);
  const stages = stagesUntil(project, request.until);
  for (const stage of stages) {
    throwIfAborted(request.signal);
    if (stage.name in known) continue;
    const before = known;
    const lookAhead = (name: StageName) =>
      openStage(name, { ...request, ports, folder, record, project, checkout, isPreview: true }).context;
    const keepSubmission = (submission: Submission) => keepInHistory(before, submission, note, record);
    const anew = isForced(stage.name, request);
    const reporter = openStage(stage.name, {
      ...request,
      ...{ ports, folder, record, project, checkout, note, keepSubmission, anew },
    });
    try {
      const trial: Trial = {
        record,
        stages,
        isForced: (name) => isForced(name, request),
        contextOf: (name) => (name === stage.name ? reporter.context : lookAhead(name)),
      };
      const verdict = await reporting(stage.name, request.onEvent, () => judgeStage(stage, known, trial));
      if (verdict === 'spare')
        reporter.context.log(
          'note',
          l10n.t(
            'What this stage made is gone from here. Nothing needs it now; it is made again when something does.',
          ),
        );
      if (verdict === 'fresh' || verdict === 'spare') {
        known = stage.take(known, record);
        outcomes.push(skip(stage, known, request));
        tellOfProbe(stage, request);
        await keepNote(stage, known, note, record);
        continue;
      }
      if (leavesMachine(stage.name) && !asked) {
        asked = true;
        await reporting(stage.name, request.onEvent, () => foresee(known, trial));
        const question = await reporting(stage.name, request.onEvent, () =>
          withAccount(planOf(stage, known, record, verdict), stage.name, reporter.context),
        );
        if (!((await request.confirm?.(question, stage.name)) ?? true))
          return { artefacts: known, outcomes, declined: true };
      }
      known = await runStage(stage, known, { anew, verdict }, reporter, session, request);
    } finally {
      await reporter.close();
    }
  }
  return { artefacts: known, outcomes, declined: false };
}

/** What would stop any stage that is asked for, before the first byte leaves. */
async function foresee(known: Known, { stages, contextOf }: Trial): Promise<void> {
  for (const stage of stages)
    if (leavesMachine(stage.name)) await stage.foresee(known, contextOf(stage.name));
}

/** A plan of a stage, and in whose name it is done where it leaves the machine. */
export async function withAccount(
  plan: StagePlan,
  stage: StageName,
  { ports, signal }: Pick<StageContext, 'ports' | 'signal'>,
): Promise<StagePlan> {
  if (!leavesMachine(stage)) return plan;
  const account = await (await ports.kaggle()).account.whoAmI(signal);
  return {
    text: l10n.t('{0}; account {1}', plan.text, account),
    work: plan.text,
    account,
    fingerprint: fingerprint([plan.fingerprint, account]),
  };
}

/** The plan of a stage whose turn it is: all that it needs is known. */
export function planOf(stage: BoundStage, known: Known, record: RunRecord, verdict: Verdict): StagePlan {
  const plan = stage.plan(known, record, verdict);
  if (plan === undefined) throw new Error(`The stage ${stage.name} was planned before what it needs.`);
  return plan;
}

async function runStage(
  stage: BoundStage,
  known: Known,
  { anew, verdict }: { readonly anew: boolean; readonly verdict: Verdict },
  reporter: Reporter,
  { record, outcomes }: Session,
  { ports, onEvent }: RunRequest,
): Promise<Known> {
  const started = ports.clock.now();
  onEvent({ kind: 'stage-started', stage: stage.name, plan: planOf(stage, known, record, verdict).text });
  reporter.begin();
  const result = await reporting(stage.name, onEvent, async () => {
    try {
      return await stage.run(known, record, reporter.context, anew);
    } catch (error) {
      // What is to be told is why the stage failed, whether or not that can be written down.
      if (!isCancelled(error))
        await record.fail(stage.name, messageOf(diskError(error))).catch(() => undefined);
      throw error;
    } finally {
      await reporter.close();
    }
  });
  const summary = stage.summary(result);
  const milliseconds = ports.clock.now() - started;
  outcomes.push({ stage: stage.name, state: 'done', summary, milliseconds });
  onEvent({ kind: 'stage-finished', stage: stage.name, summary, milliseconds });
  return result;
}

function skip(stage: BoundStage, known: Known, { onEvent }: RunRequest): StageOutcome {
  const summary = stage.standing(known);
  onEvent({ kind: 'stage-skipped', stage: stage.name, summary });
  return { stage: stage.name, state: 'fresh', summary, milliseconds: 0 };
}

async function keepInHistory(
  known: Known,
  submission: Submission,
  note: string | undefined,
  record: RunRecord,
) {
  const entry = entryOf(known, submission, note);
  if (entry !== undefined) await record.saveSubmission(entry);
}

/** A run without internet that ended well shows more than a probe with it. */
function tellOfProbe({ name }: BoundStage, { probe, onEvent }: RunRequest): void {
  if (name !== 'notebook' || probe !== true) return;
  const message = l10n.t(
    'There was nothing to probe: this very notebook has run on Kaggle without internet.',
  );
  onEvent({ kind: 'warning', stage: name, message });
}

/** What is said of a run that has nothing to submit is said of the submission that stands. */
async function keepNote(stage: BoundStage, known: Known, note: string | undefined, record: RunRecord) {
  const { submit } = known;
  if (stage.name !== 'submit' || submit === undefined || note === undefined) return;
  const entry = record.history.find(({ ref }) => ref === submit.ref);
  // What it was made of stays as it was told then: today's commit is not that of the submission.
  if (entry === undefined) await keepInHistory(known, submit, note, record);
  else await record.saveSubmission({ ...entry, note });
}

function noteOf({ note }: RunRequest): string | undefined {
  const line = note?.replace(/\s+/g, ' ').trim();
  return line === '' ? undefined : line;
}

/** Whether a stage is asked to work anew: the one of `--fresh` with those after it on this machine, and for `--again` submit. */
export function isForced(stage: StageName, { fresh, again }: Pick<RunRequest, 'fresh' | 'again'>): boolean {
  if (stage === 'submit') return again === true;
  return fresh !== undefined && STAGES[stage].anew && !isAfter(fresh, stage);
}

/** Pure: whether a run that was to submit found that the same was submitted before. */
export function submittedNothing({ outcomes }: Pick<RunResult, 'outcomes'>): boolean {
  return outcomes.some(({ stage, state }) => stage === 'submit' && state === 'fresh');
}

/** Tells of a failure or a cancellation of the stage before it is thrown on. */
async function reporting<T>(stage: StageName, onEvent: OnEvent, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = diskError(thrown);
    if (isCancelled(error)) onEvent({ kind: 'cancelled', stage });
    else if (isUserError(error)) onEvent({ kind: 'failed', stage, error });
    throw error;
  }
}
