import { isUserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Pace } from '../base/retry.ts';
import type { Site } from './site.ts';
import type { Transport } from './transport.ts';
import type { UploadSessions } from './upload-sessions.ts';

/** What every group of calls works with. */
export interface Connection {
  readonly transport: Transport;
  readonly site: Site;
  readonly pace: Pace;
  readonly logger: Logger;
  readonly userAgent: string;
  /** How long the file store may be silent, in milliseconds. */
  readonly storageSilenceMs: number;
  /** Size of the parts of an upload; a multiple of 256 KiB. */
  readonly chunkBytes: number;
  readonly whoAmI: (signal: AbortSignal) => Promise<string>;
  /** Uploads that outlive the program; undefined: they do not. */
  readonly sessions: UploadSessions | undefined;
}

/**
 * What `find` finds, or undefined when there is nothing. A private thing that does not exist answers 403 as well as
 * 404, so for one's own name both mean "none"; for somebody else's, 403 is a refusal. (kaggle-api 0.5)
 */
export async function findOwn<T>(
  connection: Connection,
  owner: string,
  find: () => Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (isUserError(error, 'kaggle-not-found')) return undefined;
    if (isUserError(error, 'kaggle-forbidden') && (await isMe(connection, owner, signal))) return undefined;
    throw error;
  }
}

async function isMe(connection: Connection, owner: string, signal: AbortSignal): Promise<boolean> {
  return (await connection.whoAmI(signal)).toLowerCase() === owner.toLowerCase();
}
