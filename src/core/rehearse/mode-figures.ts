import type { Bundle, ModeFigures } from '../artefacts.ts';
import type { StepReport } from '../contract/notebook/step-reports.ts';

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
