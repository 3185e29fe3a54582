import type { RunEvent } from '../core/events.ts';
import type { RunView, SessionEvent } from './run-view.ts';
import { type Listener, Session } from './session.ts';

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
