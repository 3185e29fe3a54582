import type { LogOutputChannel } from 'vscode';
import { isUserError, linesBelow, messageOf, type UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import type { Logger } from '../../base/logger.ts';
import { shownLine, shownText } from '../../base/shown-text.ts';
import type { RunEvent } from '../../core/events.ts';
import type { Vs } from './editor.ts';

/** The output channel "Julia on Kaggle": the core's log, the events of runs, and what went wrong. */
export class LogChannel implements Logger {
  readonly #channel: LogOutputChannel;

  constructor(vs: Vs) {
    this.#channel = vs.window.createOutputChannel('Julia on Kaggle', { log: true });
  }

  readonly show = (): void => this.#channel.show();
  readonly debug = (message: string): void => this.#channel.debug(shownText(message));
  readonly info = (message: string): void => this.#channel.info(shownText(message));
  readonly warn = (message: string): void => this.#channel.warn(shownText(message));

  readonly onEvent = (event: RunEvent): void => {
    const line = logLine(event);
    if (line !== undefined) this.#channel[line.level](line.text);
  };

  /** Notes what was thrown: a fault of ours with its trace. */
  error(error: unknown): void {
    if (isUserError(error)) this.#channel.error(errorText(error));
    else
      this.#channel.error(shownText((error instanceof Error ? error.stack : undefined) ?? messageOf(error)));
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

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
    case 'cost':
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
