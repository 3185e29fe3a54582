import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { sha256 } from '../../../src/base/hash.ts';

export const VERSION = '1.10.5';
export const FILE_NAME = `julia-${VERSION}-linux-x86_64.tar.gz`;
/** Bytes of the tarball: more than one network packet, different everywhere. */
export const CONTENT = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 7919) % 251));

export interface Seen {
  readonly path: string;
  readonly range: string | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A stand-in for julialang-s3.julialang.org on loopback. */
export interface JuliaServer {
  readonly url: string;
  /** Requests in their order. */
  readonly seen: Seen[];
  /** What the next requests for the tarball get, one each, before it is served as it should be. */
  readonly faults: Answer[];
  /** The same for versions.json. */
  readonly indexFaults: Answer[];
  /** Changes what versions.json says of the file. */
  readonly announce: { size: number; sha256: string };
  content: Buffer;
  /** Breaks the connection that stalls. */
  cut: () => void;
  close(): Promise<void>;
}

export async function startJuliaServer(): Promise<JuliaServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    julia.seen.push({ path, range: request.headers.range });
    const isIndex = path === '/bin/versions.json';
    const fault = (isIndex ? julia.indexFaults : julia.faults).shift();
    if (fault !== undefined) fault(request, response);
    else if (isIndex) response.end(versions(julia));
    else serveFile(request, response, julia.content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const julia: JuliaServer = {
    url: `http://127.0.0.1:${port}`,
    seen: [],
    faults: [],
    indexFaults: [],
    announce: { size: CONTENT.length, sha256: sha256(CONTENT) },
    content: CONTENT,
    cut: () => undefined,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
  return julia;
}

/** Sends this many bytes and then nothing, until `server.cut()` breaks the connection. */
export function stallAfter(server: JuliaServer, bytes: number): Answer {
  return (request, response) => {
    const start = startOf(request);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': CONTENT.length - start,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` } : {}),
    });
    response.write(CONTENT.subarray(start, start + bytes));
    server.cut = () => response.destroy();
  };
}

export function status(code: number): Answer {
  return (_, response) => {
    response.writeHead(code).end('<Error/>');
  };
}

/** A server that knows no ranges. */
export const wholeFile: Answer = (_, response) => {
  response.end(CONTENT);
};

function serveFile(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const start = startOf(request);
  if (start >= content.length) {
    response.writeHead(416).end();
    return;
  }
  if (start > 0) {
    response.writeHead(206, { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` });
  }
  response.end(content.subarray(start));
}

function startOf(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

function versions({ url, announce }: JuliaServer): string {
  const file = {
    url: `${url}/files/${FILE_NAME}`,
    triplet: 'x86_64-linux-gnu',
    kind: 'archive',
    arch: 'x86_64',
    os: 'linux',
    extension: 'tar.gz',
    version: VERSION,
    ...announce,
  };
  const musl = { ...file, triplet: 'x86_64-linux-musl', url: `${url}/files/musl.tar.gz` };
  return JSON.stringify({
    [VERSION]: { stable: true, files: [musl, file] },
    '1.10.2': { stable: true, files: [{ ...file, version: '1.10.2' }] },
    '1.11.0': { stable: true, files: [musl] },
  });
}
