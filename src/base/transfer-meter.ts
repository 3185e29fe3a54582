import * as l10n from '@vscode/l10n';
import { formatBytes, formatDuration } from './format.ts';

/** How far back the rate looks: short enough to follow the line, long enough not to jump with every part. */
const WINDOW_MS = 15_000;
/** Before this much time has passed there is no rate worth telling. */
const FIRST_RATE_AFTER_MS = 1_000;
/** A person cannot read a number that changes more often. */
const TEXT_EVERY_MS = 1_000;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Tells how fast a transfer goes and how long it will take, from the bytes that crossed the line so far. */
export class TransferMeter {
  readonly #now: () => number;
  /** What the rate looks back on, in the order of time. */
  #earlier: readonly Sample[] = [];
  #latest: Sample;
  #shown: { readonly text: string; readonly at: number } | undefined;

  /** @param now milliseconds; the transfer begins when the meter is made. */
  constructor(now: () => number) {
    this.#now = now;
    this.#latest = { at: now(), bytes: 0 };
  }

  /** Takes in how many bytes crossed the line since the beginning; what was there already does not count. */
  note(bytes: number): void {
    const at = this.#now();
    const samples = [...this.#earlier, this.#latest];
    // One sample from before the window stays, so that the window is covered whole.
    const first = samples.findLastIndex((sample) => sample.at <= at - WINDOW_MS);
    this.#earlier = samples.slice(Math.max(0, first));
    this.#latest = { at, bytes };
  }

  /** Bytes a second over the last while; undefined while it is too early to tell. */
  get rate(): number | undefined {
    const last = this.#latest;
    const [first = last] = this.#earlier;
    const ms = last.at - first.at;
    return ms < FIRST_RATE_AFTER_MS ? undefined : ((last.bytes - first.bytes) * 1000) / ms;
  }

  /** Milliseconds that `bytes` more will take at the present rate; undefined when that cannot be said. */
  timeLeft(bytes: number): number | undefined {
    const { rate } = this;
    return rate === undefined || rate <= 0 ? undefined : (bytes * 1000) / rate;
  }

  /** `12.3 MB/s, 3 min 05 s left`; empty while it is too early to tell. Changes once a second at most. */
  text(bytesLeft: number): string {
    const now = this.#now();
    // A clock that is set back makes the age negative.
    if (this.#shown !== undefined && Math.abs(now - this.#shown.at) < TEXT_EVERY_MS) return this.#shown.text;
    const { rate } = this;
    const left = this.timeLeft(bytesLeft);
    if (rate === undefined) return '';
    const text =
      left === undefined
        ? l10n.t('stalled')
        : l10n.t('{0}/s, {1} left', formatBytes(rate), formatDuration(left));
    this.#shown = { text, at: now };
    return text;
  }
}
