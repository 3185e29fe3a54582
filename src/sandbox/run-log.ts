import type { WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextIfPresent } from '../base/files.ts';
import { CappedLog } from '../base/kept-lines.ts';
import type { NotebookLogLine } from '../docker/notebook-runner.ts';
import { LiveLog, logEntry } from './live-log.ts';
import { privateStream } from './private-files.ts';

/**
 * The log of a run while it is under way: in memory for those who follow it, and line by line in a file, so that what a
 * run said is not lost with the sandbox's process. Of a run that prints without end, the end is shown at its end.
 */
export class RunLog {
  readonly live = new LiveLog();
  readonly #capped = new CappedLog<NotebookLogLine>({
    write: (line) => this.#write(line),
    sizeOf: ({ text }) => text.length,
    note: (text, line) => ({ ...line, stream: 'stderr', text: `${text}\n` }),
  });
  readonly #path: string;
  #file: WriteStream | undefined;

  constructor(folder: string, kernelId: number, version: number) {
    this.#path = join(folder, `${kernelId}-v${version}.jsonl`);
  }

  add(line: NotebookLogLine): void {
    this.#capped.add(line);
  }

  /** Call it when the run has ended: all that is kept of its log is in `live` afterwards. */
  end(): void {
    this.#capped.end();
  }

  #write(line: NotebookLogLine): void {
    this.live.add(line);
    // A disk that is full takes the log from the file, not from those who follow it.
    this.#file ??= privateStream(this.#path).on('error', () => undefined);
    this.#file.write(`${logEntry(line)}\n`);
  }

  /** What a run of an earlier process left, in Kaggle's form of a whole log (kaggle-api 4.3); undefined: nothing. */
  async leftover(): Promise<string | undefined> {
    const text = await readTextIfPresent(this.#path);
    // The last line may be half-written.
    const lines = text?.split('\n').slice(0, -1) ?? [];
    return lines.length === 0 ? undefined : `[${lines.join('\n,')}\n]`;
  }

  /** What was added is in the file afterwards. */
  async close(): Promise<void> {
    const file = this.#file;
    if (file !== undefined && !file.destroyed)
      await new Promise<void>((resolve) => file.end(() => resolve()));
  }

  /** Call it when the log is stored elsewhere. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.#path, { force: true });
  }
}
