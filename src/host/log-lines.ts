import { formatDuration } from '../base/format.ts';
import { linesBelow, type UserError } from '../base/errors.ts';
import { shownLine, shownText } from '../base/shown-text.ts';
import type { RunEvent } from '../core/events.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** Pure: what the log says of an event; undefined for what would only fill it, such as each step of a progress bar. */
export function logLine(event: RunEvent): LogLine | undefined {
  const line = wordsOf(event);
  // What follows on lines of its own is not taken for another entry.
  return line && { ...line, text: shownText(line.text).replaceAll('\n', '\n    ') };
}

function wordsOf(event: RunEvent): LogLine | undefined {
  switch (event.kind) {
    case 'run-started':
      return info(`Running ${event.folder} up to ${event.until}`);
    case 'stage-started':
      return info(`[${event.stage}] started: ${event.plan}`);
    case 'progress':
      return undefined;
    case 'log':
      return info(`[${event.stage}] ${shownLine(event.line)}`);
    case 'warning':
      return { level: 'warn', text: `[${event.stage}] ${event.message}` };
    case 'stage-finished':
      return info(`[${event.stage}] done in ${formatDuration(event.milliseconds)}: ${event.summary}`);
    case 'stage-skipped':
      return info(`[${event.stage}] up to date: ${event.summary}`);
    case 'failed':
      // The error itself is noted when the run ends with it.
      return { level: 'error', text: `[${event.stage}] failed` };
    case 'cancelled':
      return info(`[${event.stage}] cancelled`);
  }
}

/** Pure: an error with all that it says, over several lines. */
export function errorText(error: UserError): string {
  return shownText([`${error.title} (${error.code})`, ...linesBelow(error)].join('\n'));
}

function info(text: string): LogLine {
  return { level: 'info', text };
}
