import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { systemCode, UserError } from '../../base/errors.ts';

/** Ports that Kaggle lets a sign-in come back to. (kaggle-api 0.7) */
const PORTS = { first: 8000, last: 9000 } as const;

/** Browsers try both for `localhost`; who had one of them could be taken for us. */
const ADDRESSES = ['127.0.0.1', '::1'] as const;

/** What came back through the browser. */
export type Returned = { readonly code: string } | { readonly refusal: string };

export interface Loopback {
  /** `http://localhost:<port>` */
  readonly redirectUri: string;
  /**
   * An address that leads to `target` once. For handing to a program: other users of the machine can read what programs
   * are started with, and so learn this address, but whoever uses it besides the browser is noticed.
   */
  entrance(target: string): string;
  /** Aborted when that address is opened a second time: one of the two is not the user's browser. */
  readonly openedTwice: AbortSignal;
  readonly returned: Promise<Returned>;
  close(): Promise<void>;
}

/**
 * Listens on this machine for the browser that comes back from Kaggle. What does not carry our `state` is turned away
 * and waited past.
 * @param random a number in [0, 1): which port is tried first.
 * @throws UserError `port-in-use` when no port is free on both addresses of loopback.
 */
export async function listenForCode(state: string, random: () => number): Promise<Loopback> {
  let tell: (returned: Returned) => void = () => undefined;
  const returned = new Promise<Returned>((resolve) => {
    tell = resolve;
  });
  const path = `/${randomBytes(24).toString('base64url')}`;
  let target: string | undefined;
  let isUsed = false;
  const openedTwice = new AbortController();
  const enter = (response: ServerResponse): void => {
    if (isUsed || target === undefined) {
      openedTwice.abort();
      reply(response, 410, l10n.t('This address was opened before, and the sign-in was ended. Begin again.'));
    } else {
      isUsed = true;
      response.writeHead(303, { ...HEADERS, Location: target, 'Content-Length': 0 });
      response.end();
    }
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = addressOf(request);
    if (request.method === 'GET' && url?.pathname === path) {
      enter(response);
      return;
    }
    const found =
      request.method === 'GET' && url !== undefined ? readReturn(url.searchParams, state) : undefined;
    if (found === undefined) reply(response, 400, l10n.t('This is not the sign-in that is waited for.'));
    else if ('code' in found)
      reply(
        response,
        200,
        l10n.t('Kaggle has answered. Go back to where you began: whose account it is, is asked there.'),
      );
    else reply(response, 200, l10n.t('The sign-in was refused. You can close this page.'));
    if (found !== undefined) tell(found);
  };
  const { port, servers } = await listenSomewhere(answer, random);
  const redirectUri = `http://localhost:${port}`;
  return {
    redirectUri,
    entrance: (address) => {
      target = address;
      return redirectUri + path;
    },
    openedTwice: openedTwice.signal,
    returned,
    close: async () => {
      await Promise.all(servers.map(closed));
    },
  };
}

/** Anybody on this machine may ask for anything, also for what is no address. */
function addressOf({ url: asked = '' }: IncomingMessage): URL | undefined {
  const base = 'http://localhost';
  return URL.canParse(asked, base) ? new URL(asked, base) : undefined;
}

function readReturn(query: URLSearchParams, state: string): Returned | undefined {
  if (query.get('state') !== state) return undefined;
  const code = query.get('code');
  if (code !== null && code !== '') return { code };
  const refusal = query.get('error_description') ?? query.get('error');
  return refusal === null ? undefined : { refusal };
}

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  Connection: 'close',
};

/** The page says nothing that came from outside. */
function reply(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, HEADERS);
  response.end(`<!doctype html><html><title>Julia on Kaggle</title><body><p>${sentence}</p></body></html>`);
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listenSomewhere(
  handler: Handler,
  random: () => number,
): Promise<{ readonly port: number; readonly servers: readonly Server[] }> {
  const count = PORTS.last - PORTS.first + 1;
  const start = Math.floor(random() * count);
  for (let tried = 0; tried < count; tried += 1) {
    const port = PORTS.first + ((start + tried) % count);
    const servers = await listenOn(port, handler);
    if (servers !== undefined) return { port, servers };
  }
  throw new UserError({
    code: 'port-in-use',
    title: l10n.t(
      'No port from {0} to {1} is free for the sign-in to come back to.',
      PORTS.first,
      PORTS.last,
    ),
    actions: [
      { title: l10n.t('Sign in with `julia-kaggle login --no-browser`.'), command: 'login --no-browser' },
    ],
  });
}

/**
 * On the loopback addresses only: nobody else on the network reaches it. On both: see ADDRESSES; a machine without IPv6 has
 * one, which nobody else can have the other of. Undefined where somebody has the port on either.
 */
async function listenOn(port: number, handler: Handler): Promise<readonly Server[] | undefined> {
  const servers: Server[] = [];
  for (const address of ADDRESSES) {
    const server = createServer(handler);
    const outcome = await listens(server, port, address);
    if (outcome === 'open') servers.push(server);
    if (outcome === 'taken') {
      await Promise.all(servers.map(closed));
      return undefined;
    }
  }
  return servers;
}

const TAKEN = ['EADDRINUSE', 'EACCES'];
const NO_SUCH_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

function listens(server: Server, port: number, host: string): Promise<'open' | 'taken' | 'absent'> {
  return new Promise((resolve, reject) => {
    const refused = (error: Error): void => {
      const code = systemCode(error) ?? '';
      if (TAKEN.includes(code)) resolve('taken');
      else if (NO_SUCH_ADDRESS.includes(code) && host !== ADDRESSES[0]) resolve('absent');
      else reject(error);
    };
    server.once('error', refused);
    server.listen({ port, host, ipv6Only: true }, () => {
      server.off('error', refused);
      resolve('open');
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // The answer to the browser is written; what it keeps open is not waited for.
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}
