import { relative } from 'node:path';
import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { formatDuration, inList } from '../../base/format.ts';
import { shownValue } from '../../base/shown-text.ts';
import type { RouteName, StageName } from '../../core/stages.ts';
import type { Labels, Offer, PanelState, Problem, Row, StageItem } from '../../protocol/panel-state.ts';
import { offersOf, remedyAction } from '../editor/remedies.ts';
import type { ProjectView } from '../project/projects.ts';
import { EMPTY_RECORD, type RecordView } from '../project/record.ts';
import { routeOf, stagesOn } from '../project/route.ts';
import {
  endingText,
  fractionOf,
  type ProblemView,
  progressText,
  type RunView,
  sentence,
  stillRunning,
  type StageView,
  submissionText,
} from '../run/run-view.ts';
import { filesText, practiceText, stagePurpose, stageTitle, stateText } from '../texts.ts';
import { type Examination, NOT_EXAMINED } from './examiner.ts';
import { pictures } from './pictures.ts';
import { type PlanView, presentPlan } from './plan.ts';
import { presentFacts, readyLine, setupFacts } from './setup-facts.ts';
import { stageDetails } from './stage-details.ts';

/** What is known besides the project and its run. */
export interface Surroundings {
  readonly examination: Examination;
  readonly record: RecordView;
  readonly plan: PlanView | undefined;
  /** How fast the present step goes; empty where there is nothing to tell. */
  readonly pace: string;
  readonly severalProjects: boolean;
  /** Projects have been looked for. */
  readonly isSearched: boolean;
  /** The Kaggle in use is one on this machine. */
  readonly isPractice: boolean;
}

export const NO_SURROUNDINGS: Surroundings = {
  examination: NOT_EXAMINED,
  record: EMPTY_RECORD,
  plan: undefined,
  pace: '',
  severalProjects: false,
  isSearched: true,
  isPractice: false,
};

/** Pure: what the page shows of a project and of its run. All text is fit to be shown, wherever it came from. */
export function present(
  project: ProjectView | undefined,
  view: RunView,
  around: Surroundings = NO_SURROUNDINGS,
): PanelState {
  return shownValue(compose(project, view, around));
}

function compose(project: ProjectView | undefined, view: RunView, around: Surroundings): PanelState {
  const { examination, record, pace, severalProjects, isSearched, isPractice } = around;
  const isIdle = view.phase === 'idle';
  const facts = setupFacts({
    ...{ project, severalProjects, isSearched, examination },
    readProblem: record.problem,
  });
  const details = stageDetails(record.artefacts);
  const route = routeNow(project, view, around);
  const plan = isIdle ? around.plan : undefined;
  const stages = plan?.state === 'ready' ? plan.previews.map(({ stage }) => stage) : stagesOn(route);
  return {
    ...defined({
      practice: isPractice ? practiceText() : undefined,
      ready: readyLine(facts),
      plan: plan && planNow(plan, project, route, around),
      ...(project && aboutProject(project, route)),
      question: presentQuestion(view),
      problem: presentProblem(view.problem ?? (isIdle ? project?.problem : undefined), isIdle, project),
      submission: presentSubmission(view),
    }),
    facts: presentFacts(facts, isIdle),
    pictures: pictures(record, stages),
    stages: stages.map((name) => presentStage(name, { view, route, details: details[name], pace })),
    primary: primaryButton(project, view, !facts.some(({ state }) => state === 'missing')),
    announcement: announcement(view),
    labels: labels(),
  };
}

function planNow(
  plan: PlanView,
  project: ProjectView | undefined,
  route: RouteName | undefined,
  { examination, isPractice }: Pick<Surroundings, 'examination' | 'isPractice'>,
): PanelState['plan'] {
  const isLate = examination.competition?.isOver === true;
  return presentPlan(plan, { competition: project?.competition, route, isLate, isPractice });
}

function aboutProject({ name, folder, competition }: ProjectView, route: RouteName | undefined) {
  return {
    project: name,
    folder,
    aim: competition === undefined || route === undefined ? undefined : aimText(competition, route),
  };
}

/** The way that the page shows: that of the run that goes on, else that of the next one, as far as it is known. */
function routeNow(
  project: ProjectView | undefined,
  { phase }: RunView,
  { record, examination }: Pick<Surroundings, 'record' | 'examination'>,
): RouteName | undefined {
  if (project === undefined) return undefined;
  const last = record.artefacts.project;
  if (phase !== 'idle' && last?.competition === project.competition) return last?.route;
  return routeOf(project, last, examination.competition);
}

function aimText(competition: string, route: RouteName): string {
  return {
    notebook: l10n.t('Submits a notebook to {0}', competition),
    file: l10n.t('Submits a file to {0}', competition),
  }[route];
}

interface StageAround {
  readonly view: RunView;
  readonly route: RouteName | undefined;
  readonly details: readonly Row[];
  readonly pace: string;
}

function presentStage(
  name: StageName,
  { view: { stages, phase }, route, details, pace }: StageAround,
): StageItem {
  const stage = stages[name];
  const title = stageTitle(name);
  return {
    name,
    title,
    state: stage.state,
    word: stateText(stage.state),
    text: sentence(textOf(stage, pace)) || stagePurpose(name, route),
    warnings: stage.warnings,
    details,
    action: { label: l10n.t('Run up to {0}', title), enabled: phase === 'idle' },
    ...defined({ duration: durationOf(name, stage), progress: progressOf(stage) }),
  };
}

function textOf(stage: StageView, pace: string): string {
  const text = progressText(stage);
  return stage.state === 'running' && pace !== '' ? inList([text, pace]) : text;
}

/**
 * Below a tenth of a second a number says nothing. A notebook says how long it ran on Kaggle: how long this window followed
 * that is another time, and after a reload a shorter one.
 */
function durationOf(name: StageName, { milliseconds = 0 }: StageView): string | undefined {
  return milliseconds < 100 || name === 'notebook' ? undefined : formatDuration(milliseconds);
}

function progressOf(stage: StageView): StageItem['progress'] | undefined {
  return stage.state === 'running' ? (fractionOf(stage) ?? 'unknown') : undefined;
}

function presentProblem(
  view: ProblemView | undefined,
  isIdle: boolean,
  project: ProjectView | undefined,
): Problem | undefined {
  if (view === undefined) return undefined;
  const { code, title, detail, source, actions } = view;
  const isBug = code === undefined;
  const remedies = actions.map(({ title: text, url, command }) => ({
    text,
    ...defined({ url, action: command === undefined ? undefined : actionOf(command) }),
  }));
  function actionOf(command: string): Offer | undefined {
    const action = remedyAction(command);
    return action && { command, label: action.label, enabled: isIdle };
  }
  return {
    title: isBug ? l10n.t('This is a bug of Julia on Kaggle: {0}', title) : title,
    remedies: isBug ? [{ text: l10n.t('Report it with the end of the log.') }] : remedies,
    offers: offersOf(view).flatMap((command) => actionOf(command) ?? []),
    ...defined({
      detail,
      source: source && `${relative(project?.folder ?? '', source.file)}:${source.line}`,
      compare: source?.like === undefined ? undefined : l10n.t('Compare with the Sample'),
    }),
  };
}

function presentQuestion({ question }: RunView): PanelState['question'] {
  if (question === undefined) return undefined;
  const { title, lines, button, hasFiles = false } = question;
  return {
    ...{ title, lines: lines.map(sentence), accept: button, decline: l10n.t('Not Now') },
    ...(hasFiles && { files: filesText() }),
  };
}

function presentSubmission({ submission, isEarlier = false }: RunView): PanelState['submission'] {
  if (submission === undefined) return undefined;
  const { state, url } = submission;
  const shown = isEarlier ? 'earlier' : SUBMISSION_STATES[state];
  return { state: shown, text: submissionText(submission, isEarlier), url };
}

const SUBMISSION_STATES = { pending: 'running', complete: 'done', error: 'failed' } as const;

/** @param isReady nothing is known to be missing: what would fail is not begun. */
function primaryButton(
  project: ProjectView | undefined,
  { phase }: RunView,
  isReady: boolean,
): PanelState['primary'] {
  switch (phase) {
    case 'running':
      return { intent: 'cancel', label: l10n.t('Cancel'), enabled: true };
    case 'cancelling':
      return { intent: 'cancel', label: l10n.t('Cancelling…'), enabled: false };
    case 'idle': {
      const competition = project?.competition;
      const label = competition === undefined ? l10n.t('Submit') : l10n.t('Submit to {0}', competition);
      return { intent: 'plan', label, enabled: isReady };
    }
  }
}

function announcement(view: RunView): string {
  const { phase, current, ending, stages, problem, question } = view;
  if (phase === 'cancelling') return l10n.t('Cancelling…');
  if (question !== undefined) return l10n.t('Your answer is needed: {0}', question.title);
  if (current !== undefined) return `${stageTitle(current)}: ${stateText(stages[current].state)}`;
  if (phase === 'running' || ending === undefined) return '';
  const besides = problem?.title ?? stillRunning(view);
  return besides === undefined ? endingText(ending) : `${endingText(ending)} ${besides}`;
}

/** What the page calls its parts; it puts a name or a number in the place of {0} itself. */
function labels(): Labels {
  return {
    setup: l10n.t('What is needed'),
    stages: l10n.t('Pipeline'),
    details: l10n.t('Details'),
    detailsOf: l10n.t('Details of {0}', '{0}'),
    remedies: l10n.t('What to do'),
    showLog: l10n.t('Show Log'),
    openSubmission: l10n.t('Open on Kaggle'),
    log: l10n.t('Log of {0}', '{0}'),
    logEmpty: l10n.t('No output.'),
    logFilter: l10n.t('Show only lines with…'),
    logDropped: l10n.t('{0} earlier lines are in the whole log.', '{0}'),
    logFollow: l10n.t('Follow'),
    pictures: l10n.t('Pictures'),
    asTable: l10n.t('As a table'),
    picturesEmpty: l10n.t('After the first build, this is where sizes, times and scores are shown.'),
  };
}
