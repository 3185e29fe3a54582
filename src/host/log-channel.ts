import { type LogOutputChannel } from 'vscode';
import { isUserError, messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { shownText } from '../base/shown-text.ts';
import type { RunEvent } from '../core/events.ts';
import { errorText, logLine } from './log-lines.ts';
import { window } from './window.ts';

/** The output channel "Julia on Kaggle": the core's log, the events of runs, and what went wrong. */
export class LogChannel implements Logger {
  readonly #channel: LogOutputChannel = window.createOutputChannel('Julia on Kaggle', { log: true });

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
