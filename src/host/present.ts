import { formatDuration } from '../base/format.ts';
import { STAGE_NAMES, type StageName } from '../core/stages.ts';
import type { PanelState, Problem, StageItem } from '../protocol/panel-state.ts';
import { known } from './known.ts';
import { fractionOf, progressText } from './progress-text.ts';
import type { ProblemView, RunView, StageView, SubmissionView } from './run-view.ts';
import type { Words } from './words.ts';

/** The project that the page is about. */
export interface ProjectView {
  readonly name: string;
  readonly folder: string;
  /** As JuliaKaggle.toml names it; undefined when it does not, or cannot be read. */
  readonly competition?: string | undefined;
  /** What is wrong with JuliaKaggle.toml. */
  readonly problem?: ProblemView | undefined;
}

/** Pure: what the page shows of a project and of its run. */
export function present(project: ProjectView | undefined, view: RunView, words: Words): PanelState {
  const problem = view.problem ?? (view.phase === 'idle' ? project?.problem : undefined);
  const { submission } = view;
  const competition = project?.competition;
  return {
    ...known({
      project: project?.name,
      folder: project?.folder,
      competition: competition === undefined ? undefined : words.competition(competition),
      problem: problem === undefined ? undefined : presentProblem(problem, words),
      submission: submission === undefined ? undefined : presentSubmission(submission, words),
    }),
    stages: STAGE_NAMES.map((name) => presentStage(name, view, words)),
    primary: primaryButton(project, view, words),
    announcement: announcement(view, words),
    labels: {
      stages: words.pipeline,
      details: words.details,
      remedies: words.whatToDo,
      showLog: words.showLog,
      openSubmission: words.openOnKaggle,
    },
  };
}

function presentStage(name: StageName, { stages, phase }: RunView, words: Words): StageItem {
  const stage = stages[name];
  const { title, purpose } = words.stages[name];
  return {
    name,
    title,
    state: stage.state,
    word: words.states[stage.state],
    text: progressText(stage, words) || purpose,
    warnings: stage.warnings,
    action: { label: words.runUpTo(title), enabled: phase === 'idle' },
    ...known({ duration: durationOf(stage), progress: progressOf(stage) }),
  };
}

/** Below a tenth of a second a number says nothing. */
function durationOf({ milliseconds = 0 }: StageView): string | undefined {
  return milliseconds < 100 ? undefined : formatDuration(milliseconds);
}

function progressOf(stage: StageView): StageItem['progress'] | undefined {
  return stage.state === 'running' ? (fractionOf(stage) ?? 'unknown') : undefined;
}

function presentProblem({ title, detail, actions, isBug }: ProblemView, words: Words): Problem {
  const remedies = actions.map(({ title: text, url }) => ({ text, ...known({ url }) }));
  return {
    title: isBug ? words.bug(title) : title,
    remedies: isBug ? [{ text: words.reportBug }] : remedies,
    ...known({ detail }),
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
      return { intent: 'submit', label, enabled: true };
    }
  }
}

function announcement({ phase, current, ending, stages, problem }: RunView, words: Words): string {
  if (phase === 'cancelling') return words.cancelling;
  if (current !== undefined) return `${words.stages[current].title}: ${words.states[stages[current].state]}`;
  if (phase === 'running' || ending === undefined) return '';
  return problem === undefined ? words.endings[ending] : `${words.endings[ending]} ${problem.title}`;
}
