import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { type ErrorCode, isUserError, messageOf, type SourcePlace } from '../../base/errors.ts';
import { formatBytes, inList } from '../../base/format.ts';
import type { RunEvent } from '../../core/events.ts';
import { eachStage, type StageName } from '../../core/stages.ts';
import type { StageState } from '../../protocol/panel-state.ts';
import { stageTitle } from '../texts.ts';

/** A run as the editor shows it: what is known of each stage, and of the whole. */
export interface RunView {
  readonly phase: 'idle' | 'running' | 'cancelling';
  readonly stages: Readonly<Record<StageName, StageView>>;
  /** The stage that is being worked on. */
  readonly current?: StageName;
  /** How the last run ended. */
  readonly ending?: Ending;
  readonly problem?: ProblemView;
  /** What the person is asked; until it is answered the run waits. */
  readonly question?: QuestionView;
  readonly submission?: SubmissionView;
  /** The submission is of a run before the present or last one. */
  readonly isEarlier?: boolean;
}

/** A question of the run. */
export interface QuestionView {
  readonly title: string;
  /** What the answer yes would do, one sentence each. */
  readonly lines: readonly string[];
  /** The word for yes. */
  readonly button: string;
  /** Files would go up, which can be looked through. */
  readonly hasFiles?: boolean;
}

export interface StageView {
  readonly state: StageState;
  /** The plan, what is going on, or the result; empty when there is none. */
  readonly text: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
  readonly milliseconds?: number;
  readonly warnings: readonly string[];
}

/** `declined`: the person said no before anything left the machine. */
export type Ending = 'done' | 'failed' | 'cancelled' | 'declined';

/** What went wrong, of which only what can be shown is kept. */
export interface ProblemView {
  readonly title: string;
  readonly detail?: string | undefined;
  /** Where in the user's files. */
  readonly source?: SourcePlace | undefined;
  /** `command`: arguments of `julia-kaggle`. */
  readonly actions: readonly { readonly title: string; readonly url?: string; readonly command?: string }[];
  /** Absent: not an error fit for a person but a fault of this extension. */
  readonly code?: ErrorCode | undefined;
}

export interface SubmissionView {
  readonly state: 'pending' | 'complete' | 'error';
  readonly publicScore?: string | undefined;
  readonly privateScore?: string | undefined;
  readonly url: string;
}

/** What the session adds to the events of the core. */
export type SessionEvent =
  | { readonly kind: 'project-chosen' }
  | { readonly kind: 'run-requested' }
  | { readonly kind: 'cancel-requested' }
  | { readonly kind: 'asked'; readonly question: QuestionView }
  | { readonly kind: 'answered' }
  | {
      readonly kind: 'run-ended';
      readonly ending: Ending;
      readonly problem?: ProblemView | undefined;
      readonly submission?: SubmissionView | undefined;
    }
  /** What the record of earlier runs says: one line a stage, of its result or of why it failed. */
  | {
      readonly kind: 'record-read';
      readonly summaries: Readonly<Partial<Record<StageName, string>>>;
      readonly failures: Readonly<Partial<Record<StageName, string>>>;
      /** The stages whose result does not hold any more, each with why. */
      readonly stale?: Readonly<Partial<Record<StageName, string>>>;
      readonly submission?: SubmissionView | undefined;
    };

const WAITING: StageView = { state: 'waiting', text: '', warnings: [] };

export const EMPTY_VIEW: RunView = { phase: 'idle', stages: eachStage(() => WAITING) };

/** Pure: the view after an event. Events that do not change it give the same object back. */
export function reduce(view: RunView, event: RunEvent | SessionEvent): RunView {
  if (isQuiet(event)) return view;
  switch (event.kind) {
    case 'project-chosen':
      return { ...EMPTY_VIEW, ...(view.question && { question: view.question }) };
    case 'record-read':
      return withRecord(view, event);
    case 'run-requested':
      return restarted(view);
    case 'cancel-requested':
      return view.phase === 'running' ? { ...withoutQuestion(view), phase: 'cancelling' } : view;
    case 'asked':
      return { ...view, question: event.question };
    case 'answered':
      return withoutQuestion(view);
    case 'run-ended':
      return ended(view, event);
    default:
      return onStage(view, event);
  }
}

function withoutQuestion({ question: _, ...view }: RunView): RunView {
  return view;
}

/** What changes nothing of the view. */
type QuietEvent = Extract<RunEvent, { kind: 'run-started' | 'log' | 'cost' }>;
type StageEvent = Exclude<RunEvent, QuietEvent>;

function isQuiet(event: RunEvent | SessionEvent): event is QuietEvent {
  return event.kind === 'run-started' || event.kind === 'log' || event.kind === 'cost';
}

function onStage(view: RunView, event: StageEvent): RunView {
  const stage = stageAfter(view.stages[event.stage], event);
  const stages = { ...view.stages, [event.stage]: stage };
  const { current: _, ...rest } = view;
  return stage.state === 'running' ? { ...rest, stages, current: event.stage } : { ...rest, stages };
}

function stageAfter(stage: StageView, event: StageEvent): StageView {
  const { warnings } = stage;
  switch (event.kind) {
    case 'stage-started':
      return { state: 'running', text: event.plan, warnings: [] };
    case 'progress': {
      const { text, doneBytes, totalBytes } = event;
      return { state: 'running', text, warnings, ...defined({ doneBytes, totalBytes }) };
    }
    case 'warning':
      return { ...stage, warnings: [...warnings, event.message] };
    case 'stage-finished':
      return { state: 'done', text: event.summary, milliseconds: event.milliseconds, warnings };
    case 'stage-skipped':
      return { state: 'up-to-date', text: event.summary, warnings };
    case 'failed':
      return { state: 'failed', text: '', warnings };
    case 'cancelled':
      return { state: 'cancelled', text: '', warnings };
  }
}

/** A result of an earlier run stays in sight until this run comes to it. */
function restarted({ stages, submission }: RunView): RunView {
  const before = eachStage((name): StageView => {
    const { state, text } = stages[name];
    return hasResult(state) ? { ...WAITING, state: 'earlier', text } : WAITING;
  });
  return { phase: 'running', stages: before, ...(submission && { submission, isEarlier: true }) };
}

/** Nothing of this window's runs speaks of it. */
function isOpen(state: StageState): boolean {
  return state === 'waiting' || state === 'stale';
}

function hasResult(state: StageState): boolean {
  return state === 'done' || state === 'up-to-date' || state === 'earlier';
}

function withRecord(view: RunView, event: Extract<SessionEvent, { kind: 'record-read' }>): RunView {
  if (view.phase !== 'idle') return view;
  const { summaries, failures, stale = {}, submission } = event;
  const stages = eachStage((name): StageView => {
    const stage = view.stages[name];
    const why = stale[name];
    if (why !== undefined && (hasResult(stage.state) || isOpen(stage.state)))
      return { ...WAITING, state: 'stale', text: why };
    if (!isOpen(stage.state)) return stage;
    const [result, failure] = [summaries[name], failures[name]];
    if (failure !== undefined) return { ...WAITING, state: 'failed', text: failure };
    return result === undefined ? WAITING : { ...WAITING, state: 'earlier', text: result };
  });
  const known = view.submission === undefined ? submission : undefined;
  return { ...view, stages, ...(known && { submission: known, isEarlier: true }) };
}

/** Whatever was under way when the run ended is no longer: it shares the run's fate. */
function ended(view: RunView, event: Extract<SessionEvent, { kind: 'run-ended' }>): RunView {
  const fate: StageState = event.ending === 'failed' ? 'failed' : 'cancelled';
  const stages = eachStage((name): StageView => {
    const stage = view.stages[name];
    return stage.state === 'running' ? { state: fate, text: '', warnings: stage.warnings } : stage;
  });
  const { ending, problem, submission = view.submission } = event;
  const isEarlier = event.submission === undefined && view.isEarlier === true;
  return {
    phase: 'idle',
    stages,
    ending,
    ...defined({ problem, submission }),
    ...(isEarlier && { isEarlier }),
  };
}

/** What a stage is at, with its bytes: `Uploading inferenceapp, 38.1 kB of 40.0 kB (95 %)`. */
export function progressText({ text, doneBytes, totalBytes }: StageView): string {
  if (doneBytes === undefined) return text;
  const done = formatBytes(doneBytes);
  if (totalBytes === undefined || totalBytes === 0) return inList([text, done]);
  const percent = String(Math.floor((100 * doneBytes) / totalBytes));
  return inList([text, l10n.t('{0} of {1} ({2} %)', done, formatBytes(totalBytes), percent)]);
}

/** The part that is done, from 0 to 1; undefined where the total is not known. */
export function fractionOf({ doneBytes, totalBytes }: StageView): number | undefined {
  if (doneBytes === undefined || totalBytes === undefined || totalBytes <= 0) return undefined;
  return Math.min(1, Math.max(0, doneBytes / totalBytes));
}

/** What a run is at: `Upload: Uploading inferenceapp, 38.1 kB of 40.0 kB (95 %)`. */
export function runningText({ phase, current, stages, question }: RunView): string {
  if (phase === 'cancelling') return l10n.t('Cancelling…');
  if (question !== undefined) return l10n.t('Your answer is needed: {0}', question.title);
  return current === undefined ? '' : `${stageTitle(current)}: ${progressText(stages[current])}`;
}

/** Pure: whether signing in is the remedy of an error with this code. */
export function needsSignIn(code: ErrorCode | undefined): boolean {
  return code === 'not-signed-in' || code === 'kaggle-unauthorized';
}

/** Pure: what can be shown of anything that was thrown. */
export function problemOf(error: unknown): ProblemView {
  if (!isUserError(error)) return { title: messageOf(error), actions: [] };
  const { code, title, detail, actions, source } = error;
  return {
    code,
    title,
    detail,
    source,
    actions: actions.map(({ title: text, url, command }) => ({ title: text, ...defined({ url, command }) })),
  };
}

/**
 * Pure: a plan or a result as a sentence begins. They are worded to stand in a line of a terminal; a name at their
 * beginning (`ada/notebook`, `tides-app v3`) stays as it is.
 */
export function sentence(text: string): string {
  return /^[a-z]+(?:[ ,.:]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Pure: what a cancelled run leaves going on elsewhere; undefined where it is nothing. */
export function stillRunning({ ending, stages }: RunView): string | undefined {
  return ending === 'cancelled' && stages.notebook.state === 'cancelled'
    ? l10n.t(
        'If the notebook has begun on Kaggle, it goes on there and uses its quota, until you stop it there.',
      )
    : undefined;
}

/** Pure: how a run ended, in a sentence. */
export function endingText(ending: Ending): string {
  return {
    done: l10n.t('The run is done.'),
    failed: l10n.t('The run failed.'),
    cancelled: l10n.t('The run was cancelled; finished stages are kept.'),
    declined: l10n.t('Stopped before the upload; nothing left this machine.'),
  }[ending];
}

/** Pure: what became of a submission, with its scores: `Submission is complete, public score 0.38, private score 0.41`. */
export function submissionText(submission: SubmissionView, isEarlier = false): string {
  const scores = scoreTexts(submission);
  if (isEarlier && scores.length > 0) return l10n.t('Last submission: {0}', inList(scores));
  const outcome = {
    pending: l10n.t('Submission is being scored'),
    complete: l10n.t('Submission is complete'),
    error: l10n.t('Submission could not be scored'),
  }[submission.state];
  const text = inList([outcome, ...scores]);
  return isEarlier ? l10n.t('Last submission: {0}', text) : text;
}

/** Pure: the scores that are shown, the public one first. */
export function scoreTexts({
  publicScore,
  privateScore,
}: Pick<SubmissionView, 'publicScore' | 'privateScore'>): string[] {
  return [
    ...(publicScore === undefined ? [] : [l10n.t('public score {0}', publicScore)]),
    ...(privateScore === undefined ? [] : [l10n.t('private score {0}', privateScore)]),
  ];
}

/** Pure: the scores in the least room; empty while there is none. */
export function scoresInShort({
  publicScore,
  privateScore,
}: Pick<SubmissionView, 'publicScore' | 'privateScore'>): string {
  if (privateScore === undefined) return publicScore ?? '';
  const hidden = l10n.t('private {0}', privateScore);
  return publicScore === undefined ? hidden : `${publicScore}, ${hidden}`;
}
