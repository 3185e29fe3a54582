import { defined } from '../base/defined.ts';
import { formatDuration } from '../base/format.ts';
import { STAGE_NAMES, type StageName } from '../core/stages.ts';
import type { PanelState, Problem, Row, StageItem } from '../protocol/panel-state.ts';
import { type Examination, NOT_EXAMINED } from './examination.ts';
import { pictures } from './pictures.ts';
import { type PlanView, presentPlan } from './plan-view.ts';
import { fractionOf, progressText } from './progress-text.ts';
import type { ProjectView } from './project-view.ts';
import { EMPTY_RECORD, type RecordView } from './record-view.ts';
import type { ProblemView, RunView, StageView, SubmissionView } from './run-view.ts';
import { remedyAction } from './remedy-action.ts';
import { sentence } from './sentence.ts';
import { presentFacts, setupFacts } from './setup-facts.ts';
import { shownValue } from '../base/shown-text.ts';
import { stageDetails } from './stage-details.ts';
import type { Words } from './words.ts';

/** What is known besides the project and its run. */
export interface Surroundings {
  readonly examination: Examination;
  readonly record: RecordView;
  readonly plan: PlanView | undefined;
  /** How fast the present step goes; empty where there is nothing to tell. */
  readonly pace: string;
  readonly severalProjects: boolean;
}

export const NO_SURROUNDINGS: Surroundings = {
  examination: NOT_EXAMINED,
  record: EMPTY_RECORD,
  plan: undefined,
  pace: '',
  severalProjects: false,
};

/** Pure: what the page shows of a project and of its run. All text is fit to be shown, wherever it came from. */
export function present(
  project: ProjectView | undefined,
  view: RunView,
  words: Words,
  around: Surroundings = NO_SURROUNDINGS,
): PanelState {
  return shownValue(compose(project, view, words, around));
}

function compose(
  project: ProjectView | undefined,
  view: RunView,
  words: Words,
  { examination, record, plan, pace, severalProjects }: Surroundings,
): PanelState {
  const problem = view.problem ?? (view.phase === 'idle' ? project?.problem : undefined);
  const { submission } = view;
  const competition = project?.competition;
  const facts = setupFacts({ project, severalProjects, examination }, words.setup);
  const details = stageDetails(record.artefacts, words.details);
  const isIdle = view.phase === 'idle';
  return {
    ...defined({
      plan:
        plan === undefined || !isIdle
          ? undefined
          : presentPlan(plan, { competition, stages: words.stages }, words.plan),
      project: project?.name,
      folder: project?.folder,
      competition: competition === undefined ? undefined : words.competition(competition),
      problem: problem === undefined ? undefined : presentProblem(problem, isIdle, words),
      submission: submission === undefined ? undefined : presentSubmission(submission, words),
    }),
    facts: presentFacts(facts, isIdle, words.setup),
    pictures: pictures(record, words.pictures),
    stages: STAGE_NAMES.map((name) => presentStage(name, { view, details: details[name], pace }, words)),
    primary: primaryButton(project, view, words),
    announcement: announcement(view, words),
    labels: words.labels,
  };
}

interface StageAround {
  readonly view: RunView;
  readonly details: readonly Row[];
  readonly pace: string;
}

function presentStage(
  name: StageName,
  { view: { stages, phase }, details, pace }: StageAround,
  words: Words,
): StageItem {
  const stage = stages[name];
  const { title, purpose } = words.stages[name];
  return {
    name,
    title,
    state: stage.state,
    word: words.states[stage.state],
    text: sentence(textOf(stage, pace, words)) || purpose,
    warnings: stage.warnings,
    details,
    action: { label: words.runUpTo(title), enabled: phase === 'idle' },
    ...defined({ duration: durationOf(stage), progress: progressOf(stage) }),
  };
}

function textOf(stage: StageView, pace: string, words: Words): string {
  const text = progressText(stage, words);
  return stage.state === 'running' && pace !== '' ? `${text}, ${pace}` : text;
}

/** Below a tenth of a second a number says nothing. */
function durationOf({ milliseconds = 0 }: StageView): string | undefined {
  return milliseconds < 100 ? undefined : formatDuration(milliseconds);
}

function progressOf(stage: StageView): StageItem['progress'] | undefined {
  return stage.state === 'running' ? (fractionOf(stage) ?? 'unknown') : undefined;
}

function presentProblem(
  { title, detail, actions, isBug, needsSignIn }: ProblemView,
  isIdle: boolean,
  words: Words,
): Problem {
  const remedies = actions.map(({ title: text, url, command }) => ({
    text,
    ...defined({ url, action: command === undefined ? undefined : actionOf(command) }),
  }));
  function actionOf(command: string) {
    const action = remedyAction(command, words);
    // There is one button to sign in already.
    if (action === undefined || (needsSignIn && action.command === 'signIn')) return undefined;
    return { command, label: action.label, enabled: isIdle };
  }
  return {
    title: isBug ? words.bug(title) : title,
    remedies: isBug ? [{ text: words.reportBug }] : remedies,
    signIn: needsSignIn,
    ...defined({ detail }),
  };
}

function presentSubmission(
  { state, publicScore, url }: SubmissionView,
  words: Words,
): PanelState['submission'] {
  const score = publicScore === undefined ? '' : `, ${words.score(publicScore)}`;
  return { state: SUBMISSION_STATES[state], text: `${words.submissions[state]}${score}`, url };
}

const SUBMISSION_STATES = { pending: 'running', complete: 'done', error: 'failed' } as const;

function primaryButton(
  project: ProjectView | undefined,
  { phase }: RunView,
  words: Words,
): PanelState['primary'] {
  switch (phase) {
    case 'running':
      return { intent: 'cancel', label: words.cancel, enabled: true };
    case 'cancelling':
      return { intent: 'cancel', label: words.cancelling, enabled: false };
    case 'idle': {
      const competition = project?.competition;
      const label = competition === undefined ? words.submit : words.submitTo(competition);
      return { intent: 'plan', label, enabled: true };
    }
  }
}

function announcement({ phase, current, ending, stages, problem }: RunView, words: Words): string {
  if (phase === 'cancelling') return words.cancelling;
  if (current !== undefined) return `${words.stages[current].title}: ${words.states[stages[current].state]}`;
  if (phase === 'running' || ending === undefined) return '';
  return problem === undefined ? words.endings[ending] : `${words.endings[ending]} ${problem.title}`;
}
