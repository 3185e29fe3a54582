import type { Layout } from '../inputs.ts';

/** What can go wrong on purpose. `fault-spec.ts` reads them from text, `fault-text.ts` writes them, `docs/sandbox.md` explains them. */
export type Fault = { readonly when: When } & (
  | CallFault
  | UploadFault
  | DownloadFault
  | LogFault
  | ReadyFault
  | DropFault
  | FreshFault
  | MountsFault
  | AllowanceFault
  | ScoringFault
  | MemoryFault
  | TimeFault
  | StaleFault
);

/** Which of the matching occasions, counted from 1 since the fault was set; both ends included. */
export interface When {
  readonly first: number;
  /** Infinity: all that follow. */
  readonly last: number;
}

export const EVERY: When = { first: 1, last: Infinity };

/** The connection is closed without an answer. */
export interface Cut {
  readonly kind: 'cut';
}

/** An answer in place of the real one. */
export interface FalseAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /**
   * `nested`: the RPC API's error; `flat`: the older one; `inside`: the older one in a 200; `html`: a page, as proxies
   * send it (kaggle-api 0.5).
   */
  readonly body: 'nested' | 'flat' | 'inside' | 'html';
  readonly retryAfter?: { readonly seconds: number; readonly as: 'seconds' | 'date' };
  readonly message?: string;
}

export interface CallFault {
  readonly on: 'call';
  /** `GetDataset`; `*` for every method. */
  readonly method: string;
  /** The call takes effect first: its answer is lost. */
  readonly after: boolean;
  readonly effect: Cut | FalseAnswer;
}

export interface UploadFault {
  readonly on: 'upload';
  /** When this byte of the file would come (0 is the first); absent: when a request brings any. */
  readonly byte?: number;
  /** The file is complete and stored first. Never with `byte`. */
  readonly after: boolean;
  /**
   * `unfinished`: 308. Without `range` all bytes are forgotten; with it the answer says what is kept. After an answer
   * 404 or 410 the session is gone (kaggle-api 2.3).
   */
  readonly effect: Cut | FalseAnswer | { readonly kind: 'unfinished'; readonly range: boolean };
}

export interface DownloadFault {
  readonly on: 'download';
  /** Cut when this byte of the file would go. */
  readonly byte?: number;
  readonly effect: Cut | FalseAnswer;
}

export interface LogFault {
  readonly on: 'log';
  /** Cut when this many entries of the live log have gone. */
  readonly entries?: number;
  readonly effect: Cut | FalseAnswer;
}

/** A dataset version takes this long to become READY, or becomes FAILED. */
export interface ReadyFault {
  readonly on: 'ready';
  readonly effect: { readonly kind: 'slow'; readonly ms: number } | { readonly kind: 'failed' };
}

/** A dataset version lacks this file; `*`: its last one. */
export interface DropFault {
  readonly on: 'drop';
  readonly name: string;
}

/** A new dataset answers 403 for this long (kaggle-api 2.4). */
export interface FreshFault {
  readonly on: 'fresh';
  readonly ms: number;
}

/** Notebook runs find their inputs in this layout. */
export interface MountsFault {
  readonly on: 'mounts';
  readonly layout: Layout;
}

/** A notebook run has so much memory only. */
export interface MemoryFault {
  readonly on: 'memory';
  readonly bytes: number;
}

/** A notebook run may take so long only. */
export interface TimeFault {
  readonly on: 'time';
  readonly ms: number;
}

/** A notebook that is pushed gets a dataset in the version before its latest. */
export interface StaleFault {
  readonly on: 'stale';
  /** The dataset's slug. */
  readonly slug: string;
}

/** The day's submissions are used up. */
export interface AllowanceFault {
  readonly on: 'allowance';
}

/** A submission ends with this error of Kaggle's. */
export interface ScoringFault {
  readonly on: 'scoring';
  readonly error: ScoringErrorKind;
  readonly message?: string;
}

export const SCORING_ERRORS = ['exception', 'timeout', 'compute', 'missing', 'format', 'system'] as const;
export type ScoringErrorKind = (typeof SCORING_ERRORS)[number];
