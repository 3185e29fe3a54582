import { LineBuffer, LOG_BOUNDS } from '../../src/protocol/line-buffer.ts';
import type { FromPanel, LogMessage, ToPanel } from '../../src/protocol/messages.ts';
import type { PanelState, StageName } from '../../src/protocol/panel-state.ts';
import type { Host } from './host.ts';

/** The end of a stage's log, as far as the page has it. */
export interface StageLog {
  readonly buffer: LineBuffer;
  /** Changes with each change of the buffer. */
  readonly revision: number;
}

interface Kept extends StageLog {
  readonly run: number;
}

/** What the page shows: the state as the host sent it last, and what the person has unfolded. */
export class Page {
  #state: PanelState | undefined;
  #isDue = false;
  readonly #unfolded: Set<StageName>;
  readonly #logs = new Map<StageName, Kept>();

  constructor(
    private readonly host: Host,
    private readonly show: (state: PanelState) => void,
  ) {
    this.#unfolded = new Set(host.unfolded);
  }

  /** Asks for the state. */
  begin(): void {
    this.host.send({ kind: 'ready', logs: [...this.#unfolded] });
  }

  readonly send = (message: FromPanel): void => this.host.send(message);

  take(message: ToPanel): void {
    if (message.kind === 'state') this.#state = message.state;
    else this.#takeLog(message);
    this.#showSoon();
  }

  isUnfolded(stage: StageName): boolean {
    return this.#unfolded.has(stage);
  }

  logOf(stage: StageName): StageLog | undefined {
    return this.#logs.get(stage);
  }

  /** The person folds or unfolds a stage; the host sends the log of what is unfolded, and no other. */
  fold(stage: StageName, on: boolean): void {
    if (on === this.#unfolded.has(stage)) return;
    if (on) this.#unfolded.add(stage);
    else this.#unfolded.delete(stage);
    this.#logs.delete(stage);
    this.host.remember([...this.#unfolded]);
    this.host.send({ kind: 'follow-log', stage, on });
    this.#showSoon();
  }

  #takeLog({ stage, run, first, lines }: LogMessage): void {
    if (!this.#unfolded.has(stage)) return;
    const before = this.#logs.get(stage);
    const buffer = before?.buffer ?? new LineBuffer(LOG_BOUNDS);
    if (before?.run !== run || buffer.next !== first) buffer.restart(first);
    buffer.add(lines);
    this.#logs.set(stage, { run, buffer, revision: (before?.revision ?? 0) + 1 });
  }

  /** What comes within one frame is shown at once. */
  #showSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      if (this.#state !== undefined) this.show(this.#state);
    });
  }
}
