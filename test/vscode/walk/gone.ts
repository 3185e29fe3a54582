import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { sha256 } from '../../../src/base/hash.ts';

interface Closable {
  close(): Promise<void>;
}

/** The engine of this machine by another socket, which can be taken away while the engine stays for everybody else. */
export async function engineThatGoes(folder: string): Promise<Closable & { readonly address: string }> {
  const path = join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = createConnection({ path: new URL(engineAddress()).pathname, allowHalfOpen: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    address: `unix://${path}`,
    close: async () => {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Makes a Docker context that leads to the engine of this machine, as the `docker` command would. */
export async function writeContext(home: string, name: string): Promise<void> {
  const folder = join(home, '.docker', 'contexts', 'meta', sha256(name));
  await mkdir(folder, { recursive: true });
  const about = { Name: name, Metadata: {}, Endpoints: { docker: { Host: engineAddress() } } };
  await writeFile(join(folder, 'meta.json'), JSON.stringify(about));
}

function engineAddress(): string {
  return process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
}

/** A registry that has no image of any name; an engine speaks plain HTTP with one on its own machine. */
export async function emptyRegistry(): Promise<Closable & { readonly host: string }> {
  const server = createHttpServer(({ url = '' }, response) => {
    const isThere = url === '/v2/';
    const body = isThere ? {} : { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] };
    // By this header an engine knows a registry, and takes its word.
    const headers = {
      'content-type': 'application/json',
      'docker-distribution-api-version': 'registry/2.0',
    };
    response.writeHead(isThere ? 200 : 404, headers).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Its address is a port's: it does not listen on a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
