import { formatBytes, formatDuration } from '../../../base/format.ts';
import type { ModeFigures, Rehearsal } from '../../artefacts.ts';
import { PACK_MODES } from '../../packing.ts';

export const COMPARISON_HEAD = [
  'mode',
  'start-up',
  'first prediction',
  'run',
  'whole rehearsal',
  'bundle',
  'compiling',
] as const;

/** Pure: a row for each mode of `[pack]` that was rehearsed, as its last rehearsal was; `–` where nothing was measured. */
export function comparisonRows(modes: Rehearsal['modes']): string[][] {
  return PACK_MODES.flatMap((mode) => {
    const figures = modes?.[mode];
    return figures === undefined ? [] : [[mode, ...cells(figures)]];
  });
}

function cells(figures: ModeFigures): string[] {
  return [
    seconds(figures.startSeconds),
    seconds(figures.firstPredictionSeconds),
    seconds(figures.runSeconds),
    seconds(figures.rehearsalSeconds),
    formatBytes(figures.bundleBytes),
    seconds(figures.compileSeconds),
  ];
}

function seconds(value: number | undefined): string {
  if (value === undefined) return '–';
  return value < 60 ? `${value.toFixed(1)} s` : formatDuration(value * 1000);
}
