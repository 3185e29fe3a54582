import * as z from 'zod/mini';
import { ownText } from '../../../base/own-text.ts';
import { readMarked } from '../script-facts.ts';

const stepReport = z.object({
  step: z.string(),
  seconds: z.number(),
  /** What was unpacked: `slug/name`. */
  unpacked: z.optional(z.array(z.string())),
  exitCode: z.optional(z.number()),
  peakMemoryBytes: z.optional(z.number()),
  /** Paths of caches in the depot. */
  recompiled: z.optional(z.array(z.string())),
  /** What was not in the depot before, by path below it. */
  appeared: z.optional(z.array(z.string())),
  /** Packages that Julia compiles at each loading, by their own wish. */
  neverCompiled: z.optional(z.array(z.string())),
  rows: z.optional(z.nullable(z.number())),
  /** Until the first line of the program's own. */
  firstLineSeconds: z.optional(z.nullable(z.number())),
  /** Until the submission file has content. */
  firstOutputSeconds: z.optional(z.nullable(z.number())),
  workingBytes: z.optional(z.number()),
});
export type StepReport = z.infer<typeof stepReport>;

/** Python that measures the memory of a program and of those that it starts, for the reports of the test and the notebook. */
export function peakMemoryProgram(): string {
  return ownText(import.meta.dirname, 'cells', 'peak.py');
}

/** The step report in a line of output, or undefined when the line is none (or not one of ours). */
export function readStepReport(line: string): StepReport | undefined {
  return readMarked(stepReport, line);
}
