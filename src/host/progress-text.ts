import { formatBytes } from '../base/format.ts';
import type { RunView, StageView } from './run-view.ts';
import type { Words } from './words.ts';

type RunningWords = Pick<Words, 'bytesOf' | 'cancelling' | 'stages'>;

/** What a stage is at, with its bytes: `Uploading inferenceapp, 38.1 kB of 40.0 kB (95 %)`. */
export function progressText(
  { text, doneBytes, totalBytes }: StageView,
  words: Pick<Words, 'bytesOf'>,
): string {
  if (doneBytes === undefined) return text;
  const done = formatBytes(doneBytes);
  if (totalBytes === undefined || totalBytes === 0) return `${text}, ${done}`;
  const percent = String(Math.floor((100 * doneBytes) / totalBytes));
  return `${text}, ${words.bytesOf(done, formatBytes(totalBytes), percent)}`;
}

/** The part that is done, from 0 to 1; undefined where the total is not known. */
export function fractionOf({ doneBytes, totalBytes }: StageView): number | undefined {
  if (doneBytes === undefined || totalBytes === undefined || totalBytes <= 0) return undefined;
  return Math.min(1, Math.max(0, doneBytes / totalBytes));
}

/** What a run is at: `Upload: Uploading inferenceapp, 38.1 kB of 40.0 kB (95 %)`. */
export function runningText({ phase, current, stages }: RunView, words: RunningWords): string {
  if (phase === 'cancelling') return words.cancelling;
  return current === undefined
    ? ''
    : `${words.stages[current].title}: ${progressText(stages[current], words)}`;
}
