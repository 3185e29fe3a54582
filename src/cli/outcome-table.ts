import { formatDuration } from '../base/format.ts';
import { shownOnOneLine } from '../base/shown-text.ts';
import type { StageOutcome } from '../core/pipeline/run.ts';

/** The closing table of a run: each stage with its state, its time and its result. */
export function outcomeTable(outcomes: readonly StageOutcome[]): string {
  const rows = outcomes.map(({ stage, state, milliseconds, summary }) => [
    stage,
    state === 'fresh' ? 'skipped' : 'done',
    state === 'fresh' ? '' : formatDuration(milliseconds),
    state === 'fresh' ? `up to date: ${summary}` : summary,
  ]);
  return table(['stage', 'state', 'time', 'result'], rows);
}

/** A plain-text table; columns but the last are padded to the widest cell. A cell has one line, whatever its text. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map(shownOnOneLine));
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const last = header.length - 1;
  return all
    .map((row) =>
      row.map((cell, column) => (column === last ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .map((text) => text.trimEnd())
    .join('\n');
}
