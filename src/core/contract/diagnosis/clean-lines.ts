import { REPORT_MARK } from '../script-facts.ts';

// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]/g;

const TRACEBACK_BEGINS = 'Traceback (most recent call last)';
/** The last line of a traceback: `RuntimeError: …`, also of a class in a module. */
const PYTHON_ERROR = /^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Interrupt|Warning|Exit)\b/;
/** Source of a cell as Jupyter quotes it: `---> 33     raise …`, `     32 …`. */
const QUOTED_SOURCE = /^(?:-+> \d+|\s+\d+)(?:\s|$)/;

/** No wording is longer; a program may print a line without end, which patterns must not search over and over. */
const LONGEST_LINE = 2000;

/** Text without the codes that colour it in a terminal. */
export function withoutColours(text: string): string {
  return text.replace(ANSI, '');
}

/** A line as patterns read it: without colours, and cut off where it is longer than any wording. */
export function readableLine(line: string): string {
  return withoutColours(line.slice(0, LONGEST_LINE));
}

/**
 * A log as the patterns read it: lines without colours, without our own reports, and without the source that Jupyter
 * quotes in a traceback, which holds the very sentences that it would raise.
 */
export function cleanLines(lines: Iterable<string>): string[] {
  const clean: string[] = [];
  let inTraceback = false;
  for (const raw of lines) {
    const line = readableLine(raw).trimEnd();
    if (line.startsWith(REPORT_MARK)) continue;
    if (line.includes(TRACEBACK_BEGINS)) inTraceback = true;
    else if (PYTHON_ERROR.test(line)) inTraceback = false;
    if (!(inTraceback && QUOTED_SOURCE.test(line))) clean.push(line);
  }
  return clean;
}
