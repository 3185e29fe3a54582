import { createHash, randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { tarOfFiles } from '../../../src/docker/tar-files.ts';

/** How the registry serves a layer. */
export type LayerService = (response: ServerResponse, layer: Buffer, index: number) => void;

export interface TinyRegistry {
  /** A name that the engine can pull. */
  readonly image: string;
  close(): void;
}

/**
 * A registry with one image, of one layer if nothing else is said, for pulls by a real engine on this machine (engines trust loopback without
 * TLS). Each image is new, so that no engine has its layer already.
 */
export async function tinyRegistry(serve: LayerService, count = 1): Promise<TinyRegistry> {
  const layers = await Promise.all(Array.from({ length: count }, (_, index) => newLayer(`data${index}`)));
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Cmd: ['/none'] },
      rootfs: { type: 'layers', diff_ids: layers.map(digest) },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digest(config),
      },
      layers: layers.map((layer) => ({
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar',
        size: layer.length,
        digest: digest(layer),
      })),
    }),
  );
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    const index = layers.findIndex((layer) => url.endsWith(digest(layer)));
    const layer = layers[index];
    if (url === '/v2/') response.end('{}');
    else if (/\/manifests\/(v1|sha256:)/.test(url)) {
      response.setHeader('Content-Type', MANIFEST).setHeader('Docker-Content-Digest', digest(manifest));
      response.setHeader('Content-Length', manifest.length);
      response.end(request.method === 'HEAD' ? undefined : manifest);
    } else if (url.endsWith(digest(config))) response.end(config);
    else if (layer !== undefined) serve(response, layer, index);
    else notFound(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    image: `127.0.0.1:${port}/tiny/image:v1`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function newLayer(name: string): Promise<Buffer> {
  const text = randomBytes(200_000).toString('base64');
  return buffer(tarOfFiles([{ path: name, from: { text } }]));
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'application/json' });
  response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"?"}}]}');
}
