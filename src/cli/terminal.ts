import type { Writable } from 'node:stream';
import type { Logger } from '../base/logger.ts';
import { shownJson, shownText } from '../base/shown-text.ts';

/** What the program is connected to; injected, so that tests read what a user would see. */
export interface TerminalStreams {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether a user is watching stderr, so that a line may be drawn over. */
  readonly interactive: boolean;
  readonly columns: number;
  /** Asks a yes-or-no question; undefined where nobody can answer. */
  readonly ask: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Asks for a line of text; absent where nobody can answer. */
  readonly prompt?: (question: string, signal: AbortSignal) => Promise<string>;
}

/** The terminal as commands use it: nothing gets through that would be a command to it, whoever wrote the text. */
export interface Terminal extends Pick<TerminalStreams, 'interactive' | 'columns' | 'ask' | 'prompt'> {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Goes back to the beginning of the line and erases it: the only command that this program gives a terminal. */
const ERASE_LINE = '\r\u001b[2K';

/** One way out of the program. The stream behind it is nobody else's. */
export class Output {
  readonly #stream: Writable;
  #isDrawing = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Writes a text with its own line ends, in place of what was drawn. */
  text(text: string): void {
    this.erase();
    this.#stream.write(shownText(text));
  }

  /** Writes a value for programs, on one line. The same value comes out of it; what a terminal could obey is escaped. */
  json(value: object): void {
    this.#stream.write(`${shownJson(value)}\n`);
  }

  /** Draws over the present line, which has no end yet. */
  redraw(text: string): void {
    this.#stream.write(`${ERASE_LINE}${onOneLine(text)}`);
    this.#isDrawing = true;
  }

  /** Erases what was drawn, if anything. */
  erase(): void {
    if (this.#isDrawing) this.#stream.write(ERASE_LINE);
    this.#isDrawing = false;
  }
}

/** The terminal on these streams. */
export function terminalOn(streams: TerminalStreams): Terminal {
  const { ask, prompt } = streams;
  return {
    stdout: new Output(streams.stdout),
    stderr: new Output(streams.stderr),
    interactive: streams.interactive,
    // The window may be made narrower meanwhile.
    get columns() {
      return streams.columns;
    },
    ask: ask && ((question, signal) => ask(onOneLine(question), signal)),
    ...(prompt && { prompt: (question, signal) => prompt(onOneLine(question), signal) }),
  };
}

/** A question that is asked has no lines of its own to show besides. */
function onOneLine(text: string): string {
  return shownText(text).replaceAll('\n', ' ');
}

/** Prints a line, or several. */
export function printLine(output: Output, line = ''): void {
  output.text(`${line}\n`);
}

/** The core's log on stderr: its warnings, and all of it for who looks for a reason. */
export function terminalLogger({ stderr }: Pick<Terminal, 'stderr'>, isDebugging: boolean): Logger {
  const say = (mark: string) => (message: string) => printLine(stderr, `${mark} ${message}`);
  const aside = isDebugging ? say('·') : () => undefined;
  return { debug: aside, info: aside, warn: say('!') };
}
