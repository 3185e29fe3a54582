import * as z from 'zod/mini';
import { parseJson } from '../base/json.ts';

/** Output of a notebook: whole lines of text with their line ends, as far as they are not too long. */
export interface NotebookLogLine {
  readonly stream: 'stdout' | 'stderr';
  /** Since the start of the run. */
  readonly seconds: number;
  /** One or several lines; the last one of a cell may lack its line end. */
  readonly text: string;
}

export interface NotebookError {
  readonly name: string;
  readonly message: string;
  /** Position of the failing cell among all cells, from 0; undefined when it was none of them. */
  readonly cell: number | undefined;
}

const entry = z.object({ stream_name: z.enum(['stdout', 'stderr']), time: z.number(), data: z.string() });
const ending = z.object({
  result: z.object({
    state: z.enum(['complete', 'error']),
    error: z.optional(z.object({ name: z.string(), message: z.string(), cell: z.nullable(z.number()) })),
  }),
});

export type RunnerLine =
  | { readonly kind: 'log'; readonly line: NotebookLogLine }
  | {
      readonly kind: 'result';
      readonly state: 'complete' | 'error';
      readonly error: NotebookError | undefined;
    };

/** A line that runner/run-notebook.py printed, or undefined when it is not of its making. */
export function readRunnerLine(text: string): RunnerLine | undefined {
  const value = parseJson(text);
  const log = entry.safeParse(value);
  if (log.success) {
    const { stream_name: stream, time: seconds, data } = log.data;
    return { kind: 'log', line: { stream, seconds, text: data } };
  }
  const end = ending.safeParse(value);
  if (!end.success) return undefined;
  const { state, error } = end.data.result;
  return { kind: 'result', state, error: error && { ...error, cell: error.cell ?? undefined } };
}
