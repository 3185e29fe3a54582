import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Duplex } from 'node:stream';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** What the fake engine does; what is left out works and does nothing. Keys are `METHOD /path`, the container's id left out. */
export interface FakeDockerScript {
  readonly answers?: Readonly<Record<string, Answer>>;
  /** Plays the container's output after the engine took over the connection. Left out: ends at once. */
  readonly attached?: (output: Duplex) => void;
}

export interface FakeDocker {
  readonly socketPath: string;
  /** `METHOD /path` of each request, as `answers` names them. */
  readonly requests: readonly string[];
  /** As SIGKILL does it to an engine: every connection ends, nobody listens any more. */
  die(): void;
}

export const CONTAINER_ID = 'c0ffee';

/** A JSON answer. */
export function json(status: number, body: unknown): Answer {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };
}

/** A state as `inspect` tells it. */
export function state(running: boolean, exitCode = 0): Answer {
  return json(200, { State: { Running: running, ExitCode: exitCode, OOMKilled: false } });
}

/** One frame of the engine's multiplexed output. */
export function frame(type: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(8);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

const DEFAULTS: Readonly<Record<string, Answer>> = {
  'GET /_ping': (response) => response.end('OK'),
  'POST /containers/create': json(201, { Id: CONTAINER_ID }),
  'POST /containers/start': (response) => response.writeHead(204).end(),
  'GET /containers/json': state(false),
  'DELETE /containers': (response) => response.writeHead(204).end(),
};

/**
 * Lends `use` an engine for faults that a real one does not commit on demand, on a unix socket and on a port of
 * loopback.
 */
export async function withFakeDocker<T>(
  script: FakeDockerScript,
  use: (docker: FakeDocker & { readonly tcpPort: number }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-docker-'));
  // Where Docker Desktop listens on Windows is a named pipe.
  const socketPath =
    process.platform === 'win32' ? `\\\\.\\pipe\\${basename(folder)}` : join(folder, 'docker.sock');
  const requests: string[] = [];
  const connections = new Set<Duplex>();
  const answers = { ...DEFAULTS, ...script.answers };
  const servers = [createServer(), createServer()] as const;
  for (const server of servers) {
    server.on('connection', (socket) => connections.add(socket));
    server.on('request', (request, response) => {
      const name = nameOf(request);
      requests.push(name);
      request.resume();
      (answers[name] ?? json(404, { message: `no answer to ${name}` }))(response, request);
    });
    server.on('upgrade', (request, socket) => {
      requests.push(nameOf(request));
      socket.on('error', () => undefined);
      socket.write(UPGRADED);
      (script.attached ?? ((output) => output.end()))(socket);
    });
  }
  await listening((done) => servers[0].listen(socketPath, done));
  await listening((done) => servers[1].listen(0, '127.0.0.1', done));
  const tcpPort = (servers[1].address() as AddressInfo).port;
  const die = (): void => {
    for (const server of servers) server.close();
    for (const connection of connections) connection.destroy();
  };
  try {
    return await use({ socketPath, tcpPort, requests, die });
  } finally {
    die();
    await rm(folder, { recursive: true, force: true });
  }
}

const UPGRADED =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

function nameOf(request: IncomingMessage): string {
  const path = new URL(request.url ?? '/', 'http://fake').pathname;
  return `${request.method ?? ''} ${path.replace(`/${CONTAINER_ID}`, '')}`;
}

function listening(listen: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => listen(resolve));
}
