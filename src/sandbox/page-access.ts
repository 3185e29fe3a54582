import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/abort.ts';
import { sha256 } from '../base/hash.ts';
import { same } from './auth.ts';

/** The parameter of an address that holds a key. */
const KEY = 'key';
/** How long a browser may take to open an address that is good once. */
const ONCE_LIFE_MS = 2 * 60_000;
/** How long a browser keeps what the printed key gave it. */
const COOKIE_SECONDS = 30 * 24 * 3600;

interface Once {
  readonly until: number;
  /** sha256 of the cookie that the one who came first was given. */
  session?: string;
}

/** What comes of a request for a page; `cookie`: the header that lets a browser in, `address`: where it goes on. */
export type Admission =
  | { readonly kind: 'in' }
  | { readonly kind: 'entered'; readonly cookie?: string; readonly address: string }
  | { readonly kind: 'out'; readonly why: 'no-key' | 'wrong-key' | 'used-key' };

/**
 * Who may look at the pages: the port is open to every user of this machine, so a browser shows a key once and has a
 * cookie from then on. The printed key stays the same for a store, so that the cookie outlives a restart. What a program
 * opens is an argument of that program, which other users can read: it gets a key that is good once.
 */
export class PageAccess {
  /** By the sha256 of their keys. */
  readonly #once = new Map<string, Once>();
  /** sha256 of the cookies that came of them. */
  readonly #sessions = new Set<string>();

  /** @param secret of the store; known to nobody else. */
  constructor(
    private readonly secret: string,
    private readonly clock: Clock,
  ) {}

  /** The address to print: it leads to the overview of the sandbox at `origin`, now and later. */
  printed(origin: string): string {
    return withKey(new URL(origin), this.#derive('page key'));
  }

  /** The address of a page with a key that the first one who opens it uses up, within two minutes. */
  openOnce(address: URL): string {
    for (const [key, { until, session }] of this.#once)
      if (session === undefined && until < this.clock.now()) this.#once.delete(key);
    const key = randomBytes(24).toString('base64url');
    this.#once.set(sha256(key), { until: this.clock.now() + ONCE_LIFE_MS });
    return withKey(address, key);
  }

  /** Whether the browser may see pages, or can from now on. */
  admit(request: IncomingMessage, url: URL): Admission {
    const port = request.socket.localPort ?? 0;
    const key = url.searchParams.get(KEY);
    const entry = key === null ? ({ why: 'no-key' } as const) : this.#use(key, port, cookies(request, port));
    const isIn = cookies(request, port).some((value) => this.#isGood(value, port));
    const address = new URL(url);
    address.searchParams.delete(KEY);
    if ('cookie' in entry) return { kind: 'entered', cookie: entry.cookie, address: address.href };
    if (!isIn) return { kind: 'out', why: entry.why };
    return key === null ? { kind: 'in' } : { kind: 'entered', address: address.href };
  }

  /** What a key gives; `known`: the cookies that the browser has already. */
  #use(
    key: string,
    port: number,
    known: readonly string[],
  ): { readonly cookie: string } | { readonly why: 'wrong-key' | 'used-key' } {
    const cookie = (value: string): string =>
      `${cookieName(port)}=${value}; Path=/; HttpOnly; SameSite=Strict`;
    if (same(this.#derive('page key'), key))
      return { cookie: `${cookie(this.#derive(cookieOf(port)))}; Max-Age=${COOKIE_SECONDS}` };
    const once = this.#once.get(sha256(key));
    if (once === undefined) return { why: 'wrong-key' };
    const { session, until } = once;
    if (session !== undefined) {
      // Two browsers have it, and nobody knows which of them is the one that it was meant for.
      if (!known.some((value) => sha256(value) === session)) this.#sessions.delete(session);
      return { why: 'used-key' };
    }
    if (until < this.clock.now()) return { why: 'wrong-key' };
    const value = randomBytes(24).toString('base64url');
    once.session = sha256(value);
    this.#sessions.add(once.session);
    return { cookie: cookie(value) };
  }

  #isGood(value: string, port: number): boolean {
    return same(this.#derive(cookieOf(port)), value) || this.#sessions.has(sha256(value));
  }

  #derive(purpose: string): string {
    return createHmac('sha256', this.secret).update(purpose).digest('base64url');
  }
}

function withKey(address: URL, key: string): string {
  const url = new URL(address);
  url.searchParams.set(KEY, key);
  return url.href;
}

/** Browsers give all servers of a host the same cookies, whatever their port. */
function cookieName(port: number): string {
  return `julia-kaggle-sandbox-${port}`;
}

function cookieOf(port: number): string {
  return `page cookie ${port}`;
}

/** The values of the cookies for this port: a server at another one may have added some. */
function cookies({ headers }: IncomingMessage, port: number): string[] {
  return (headers.cookie ?? '').split(';').flatMap((pair) => {
    const [given = '', ...value] = pair.trim().split('=');
    return given === cookieName(port) ? [value.join('=')] : [];
  });
}
