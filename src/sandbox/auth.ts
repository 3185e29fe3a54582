import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '../base/hash.ts';
import type { Account, User } from './records.ts';

/**
 * Who sends the request: `Basic` with username and key, or `Bearer` with an access token (kaggle-api 0.3).
 * `anonymous` without the header, undefined for a wrong credential. `userOfToken`: whose access token it is.
 */
export function authenticate(
  header: string | undefined,
  account: Account,
  userOfToken: (token: string) => User | undefined,
): User | 'anonymous' | undefined {
  if (header === undefined || header === '') return 'anonymous';
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic':
      return findByKey(Buffer.from(value, 'base64').toString('utf8'), account);
    case 'bearer':
      return userOfToken(value);
    default:
      return undefined;
  }
}

function findByKey(credential: string, account: Account): User | undefined {
  return account.users.find((user) => same(`${user.username}:${user.key}`, credential));
}

/** Compares in a time that tells nothing about where they differ. */
export function same(expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(expected)), Buffer.from(sha256(given)));
}
