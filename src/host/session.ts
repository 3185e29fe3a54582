import { CancelledError, isCancelled } from '../base/errors.ts';
import type { RunEvent } from '../core/events.ts';
import type { RunResult } from '../core/pipeline/run.ts';
import { problemOf } from './problem.ts';
import {
  EMPTY_VIEW,
  type Ending,
  reduce,
  type RunView,
  type SessionEvent,
  type SubmissionView,
} from './run-view.ts';

/** A run of the core, bound to everything but the session's own signal. */
export type Work = (signal: AbortSignal) => Promise<RunResult>;

/** How a run ended, with what was thrown. `busy`: another run is in progress, and this one was not begun. */
export type RunEnd =
  | { readonly ending: Exclude<Ending, 'failed'>; readonly result?: RunResult }
  | { readonly ending: 'failed'; readonly error: unknown }
  | { readonly ending: 'busy' };

export interface Listener {
  /** After each change of the view. */
  readonly onChange?: (view: RunView) => void;
  /** Each event of the core, also those that do not change the view. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** Holds the one run that there may be at a time, and what is known of it. Knows nothing of the editor. */
export class Session {
  #view = EMPTY_VIEW;
  #running: { readonly controller: AbortController; readonly end: Promise<RunEnd> } | undefined;
  readonly #listeners = new Set<Listener>();

  get view(): RunView {
    return this.#view;
  }

  /** Returns the way to stop listening. */
  listen(listener: Listener): { dispose: () => void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Each event of the core about the project. */
  onEvent(event: RunEvent): void {
    for (const { onEvent } of this.#listeners) onEvent?.(event);
    this.#take(event);
  }

  /** Takes in what was learnt outside of a run. */
  update(event: Extract<SessionEvent, { kind: 'project-chosen' | 'record-read' }>): void {
    if (this.#running === undefined) this.#take(event);
  }

  /** Runs `work` unless a run is in progress. What it throws becomes the end of the run. */
  async run(work: Work): Promise<RunEnd> {
    if (this.#running !== undefined) return { ending: 'busy' };
    const controller = new AbortController();
    this.#take({ kind: 'run-requested' });
    const end = this.#follow(work, controller.signal);
    this.#running = { controller, end };
    return end;
  }

  cancel(): void {
    if (this.#running === undefined || this.#running.controller.signal.aborted) return;
    this.#take({ kind: 'cancel-requested' });
    this.#running.controller.abort();
  }

  /** Cancels the run and waits until it has cleaned up after itself. */
  async stop(): Promise<void> {
    this.cancel();
    await this.#running?.end;
  }

  async #follow(work: Work, signal: AbortSignal): Promise<RunEnd> {
    const end = await settle(work, signal);
    this.#running = undefined;
    this.#take({ kind: 'run-ended', ...outcomeOf(end) });
    return end;
  }

  #take(event: RunEvent | SessionEvent): void {
    const view = reduce(this.#view, event);
    if (view === this.#view) return;
    this.#view = view;
    for (const { onChange } of this.#listeners) onChange?.(view);
  }
}

async function settle(work: Work, signal: AbortSignal): Promise<RunEnd> {
  try {
    // Not before the caller has noted that there is a run: work may end at once.
    await Promise.resolve();
    if (signal.aborted) throw new CancelledError();
    const result = await work(signal);
    return { ending: result.declined ? 'declined' : 'done', result };
  } catch (error) {
    return isCancelled(error) ? { ending: 'cancelled' } : { ending: 'failed', error };
  }
}

function outcomeOf(end: RunEnd): Omit<Extract<SessionEvent, { kind: 'run-ended' }>, 'kind'> {
  switch (end.ending) {
    case 'busy':
      throw new Error('A run that was not begun cannot end.');
    case 'failed':
      return { ending: 'failed', problem: problemOf(end.error) };
    default:
      return {
        ending: end.ending,
        submission: end.result?.artefacts.submit satisfies SubmissionView | undefined,
      };
  }
}
