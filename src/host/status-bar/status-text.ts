import * as l10n from '@vscode/l10n';
import { shownValue } from '../../base/shown-text.ts';
import { STAGES } from '../../core/stages.ts';
import { iconless } from '../editor/editor.ts';
import type { ProjectView } from '../project/projects.ts';
import { failedStage } from '../project/show-log.ts';
import {
  endingText,
  fractionOf,
  runningText,
  type RunView,
  scoresInShort,
  submissionText,
} from '../run/run-view.ts';
import { stageTitle, stateText } from '../texts.ts';
import type { AllowanceView } from './allowance.ts';

export interface StatusText {
  /** With an icon in VS Code's notation. */
  readonly text: string;
  /** The same in full, for a screen reader and the tooltip. */
  readonly label: string;
  /** The person is waited for. */
  readonly isUrgent?: boolean;
}

/** Pure: what the status bar says, fit to be shown; undefined while it has nothing to say. */
export function statusText(...given: Parameters<typeof wordsOf>): StatusText | undefined {
  return shownValue(wordsOf(...given));
}

function wordsOf(
  project: ProjectView | undefined,
  view: RunView,
  isConfigured: boolean,
  isPractice = false,
): StatusText | undefined {
  const kaggle = isPractice ? l10n.t('Local Kaggle') : 'Kaggle';
  if (view.phase !== 'idle' || view.question !== undefined) return running(view, kaggle);
  const last = ended(view, kaggle);
  if (last !== undefined || project === undefined || !isConfigured) return last;
  const name = isPractice ? l10n.t('Local Kaggle (practice)') : 'Julia on Kaggle';
  return { text: `$(rocket) ${name}`, label: `Julia on Kaggle: ${project.name}` };
}

function ended(
  { ending, problem, submission, isEarlier, stages }: RunView,
  kaggle: string,
): StatusText | undefined {
  const stage = failedStage(stages);
  if (ending === 'failed')
    return {
      text: `$(error) ${kaggle}: ${stage === undefined ? stateText('failed') : l10n.t('{0} failed', stageTitle(stage))}`,
      label: problem?.title ?? endingText('failed'),
    };
  if (ending === 'cancelled' || ending === 'declined')
    return { text: `$(circle-slash) ${kaggle}: ${stateText('cancelled')}`, label: endingText(ending) };
  if (submission === undefined) return undefined;
  const label = submissionText(submission, isEarlier);
  const text = scoresInShort(submission) || label;
  return { text: `${ICONS[submission.state]} ${kaggle}: ${iconless(text)}`, label };
}

const ICONS = { pending: '$(clock)', complete: '$(check)', error: '$(error)' } as const;

function running(view: RunView, kaggle: string): StatusText {
  const { current, phase, stages } = view;
  const label = runningText(view) || stateText('running');
  if (view.question !== undefined)
    return { text: `$(bell-dot) ${kaggle}: ${l10n.t('your answer is needed')}`, label, isUrgent: true };
  const part = current === undefined ? undefined : fractionOf(stages[current]);
  // A stage that sends something first is not waiting yet.
  if (phase === 'running' && current !== undefined && STAGES[current].waits && part === undefined)
    return { text: `$(watch) ${kaggle}: ${l10n.t('{0}, waiting', stageTitle(current))}`, label };
  const title = current === undefined ? stateText('running') : stageTitle(current);
  const percent = part === undefined ? '' : ` ${Math.floor(100 * part)} %`;
  return { text: `$(sync~spin) ${kaggle}: ${title}${percent}`, label };
}

/** Pure: what is known besides, one line each: what Kaggle still allows. */
export function allowanceLines(allowance: AllowanceView | undefined): string[] {
  const { quota, limits } = allowance ?? {};
  const hours = (seconds: number): string => (seconds / 3600).toFixed(1);
  const lines: string[] = [];
  if (limits !== undefined)
    lines.push(l10n.t('Submissions left today: {0} ({1} made)', limits.allowedNow, limits.usedToday));
  for (const [name, used] of [
    ['GPU', quota?.gpu],
    ['TPU', quota?.tpu],
  ] as const) {
    if (used === undefined || used.allowedSeconds === 0) continue;
    const left = Math.max(0, used.allowedSeconds - used.usedSeconds - used.reservedSeconds);
    lines.push(l10n.t('{0} hours left this week: {1} of {2}', name, hours(left), hours(used.allowedSeconds)));
  }
  return lines;
}
