import { isTransientStatus } from '../base/http.ts';

/**
 * How a resumable upload goes on after each answer of the file store: the decisions only, no network and no time.
 * The rules are those of Google Cloud Storage's resumable sessions. (kaggle-api 2.3)
 *
 * It always ends; it never sends again, within a session, what the store has acknowledged; and it ends well only when
 * the store says that the object is complete after every byte was sent.
 */
export interface UploadState {
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of a part; a multiple of GRANULE_BYTES. */
  readonly chunkBytes: number;
  readonly phase: 'opening' | 'sending' | 'asking' | 'done' | 'failed';
  /** The store has the bytes before this one. */
  readonly confirmed: number;
  /** The end of what was, or may have been, sent in this session; undefined: nothing was sent yet. */
  readonly sent: number | undefined;
  /** The session is one of an earlier process, and nothing was sent in it by this one. */
  readonly resumed: boolean;
  /** Sessions opened so far. */
  readonly sessions: number;
  /** Answers in a row that brought no progress. */
  readonly troubles: number;
  /** `troubles` when the next step must wait for better times, else 0. */
  readonly pause: number;
  readonly reason: UploadFailure | undefined;
}

/** `stuck`: too many answers without progress; `sessions`: too many sessions ended early; else the refusing status. */
export type UploadFailure = 'stuck' | 'sessions' | number;

export type UploadStep =
  /** Start a new session. */
  | { readonly do: 'open'; readonly pause: number }
  /** Send the bytes from `from` up to, not including, `to`. */
  | { readonly do: 'send'; readonly from: number; readonly to: number; readonly pause: number }
  /** Ask how much the store has. */
  | { readonly do: 'ask'; readonly pause: number }
  | { readonly do: 'done' }
  | { readonly do: 'fail'; readonly reason: UploadFailure };

export type UploadAnswer =
  /** A session was opened. */
  | { readonly kind: 'session' }
  /** The object is complete. */
  | { readonly kind: 'complete' }
  /** The store has the first `received` bytes and waits for more. */
  | { readonly kind: 'incomplete'; readonly received: number }
  /** The session does not exist any more. */
  | { readonly kind: 'gone' }
  /** Server trouble, a rate limit, a lost connection: what arrived is unknown. */
  | { readonly kind: 'trouble' }
  | { readonly kind: 'refused'; readonly status: number };

/** Parts but the last are multiples of this. (kaggle-api 2.3) */
export const GRANULE_BYTES = 256 * 1024;
const MAX_SESSIONS = 4;
const MAX_TROUBLES = 8;

/** An upload of `size` bytes in parts of `chunkBytes`, before its first step. */
export function startUpload(size: number, chunkBytes: number): UploadState {
  return {
    size,
    chunkBytes,
    phase: 'opening',
    confirmed: 0,
    sent: undefined,
    resumed: false,
    sessions: 0,
    troubles: 0,
    pause: 0,
    reason: undefined,
  };
}

/**
 * The same in a session that an earlier process opened and may have sent anything in, up to the whole: the store is
 * asked first.
 */
export function resumeUpload(size: number, chunkBytes: number): UploadState {
  return { ...startUpload(size, chunkBytes), phase: 'asking', sent: size, resumed: true };
}

/** What to do now. `pause`: 0 is at once, a greater number is a longer wait first. */
export function nextStep(state: UploadState): UploadStep {
  switch (state.phase) {
    case 'opening':
      return { do: 'open', pause: state.pause };
    case 'sending':
      return {
        do: 'send',
        from: state.confirmed,
        to: Math.min(state.size, state.confirmed + state.chunkBytes),
        pause: state.pause,
      };
    case 'asking':
      return { do: 'ask', pause: state.pause };
    case 'done':
      return { do: 'done' };
    case 'failed':
      return { do: 'fail', reason: state.reason ?? 'stuck' };
  }
}

/** The state after the answer to `nextStep(state)`. */
export function afterAnswer(before: UploadState, answer: UploadAnswer): UploadState {
  const step = nextStep(before);
  const state = step.do === 'send' ? { ...before, sent: step.to, resumed: false } : before;
  switch (answer.kind) {
    case 'session':
      return {
        ...state,
        phase: 'sending',
        confirmed: 0,
        sent: undefined,
        sessions: state.sessions + 1,
        pause: 0,
      };
    case 'complete':
      // Complete before the last byte was sent is another file than ours.
      return state.sent === state.size
        ? { ...state, phase: 'done', confirmed: state.size, troubles: 0 }
        : newSession(state);
    case 'incomplete':
      return afterIncomplete(state, answer.received);
    case 'gone':
      return newSession(state);
    case 'trouble':
      return troubled(state, 'asking');
    case 'refused':
      // A session kept from before may be refused for its age alone.
      return state.resumed ? newSession(state) : { ...state, phase: 'failed', reason: answer.status };
  }
}

function afterIncomplete(state: UploadState, received: number): UploadState {
  // More than was sent, or less than was acknowledged: this session is not to be trusted.
  if (received > (state.sent ?? 0) || received < state.confirmed) return newSession(state);
  const progress = received - state.confirmed;
  const next = { ...state, confirmed: received };
  if (received === state.size) return troubled(next, 'asking');
  // A trickle is no progress, or a store that takes a byte at a time would be fed forever.
  if (progress >= GRANULE_BYTES) return { ...next, phase: 'sending', troubles: 0, pause: 0 };
  // What made us ask was counted already, and the store answers again.
  return state.phase === 'asking' ? { ...next, phase: 'sending', pause: 0 } : troubled(next, 'sending');
}

function troubled(state: UploadState, phase: 'sending' | 'asking'): UploadState {
  const troubles = state.troubles + 1;
  if (troubles <= MAX_TROUBLES) return { ...state, troubles, pause: troubles, phase };
  // A session kept from before that stays silent must not block the upload forever.
  return state.resumed
    ? { ...newSession(state), troubles: 0, pause: 0 }
    : { ...state, troubles, phase: 'failed', reason: 'stuck' };
}

function newSession(state: UploadState): UploadState {
  const troubles = state.troubles + 1;
  return state.sessions >= MAX_SESSIONS
    ? { ...state, troubles, phase: 'failed', reason: 'sessions' }
    : {
        ...state,
        troubles,
        pause: troubles,
        phase: 'opening',
        confirmed: 0,
        sent: undefined,
        resumed: false,
      };
}

/**
 * What the file store's answer to a PUT means: 200 or 201 complete, 308 more wanted, 404 or 410 no such session.
 * (kaggle-api 2.3)
 */
export function readUploadAnswer(status: number, range: string | null): UploadAnswer {
  if (status === 200 || status === 201) return { kind: 'complete' };
  if (status === 308) return readRange(range);
  if (status === 404 || status === 410) return { kind: 'gone' };
  return isTransientStatus(status) ? { kind: 'trouble' } : { kind: 'refused', status };
}

/** `bytes=0-<last>`; no header: the store has nothing yet. */
function readRange(range: string | null): UploadAnswer {
  if (range === null) return { kind: 'incomplete', received: 0 };
  const last = /^\s*bytes[= ]0-(\d{1,15})\s*$/.exec(range)?.[1];
  return last === undefined ? { kind: 'trouble' } : { kind: 'incomplete', received: Number(last) + 1 };
}
