import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../base/abort.ts';
import { sha256 } from '../base/hash.ts';
import { same } from './auth.ts';
import type { Token, User } from './records.ts';
import type { Store } from './store.ts';

const MINUTE_MS = 60_000;
/** A code is to be exchanged soon. */
const CODE_LIFE_MS = 10 * MINUTE_MS;
/** What the official client asks for (kaggle-api 0.7). */
export const ACCESS_LIFE_SECONDS = 12 * 3600;
const REFRESH_LIFE_SECONDS = 90 * 24 * 3600;
/** The token that belongs to the account does not end; this is what is said of it. */
const ACCOUNT_TOKEN_LIFE_SECONDS = 365 * 24 * 3600;

interface Flow {
  readonly challenge: string;
  readonly scope: string;
  readonly user: User;
  readonly until: number;
}

/** A token that is good now. */
export interface Grant {
  readonly user: User;
  readonly scope: string;
  readonly expiresAtSeconds: number;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly user: User;
  readonly scope: string;
}

/** Signs in with PKCE (RFC 7636) and hands out tokens, as Kaggle's OAuth does (kaggle-api 0.7). */
export class SignIn {
  readonly #flows = new Map<string, Flow>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** The user has consented. Gives the code that `exchange` takes, once. `challenge`: SHA-256 of the verifier in base64url, padded. */
  authorize(challenge: string, scope: string): string {
    for (const [code, { until }] of this.#flows) if (until < this.clock.now()) this.#flows.delete(code);
    const code = randomBytes(24).toString('base64url');
    const [user] = this.store.account.users;
    this.#flows.set(code, { challenge, scope, user, until: this.clock.now() + CODE_LIFE_MS });
    return code;
  }

  /** Undefined for a code that is unknown, used, too old or another one's. */
  async exchange(code: string, verifier: string): Promise<TokenPair | undefined> {
    const flow = this.#flows.get(code);
    this.#flows.delete(code);
    if (flow === undefined || flow.until < this.clock.now() || !isAnsweredBy(flow, verifier))
      return undefined;
    const { user, scope } = flow;
    const refreshToken = await this.#issue('refresh', user, scope, REFRESH_LIFE_SECONDS);
    const accessToken = await this.#issue('access', user, scope, ACCESS_LIFE_SECONDS, sha256(refreshToken));
    return { accessToken, refreshToken, expiresIn: ACCESS_LIFE_SECONDS, user, scope };
  }

  /** A new access token for a refresh token; undefined when that one is not good. */
  async refresh(refreshToken: string, seconds: number): Promise<{ token: string; user: User } | undefined> {
    const record = this.#find(refreshToken, 'refresh');
    const user = record && this.#userNamed(record.username);
    if (record === undefined || user === undefined) return undefined;
    return { token: await this.#issue('access', user, record.scope, seconds, record.sha256), user };
  }

  /** An access token for somebody who has shown another credential. */
  accessToken(user: User, seconds: number): Promise<string> {
    return this.#issue('access', user, 'resources.admin:*', seconds);
  }

  /** Ends a token and those that came from it. An unknown one is fine; the account's own stays. */
  async expire(token: string): Promise<void> {
    const key = sha256(token);
    for (const record of this.store.tokens.values())
      if (record.sha256 === key || record.parent === key) await this.store.tokens.delete(record.sha256);
  }

  /** Who an access token stands for. */
  grantOf(token: string): Grant | undefined {
    const owner = this.store.account.users.find((user) => same(user.token, token));
    if (owner !== undefined) {
      const expiresAtSeconds = Math.floor(this.clock.now() / 1000) + ACCOUNT_TOKEN_LIFE_SECONDS;
      return { user: owner, scope: 'resources.admin:*', expiresAtSeconds };
    }
    const record = this.#find(token, 'access');
    const user = record && this.#userNamed(record.username);
    if (record === undefined || user === undefined) return undefined;
    return { user, scope: record.scope, expiresAtSeconds: Math.floor(Date.parse(record.expiresAt) / 1000) };
  }

  #find(token: string, kind: Token['kind']): Token | undefined {
    const record = this.store.tokens.get(sha256(token));
    const isGood = record?.kind === kind && Date.parse(record.expiresAt) > this.clock.now();
    return isGood ? record : undefined;
  }

  #userNamed(name: string): User | undefined {
    return this.store.account.users.find(({ username }) => username === name);
  }

  async #issue(
    kind: Token['kind'],
    user: User,
    scope: string,
    seconds: number,
    parent?: string,
  ): Promise<string> {
    const token = `${kind === 'access' ? 'KGAT' : 'KGRT'}_${randomBytes(24).toString('hex')}`;
    const record: Token = {
      sha256: sha256(token),
      kind,
      username: user.username,
      scope,
      expiresAt: new Date(this.clock.now() + seconds * 1000).toISOString(),
      ...(parent !== undefined && { parent }),
    };
    await this.store.tokens.put(record.sha256, record);
    return token;
  }
}

/** With base64's padding, as the official client sends it: whether Kaggle takes one without, as in the RFC, is not known. */
function isAnsweredBy({ challenge }: Flow, verifier: string): boolean {
  return same(`${createHash('sha256').update(verifier).digest('base64url')}=`, challenge);
}
