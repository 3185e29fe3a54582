import type { RunEvent } from '../core/events.ts';
import { TransferMeter } from '../base/transfer-meter.ts';

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
