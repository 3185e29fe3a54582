import { readJuliaLog } from '../julia-log.ts';
import { REPORT_MARK } from '../step-reports.ts';
import { readableLine } from './clean-lines.ts';
import { WORDINGS } from './patterns.ts';

/** Pure: whether a line says something that any stage looks for, and so is kept of a log whose middle is left out. */
export function isTelling(line: string): boolean {
  if (line.startsWith(REPORT_MARK)) return true;
  const readable = readableLine(line);
  if (WORDINGS.some(({ patterns }) => patterns.some((pattern) => pattern.test(readable)))) return true;
  return Object.values(readJuliaLog([readable])).some(
    (found: unknown) => found === true || (Array.isArray(found) && found.length > 0),
  );
}
