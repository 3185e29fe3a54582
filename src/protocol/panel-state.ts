import type { Artefacts } from '../core/artefacts.ts';

// What the panel page shows, whole and worded: it is sent anew at each change, and the page keeps nothing of its own.

export type StageName = keyof Artefacts;

/** `earlier`: an earlier run did it; whether that still stands is known when the next run comes to it. */
export type StageState = 'waiting' | 'earlier' | 'running' | 'done' | 'up-to-date' | 'failed' | 'cancelled';

export interface StageItem {
  readonly name: StageName;
  readonly title: string;
  readonly state: StageState;
  /** The state in words, for those who do not see the icon. */
  readonly word: string;
  /** One line: what the stage is for, what it is at, or what it gave. */
  readonly text: string;
  /** How long it took. */
  readonly duration?: string;
  /** How much of its present step is done, from 0 to 1; `unknown` while it works without saying. */
  readonly progress?: number | 'unknown';
  readonly warnings: readonly string[];
  /** Runs the stages up to this one. It stays in its place while it cannot be taken, so that the focus does too. */
  readonly action: { readonly label: string; readonly enabled: boolean };
}

/** One remedy: a sentence, and the address to go to where there is one. */
export interface Remedy {
  readonly text: string;
  readonly url?: string;
}

/** What went wrong and what to do about it. */
export interface Problem {
  readonly title: string;
  readonly detail?: string;
  readonly remedies: readonly Remedy[];
}

export interface PanelState {
  /** Name of the project; absent while none is known. */
  readonly project?: string;
  /** The project's folder. */
  readonly folder?: string;
  /** The competition, in a sentence. */
  readonly competition?: string;
  readonly stages: readonly StageItem[];
  readonly problem?: Problem;
  readonly submission?: {
    readonly state: Extract<StageState, 'running' | 'done' | 'failed'>;
    readonly text: string;
    readonly url: string;
  };
  /** The one button: it starts the whole way, or cancels what is running. */
  readonly primary: {
    readonly intent: 'submit' | 'cancel';
    readonly label: string;
    readonly enabled: boolean;
  };
  /** What is going on, in a sentence, for screen readers; it changes with the stages and not with each byte. */
  readonly announcement: string;
  /** The page's own words. */
  readonly labels: {
    readonly stages: string;
    readonly details: string;
    readonly remedies: string;
    readonly showLog: string;
    readonly openSubmission: string;
  };
}
