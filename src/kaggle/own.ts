import { isUserError } from '../base/errors.ts';
import type { Connection } from './connection.ts';

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
