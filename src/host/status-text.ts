import type { ProjectView } from './present.ts';
import { runningText } from './progress-text.ts';
import type { RunView } from './run-view.ts';
import type { Words } from './words.ts';

export interface StatusText {
  /** With an icon in VS Code's notation. */
  readonly text: string;
  /** The same for a screen reader and the tooltip. */
  readonly label: string;
}

/** Pure: what the status bar says; undefined while it has nothing to say. */
export function statusText(
  project: ProjectView | undefined,
  view: RunView,
  words: Words,
  isConfigured: boolean,
): StatusText | undefined {
  const { phase, current, ending, problem, submission } = view;
  if (phase !== 'idle') {
    const stage = current === undefined ? '' : words.stages[current].title;
    return {
      text: `$(sync~spin) Kaggle: ${stage || words.states.running}`,
      label: runningText(view, words) || words.states.running,
    };
  }
  if (ending === 'failed')
    return { text: `$(error) Kaggle: ${words.states.failed}`, label: problem?.title ?? words.endings.failed };
  if (submission !== undefined) {
    const { state, publicScore } = submission;
    return {
      text: `${ICONS[state]} Kaggle: ${publicScore ?? words.submissions[state]}`,
      label: words.submissions[state],
    };
  }
  if (project === undefined || !isConfigured) return undefined;
  return { text: '$(rocket) Julia on Kaggle', label: `Julia on Kaggle: ${project.name}` };
}

const ICONS = { pending: '$(clock)', complete: '$(check)', error: '$(error)' } as const;
