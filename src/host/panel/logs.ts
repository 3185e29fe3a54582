import { shownLine } from '../../base/shown-text.ts';
import { TransferMeter } from '../../base/transfer-meter.ts';
import type { RunEvent } from '../../core/events.ts';
import type { StageName } from '../../core/stages.ts';
import { LineBuffer, LOG_BOUNDS } from '../../protocol/line-buffer.ts';

export interface LogPart {
  /** Another for each run. */
  readonly run: number;
  /** The number of the first of these lines in the run. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** The end of each stage's log in the present run, or the last one. */
export class LogStore {
  #run = 0;
  readonly #stages = new Map<StageName, LineBuffer>();

  /** Another run begins. */
  begin(): void {
    this.#run += 1;
    this.#stages.clear();
  }

  add(stage: StageName, line: string): void {
    const buffer = this.#stages.get(stage) ?? new LineBuffer(LOG_BOUNDS);
    this.#stages.set(stage, buffer);
    buffer.add([shownLine(line)]);
  }

  /** Puts in what an earlier run left, where this one has said nothing yet. */
  seed(stage: StageName, lines: readonly string[]): void {
    if (!this.has(stage)) for (const line of lines) this.add(stage, line);
  }

  has(stage: StageName): boolean {
    return this.#stages.has(stage);
  }

  /** At most `count` lines from the one numbered `from` on, or from the first one that is still kept. */
  read(stage: StageName, from: number, count: number): LogPart {
    const { first, lines } = this.#stages.get(stage) ?? { first: 0, lines: [] };
    const start = Math.max(from, first);
    return { run: this.#run, first: start, lines: lines.slice(start - first, start - first + count) };
  }
}

type Progress = Extract<RunEvent, { kind: 'progress' }>;

/** Tells how fast the present step goes, where the stage itself does not say. */
export class Pace {
  #step = '';
  #meter: TransferMeter | undefined;
  #before = 0;

  /** @param now milliseconds. */
  constructor(private readonly now: () => number) {}

  /** `12.3 MB/s, 3 min 05 s left`; empty where there is nothing to tell. */
  of({ stage, text, doneBytes, totalBytes }: Progress): string {
    if (doneBytes === undefined || totalBytes === undefined || text.includes('/s')) return '';
    const step = `${stage} ${text}`;
    if (this.#meter === undefined || step !== this.#step || doneBytes < this.#before) {
      // What is there at the beginning did not cross the line.
      [this.#step, this.#before, this.#meter] = [step, doneBytes, new TransferMeter(this.now)];
    }
    this.#meter.note(doneBytes - this.#before);
    return this.#meter.text(totalBytes - doneBytes);
  }
}
