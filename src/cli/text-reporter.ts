import * as l10n from '@vscode/l10n';
import { formatBytes, formatDuration } from '../base/format.ts';
import { linesBelow, type UserError } from '../base/errors.ts';
import { shownLine, shownOnOneLine } from '../base/shown-text.ts';
import type { RunEvent } from '../core/events.ts';
import { printLine, type Terminal } from './terminal.ts';
import { shortenedTo } from './width.ts';

const STAGE_WIDTH = 9;
/** Where no line moves, as in CI, a sign of life is printed once in a while. */
const SIGN_OF_LIFE_MS = 30_000;

/** Shows a run to a person: one line a stage, and in a terminal one moving line for what is going on. */
export class TextReporter {
  #lastPrinted: number;

  constructor(
    private readonly terminal: Terminal,
    /** Print the programs' output too. */
    private readonly verbose: boolean,
    private readonly now: () => number = Date.now,
    /** Stands before what is going on; absent: nothing does. */
    private readonly before: () => string = () => '',
  ) {
    this.#lastPrinted = now();
  }

  readonly onEvent = (event: RunEvent): void => {
    switch (event.kind) {
      case 'run-started':
      case 'failed':
      case 'cancelled':
        return this.terminal.stderr.erase();
      case 'cost':
        return undefined;
      case 'stage-started':
        return this.#move(event.stage, event.plan);
      case 'progress':
        return this.#moveOrPrint(event.stage, progressText(event));
      case 'log':
        return this.verbose ? this.#print(line('', shownLine(event.line))) : undefined;
      case 'warning':
        return this.#print(line(event.stage, l10n.t('warning: {0}', event.message)));
      case 'stage-finished':
        return this.#print(line(event.stage, `${event.summary} (${formatDuration(event.milliseconds)})`));
      case 'stage-skipped':
        return this.#print(line(event.stage, l10n.t('up to date: {0}', event.summary)));
    }
  };

  #print(text: string): void {
    this.#lastPrinted = this.now();
    printLine(this.terminal.stderr, text);
  }

  #moveOrPrint(stage: string, text: string): void {
    if (this.terminal.interactive) this.#move(stage, text);
    else if (this.now() - this.#lastPrinted >= SIGN_OF_LIFE_MS)
      this.#print(line(stage, shownOnOneLine(text)));
  }

  #move(stage: string, text: string): void {
    if (!this.terminal.interactive) return;
    const before = this.before();
    const whole = `${before === '' ? '' : `${before}  `}${line(stage, shownOnOneLine(text))}`;
    this.terminal.stderr.redraw(shortenedTo(whole, this.terminal.columns));
  }
}

function line(stage: string, text: string): string {
  // What follows on lines of its own is not taken for another stage.
  return `${stage.padEnd(STAGE_WIDTH)}  ${text.replaceAll('\n', `\n${' '.repeat(STAGE_WIDTH)}  `)}`;
}

function progressText({ text, doneBytes, totalBytes }: Extract<RunEvent, { kind: 'progress' }>): string {
  if (doneBytes === undefined) return text;
  if (totalBytes === undefined || totalBytes === 0) return `${text}, ${formatBytes(doneBytes)}`;
  const percent = Math.floor((100 * doneBytes) / totalBytes);
  return l10n.t('{0}, {1} of {2} ({3} %)', text, formatBytes(doneBytes), formatBytes(totalBytes), percent);
}

/** An error as a person reads it: the sentence, what is known besides, and what to do. */
export function errorText(error: UserError): string {
  return [`✗ ${error.title.replaceAll('\n', '\n    ')}`, ...linesBelow(error)].join('\n');
}
