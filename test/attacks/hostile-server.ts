import { once } from 'node:events';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { throwIfAborted, type Clock } from '../../src/base/abort.ts';
import { afterEach } from '../support/hooks.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A server on loopback that does what the attack wants; closed after the test. Gives its address. */
export async function hostile(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The same below HTTP: `speak` has the bare connection once something was asked. */
export async function hostileSocket(speak: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => speak(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends `piece` again and again until the other side leaves. @returns how many bytes were taken, once that is over. */
export async function withoutEnd(response: ServerResponse, piece: Buffer | string): Promise<number> {
  let bytes = 0;
  const gone = once(response, 'close');
  while (!response.destroyed) {
    bytes += piece.length;
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), gone]);
  }
  return bytes;
}

/** Sends a byte now and then until the other side leaves. */
export function drip(response: ServerResponse, byte = ' '): void {
  response.flushHeaders();
  const timer = setInterval(() => response.write(byte), 2);
  response.once('close', () => clearInterval(timer));
}

/** Time in which half a minute passes whenever somebody looks. */
export function hastyClock(stepMs = 30_000): Clock {
  let now = 0;
  return {
    now: () => (now += stepMs),
    sleep: async (_, signal) => {
      await Promise.resolve();
      throwIfAborted(signal);
    },
  };
}

/** A `fetch` for which these https origins are servers on loopback: what is sent to others is noted and not sent. */
export function worldOf(servers: Readonly<Record<string, string>>): {
  readonly fetch: typeof globalThis.fetch;
  readonly elsewhere: string[];
} {
  const elsewhere: string[] = [];
  return {
    elsewhere,
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const place = servers[url.origin];
      if (place !== undefined) return fetch(place + url.pathname + url.search, init);
      elsewhere.push(url.href);
      return Promise.reject(new TypeError('fetch failed'));
    },
  };
}
