import { createServer, type Server, type ServerResponse } from 'node:http';
import { systemCode, UserError } from '../../base/errors.ts';

/** Ports that Kaggle lets a sign-in come back to. (kaggle-api 0.7) */
const PORTS = { first: 8000, last: 9000 } as const;

/** What came back through the browser. */
export type Returned = { readonly code: string } | { readonly refusal: string };

export interface Loopback {
  /** `http://localhost:<port>` */
  readonly redirectUri: string;
  readonly returned: Promise<Returned>;
  close(): Promise<void>;
}

/**
 * Listens on this machine for the browser that comes back from Kaggle. What does not carry our `state` is turned away
 * and waited past.
 * @param random a number in [0, 1): which port is tried first.
 * @throws UserError `port-in-use` when no port is free.
 */
export async function listenForCode(state: string, random: () => number): Promise<Loopback> {
  let tell: (returned: Returned) => void = () => undefined;
  const returned = new Promise<Returned>((resolve) => {
    tell = resolve;
  });
  const server = createServer((request, response) => {
    const answer = request.method === 'GET' ? readReturn(queryOf(request.url ?? ''), state) : undefined;
    if (answer === undefined) reply(response, 400, 'This is not the sign-in that is waited for.');
    else if ('code' in answer) reply(response, 200, 'You are signed in. You can close this page.');
    else reply(response, 200, 'The sign-in was refused. You can close this page.');
    if (answer !== undefined) tell(answer);
  });
  const port = await listenSomewhere(server, random);
  return { redirectUri: `http://localhost:${port}`, returned, close: () => closed(server) };
}

/** Anybody on this machine may ask for anything, also for what is no address. */
function queryOf(target: string): URLSearchParams {
  const base = 'http://localhost';
  return URL.canParse(target, base) ? new URL(target, base).searchParams : new URLSearchParams();
}

function readReturn(query: URLSearchParams, state: string): Returned | undefined {
  if (query.get('state') !== state) return undefined;
  const code = query.get('code');
  if (code !== null && code !== '') return { code };
  const refusal = query.get('error_description') ?? query.get('error');
  return refusal === null ? undefined : { refusal };
}

/** The page says nothing that came from outside. */
function reply(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', Connection: 'close' });
  response.end(
    `<!doctype html><html lang="en"><title>Julia on Kaggle</title><body><p>${sentence}</p></body></html>`,
  );
}

async function listenSomewhere(server: Server, random: () => number): Promise<number> {
  const count = PORTS.last - PORTS.first + 1;
  const start = Math.floor(random() * count);
  for (let tried = 0; tried < count; tried += 1) {
    const port = PORTS.first + ((start + tried) % count);
    if (await listens(server, port)) return port;
  }
  throw new UserError({
    code: 'port-in-use',
    title: `No port from ${PORTS.first} to ${PORTS.last} is free for the sign-in to come back to.`,
    actions: [{ title: 'Sign in with `julia-kaggle login --no-browser`.', command: 'login --no-browser' }],
  });
}

/** On the loopback address only: nobody else on the network reaches it. */
function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const refused = (error: Error): void => {
      if (['EADDRINUSE', 'EACCES'].includes(systemCode(error) ?? '')) resolve(false);
      else reject(error);
    };
    server.once('error', refused);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refused);
      resolve(true);
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
