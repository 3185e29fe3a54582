import * as z from 'zod/mini';
import { parseJson } from '../base/json.ts';

export interface NotebookLogLine {
  readonly stream: 'stdout' | 'stderr';
  /** Seconds since the run began. */
  readonly seconds: number;
  readonly text: string;
}

const entry = z.object({
  stream_name: z.catch(z.string(), 'stdout'),
  time: z.catch(z.union([z.number(), z.pipe(z.string(), z.transform(Number))]), 0),
  data: z.string(),
});

/**
 * Reads a run's log: the text of a JSON array of `{stream_name, time, data}`, or such objects one after another in
 * whatever wrapping, the last perhaps cut off. What is no log at all becomes one line. (kaggle-api 4.3)
 */
export function parseNotebookLog(log: unknown): readonly NotebookLogLine[] {
  const items = typeof log === 'string' ? (parseArray(log) ?? objectsIn(log)) : log;
  const lines = (Array.isArray(items) ? items : []).flatMap(lineOf);
  if (lines.length > 0 || typeof log !== 'string' || isEmpty(log)) return lines;
  return [{ stream: 'stdout', seconds: 0, text: log }];
}

function isEmpty(log: string): boolean {
  return /^[\s[\],]*$/.test(log);
}

/** One entry of a log, or none when it is no such object or says nothing. (kaggle-api 4.3) */
export function lineOf(item: unknown): NotebookLogLine[] {
  const read = entry.safeParse(item).data;
  if (read === undefined) return [];
  return [
    {
      stream: read.stream_name === 'stderr' ? 'stderr' : 'stdout',
      seconds: Number.isFinite(read.time) ? read.time : 0,
      text: read.data,
    },
  ];
}

function parseArray(text: string): unknown[] | undefined {
  const value = parseJson(text);
  return Array.isArray(value) ? value : undefined;
}

/** Every whole object in the text, in one pass. Objects of a log hold no others. */
function objectsIn(text: string): unknown[] {
  const found: unknown[] = [];
  let start = -1;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString && character === '\\') at += 1;
    else if (character === '"') inString = start >= 0 && !inString;
    else if (!inString && character === '{') start = at;
    else if (!inString && character === '}' && start >= 0) {
      found.push(parseJson(text.slice(start, at + 1)));
      start = -1;
    }
  }
  return found;
}
