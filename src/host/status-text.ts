import { shownValue } from '../base/shown-text.ts';
import { STAGES } from '../core/stages.ts';
import type { AllowanceView } from './allowance.ts';
import type { ProjectView } from './project-view.ts';
import { iconless } from './shown-window.ts';
import { fractionOf, runningText } from './progress-text.ts';
import type { RunView } from './run-view.ts';
import type { Words } from './words.ts';

export interface StatusText {
  /** With an icon in VS Code's notation. */
  readonly text: string;
  /** The same in full, for a screen reader and the tooltip. */
  readonly label: string;
}

/** Pure: what the status bar says, fit to be shown; undefined while it has nothing to say. */
export function statusText(...given: Parameters<typeof wordsOf>): StatusText | undefined {
  return shownValue(wordsOf(...given));
}

function wordsOf(
  project: ProjectView | undefined,
  view: RunView,
  words: Words,
  isConfigured: boolean,
): StatusText | undefined {
  const { phase, ending, problem, submission } = view;
  if (phase !== 'idle') return running(view, words);
  if (ending === 'failed')
    return { text: `$(error) Kaggle: ${words.states.failed}`, label: problem?.title ?? words.endings.failed };
  if (submission !== undefined) {
    const { state, publicScore } = submission;
    const score = publicScore === undefined ? '' : `, ${words.score(publicScore)}`;
    return {
      text: `${ICONS[state]} Kaggle: ${iconless(publicScore ?? words.submissions[state])}`,
      label: `${words.submissions[state]}${score}`,
    };
  }
  if (project === undefined || !isConfigured) return undefined;
  return { text: '$(rocket) Julia on Kaggle', label: `Julia on Kaggle: ${project.name}` };
}

const ICONS = { pending: '$(clock)', complete: '$(check)', error: '$(error)' } as const;

function running(view: RunView, words: Words): StatusText {
  const { current, phase, stages } = view;
  const label = runningText(view, words) || words.states.running;
  if (phase === 'running' && current !== undefined && STAGES[current].waits)
    return { text: `$(watch) Kaggle: ${words.waitingForKaggle}`, label };
  const title = current === undefined ? words.states.running : words.stages[current].title;
  const part = current === undefined ? undefined : fractionOf(stages[current]);
  const percent = part === undefined ? '' : ` ${Math.floor(100 * part)} %`;
  return { text: `$(sync~spin) Kaggle: ${title}${percent}`, label };
}

/** Pure: what is known besides, one line each: what Kaggle still allows. */
export function allowanceLines(allowance: AllowanceView | undefined, words: Words): string[] {
  const { quota, limits } = allowance ?? {};
  const hours = (seconds: number): string => (seconds / 3600).toFixed(1);
  const lines: string[] = [];
  if (limits !== undefined) lines.push(words.submissionsLeft(limits.allowedNow, limits.usedToday));
  for (const [name, used] of [
    ['GPU', quota?.gpu],
    ['TPU', quota?.tpu],
  ] as const) {
    if (used === undefined || used.allowedSeconds === 0) continue;
    const left = Math.max(0, used.allowedSeconds - used.usedSeconds - used.reservedSeconds);
    lines.push(words.quotaLeft(name, hours(left), hours(used.allowedSeconds)));
  }
  return lines;
}
