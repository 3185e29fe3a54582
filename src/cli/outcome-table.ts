import * as l10n from '@vscode/l10n';
import { formatDuration } from '../base/format.ts';
import { shownOnOneLine } from '../base/shown-text.ts';
import { filledTo, widthOf } from './width.ts';
import type { StageOutcome } from '../core/pipeline/run.ts';

/** The closing table of a run: each stage with its state, its time and its result. */
export function outcomeTable(outcomes: readonly StageOutcome[]): string {
  const rows = outcomes.map(({ stage, state, milliseconds, summary }) => [
    stage,
    state === 'fresh' ? l10n.t('skipped') : l10n.t('done'),
    state === 'fresh' ? '' : formatDuration(milliseconds),
    state === 'fresh' ? l10n.t('up to date: {0}', summary) : summary,
  ]);
  return table([l10n.t('stage'), l10n.t('state'), l10n.t('time'), l10n.t('result')], rows);
}

/** A plain-text table; columns but the last are padded to the widest cell. A cell has one line, whatever its text. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map(shownOnOneLine));
  const widths = header.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))));
  const last = header.length - 1;
  return all
    .map((row) =>
      row.map((cell, column) => (column === last ? cell : filledTo(cell, widths[column] ?? 0))).join('  '),
    )
    .map((text) => text.trimEnd())
    .join('\n');
}
