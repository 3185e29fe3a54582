import * as l10n from '@vscode/l10n';
import { formatBytes, formatDuration, inWords } from '../../base/format.ts';
import type { DataFile, Project, Projection } from '../artefacts.ts';
import type { StepReport } from '../contract/notebook/step-reports.ts';
import { KAGGLE_MEMORY_BYTES, KAGGLE_MINUTES } from '../kaggle-machines.ts';

export interface Measured {
  /** Of the whole rehearsal. */
  readonly seconds: number;
  readonly steps: readonly StepReport[];
  /** Undefined where the submission is no CSV file. */
  readonly rows: number | undefined;
  readonly dataFiles: readonly DataFile[];
}

/**
 * Pure: time and memory on the full hidden test set, from one rehearsal; undefined when its size is unknown. Unpacking
 * and the start of Jupyter cost the same whatever the data; all of Julia's own time and memory is taken to grow with
 * them, also what loading and compiling took: so it is the most that is to be expected of a program of linear cost.
 */
export function projectToFullSet(
  { fullTestSet, notebook }: Pick<Project, 'fullTestSet' | 'notebook'>,
  measured: Measured,
): Projection | undefined {
  const factor = growth(fullTestSet, measured);
  const run = measured.steps.find(({ step }) => step === 'run');
  if (factor === undefined || run === undefined) return undefined;
  const fixedSeconds = Math.max(0, measured.seconds - run.seconds);
  return {
    factor,
    fixedSeconds,
    seconds: fixedSeconds + run.seconds * factor,
    limitSeconds: (notebook.timeLimitMinutes ?? KAGGLE_MINUTES) * 60,
    memoryBytes: Math.round((run.peakMemoryBytes ?? 0) * factor),
    limitMemoryBytes: KAGGLE_MEMORY_BYTES,
  };
}

/** How many times larger the hidden test set is: by rows, else by the bytes of the files named after a test. */
function growth(full: Project['fullTestSet'], { rows, dataFiles }: Measured): number | undefined {
  if (full?.rows !== undefined && rows !== undefined && rows > 0) return Math.max(1, full.rows / rows);
  const test = dataFiles.filter(({ name }) => /test/i.test(name));
  const bytes = (test.length > 0 ? test : dataFiles).reduce((sum, file) => sum + file.bytes, 0);
  return full?.bytes === undefined || bytes === 0 ? undefined : Math.max(1, full.bytes / bytes);
}

/** Pure: the projection in words, with the margin. */
export function projectionInWords(projection: Projection): string {
  const { seconds, limitSeconds, memoryBytes, limitMemoryBytes } = projection;
  const share = Math.round((100 * seconds) / limitSeconds);
  const parts = [
    l10n.t(
      'full test set: at most {0} of {1} ({2} %)',
      formatDuration(seconds * 1000),
      formatDuration(limitSeconds * 1000),
      share,
    ),
    l10n.t('{0} of {1} of memory', formatBytes(memoryBytes), formatBytes(limitMemoryBytes)),
  ];
  return inWords(parts, 'and');
}

/** Pure: what to warn of, if anything. */
export function projectionWarning(projection: Projection): string | undefined {
  const { seconds, limitSeconds, memoryBytes, limitMemoryBytes } = projection;
  if (seconds <= limitSeconds && memoryBytes <= limitMemoryBytes) return undefined;
  return l10n.t(
    'On the full test set it may go over the limit ({0}). Loading and compiling are counted as if they grew with the data: rehearse on more of it ([data] folder) to know better.',
    projectionInWords(projection),
  );
}
