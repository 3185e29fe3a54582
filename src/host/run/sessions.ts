import { throwIfAborted } from '../../base/abort.ts';
import { CancelledError, isCancelled } from '../../base/errors.ts';
import type { RunEvent } from '../../core/events.ts';
import type { RunResult } from '../../core/pipeline/run.ts';
import {
  EMPTY_VIEW,
  type Ending,
  problemOf,
  type QuestionView,
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
  /** Hears the answer to what is asked. */
  #answer: ((yes: boolean) => void) | undefined;
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
    // What was asked before it is answered by it.
    this.#answer?.(false);
    return end;
  }

  /** Asks the person, who sees it in the view, and waits for `answer`. @throws CancelledError as soon as the signal is aborted. */
  ask(question: QuestionView, signal: AbortSignal): Promise<boolean> {
    throwIfAborted(signal);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#answer = undefined;
        reject(new CancelledError());
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#answer = (yes) => {
        this.#answer = undefined;
        signal.removeEventListener('abort', abort);
        this.#take({ kind: 'answered' });
        resolve(yes);
      };
      this.#take({ kind: 'asked', question });
    });
  }

  /** What the person said; does nothing where nothing is asked. */
  answer(yes: boolean): void {
    this.#answer?.(yes);
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

/** The sessions of all projects of the window, each with its own run; one of them is shown. Knows nothing of the editor. */
export class Sessions {
  readonly #all = new Map<string, Session>();
  readonly #listeners = new Set<Listener>();
  readonly #eventListeners = new Set<(event: RunEvent, folder: string) => void>();
  #shown = '';

  /** What is known of the run of the project that is shown. */
  get view(): RunView {
    return this.of(this.#shown).view;
  }

  /** The session of the project in this folder. */
  of(folder: string): Session {
    const known = this.#all.get(folder);
    if (known !== undefined) return known;
    const session = new Session();
    session.listen({
      onChange: (view) => this.#tellChange(folder, view),
      onEvent: (event) => this.#tellEvent(folder, event),
    });
    this.#all.set(folder, session);
    return session;
  }

  /** Shows another project, or none. */
  show(folder: string | undefined): void {
    if (folder === this.#shown) return;
    this.#shown = folder ?? '';
    this.#tellChange(this.#shown, this.view);
  }

  /** Changes and events of the project that is shown. Returns the way to stop listening. */
  listen(listener: Listener): { dispose: () => void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** The events of all projects, each with the project's folder. Returns the way to stop listening. */
  listenToAll(onEvent: (event: RunEvent, folder: string) => void): { dispose: () => void } {
    this.#eventListeners.add(onEvent);
    return { dispose: () => this.#eventListeners.delete(onEvent) };
  }

  /** Takes in what was learnt of the shown project outside of a run. */
  update(event: Extract<SessionEvent, { kind: 'project-chosen' | 'record-read' }>): void {
    this.of(this.#shown).update(event);
  }

  /** Each event of the core, of whichever project. */
  readonly onEvent = (event: RunEvent, folder: string): void => this.of(folder).onEvent(event);

  /** Answers what the run of the project that is shown asks. */
  answer(yes: boolean): void {
    this.of(this.#shown).answer(yes);
  }

  /** Cancels the run of the project that is shown. */
  cancel(): void {
    this.of(this.#shown).cancel();
  }

  /** Cancels all runs and waits until they have cleaned up after themselves. */
  async stop(): Promise<void> {
    await Promise.all([...this.#all.values()].map((session) => session.stop()));
  }

  #tellChange(folder: string, view: RunView): void {
    if (folder !== this.#shown) return;
    for (const { onChange } of this.#listeners) onChange?.(view);
  }

  #tellEvent(folder: string, event: RunEvent): void {
    for (const onEvent of this.#eventListeners) onEvent(event, folder);
    if (folder !== this.#shown) return;
    for (const { onEvent } of this.#listeners) onEvent?.(event);
  }
}
