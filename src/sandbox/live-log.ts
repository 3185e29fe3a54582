import type { NotebookLogLine } from '../docker/notebook-runner.ts';

/** One log entry in Kaggle's form (kaggle-api 4.3). */
export function logEntry({ stream, seconds, text }: NotebookLogLine): string {
  return JSON.stringify({ stream_name: stream, time: seconds, data: text });
}

/** The text of a JSON array with one entry a line, as Kaggle gives the log of a finished run (kaggle-api 4.3). */
export function* logText(lines: Iterable<NotebookLogLine>): Generator<string> {
  let lead = '[';
  for (const line of lines) {
    yield `${lead}${logEntry(line)}\n`;
    lead = ',';
  }
  yield lead === '[' ? '[]' : ']';
}

/** The log of a run that has not ended: to be read from its start and followed to its end. */
export class LiveLog {
  readonly lines: NotebookLogLine[] = [];
  #ended = false;
  #waiting: (() => void)[] = [];

  add(line: NotebookLogLine): void {
    this.lines.push(line);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** All lines from the first to the last, as they come. Ends with the run, or early when the signal is aborted. */
  async *follow(signal: AbortSignal): AsyncGenerator<NotebookLogLine> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      let next = 0;
      while (!signal.aborted) {
        const line = this.lines[next];
        if (line !== undefined) {
          next += 1;
          yield line;
        } else if (this.#ended) return;
        else await this.#change();
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
