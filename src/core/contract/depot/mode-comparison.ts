import * as l10n from '@vscode/l10n';
import { formatBytes, formatDuration } from '../../../base/format.ts';
import type { Bundle, ModeFigures, Rehearsal } from '../../artefacts.ts';
import { PACK_MODES } from '../../packing.ts';
import type { StepReport } from '../notebook/step-reports.ts';

/** Pure: what this rehearsal adds to the comparison of the modes. */
export function modeFigures(
  pack: Pick<Bundle, 'parts' | 'compiled'>,
  steps: readonly StepReport[],
  rehearsalSeconds: number,
): ModeFigures {
  const run = steps.find(({ step }) => step === 'run');
  const files = pack.parts.filter(({ kind }) => kind !== 'models').flatMap((part) => part.files);
  return {
    rehearsalSeconds,
    ...present('startSeconds', run?.firstLineSeconds),
    ...present('firstPredictionSeconds', run?.firstOutputSeconds),
    runSeconds: run?.seconds ?? 0,
    bundleBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    ...present('compileSeconds', pack.compiled?.seconds),
  };
}

function present<Name extends string>(
  name: Name,
  value: number | null | undefined,
): Partial<Record<Name, number>> {
  return value === null || value === undefined ? {} : ({ [name]: value } as Record<Name, number>);
}

/** The columns of `comparisonRows`. */
export function comparisonHead(): string[] {
  return [
    l10n.t('mode'),
    l10n.t('start-up'),
    l10n.t('first prediction'),
    l10n.t('run'),
    l10n.t('whole rehearsal'),
    l10n.t('bundle'),
    l10n.t('compiling'),
  ];
}

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
