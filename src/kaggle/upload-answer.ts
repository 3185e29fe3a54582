import { isTransientStatus } from '../base/http.ts';
import type { UploadAnswer } from './upload-state.ts';

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
