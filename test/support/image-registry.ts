import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

export interface ImageRegistry {
  /** What to pull: `10.213.7.1:40123/kaggle/standin:1`. */
  readonly image: string;
  /** The next layer that is asked for stops in the middle, for good; settles when it has. */
  holdNextLayer(): Promise<void>;
  /** Cuts the connection somewhere within each of so many layers that are asked for next. */
  cutLayers(count: number, where: () => number): void;
  close(): Promise<void>;
}

interface Blob {
  readonly path: string;
  readonly bytes: number;
  readonly digest: string;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** A registry on `host` with one image of the engine of this process's environment, its layers as they are. */
export async function imageRegistry(name: string, host: string): Promise<ImageRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'jok-registry-'));
  await save(name, folder);
  const { config, layers } = await readImage(folder);
  const describe = ({ bytes: size, digest }: Blob, kind: string) => ({
    mediaType: `application/vnd.docker.${kind}`,
    size,
    digest,
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: describe(config, 'container.image.v1+json'),
    layers: layers.map((layer) => describe(layer, 'image.rootfs.diff.tar')),
  });
  let hold: (() => void) | undefined;
  let cut = { count: 0, where: (): number => 0 };
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    const blob = [config, ...layers].find(({ digest }) => url.endsWith(`/blobs/${digest}`));
    if (url === '/v2/') response.end('{}');
    else if (url.includes('/manifests/')) sendManifest(manifest, request.method, response);
    else if (blob === undefined) response.writeHead(404).end();
    else if (blob !== config && hold !== undefined) {
      void sendPart(blob, 0.5, response).then(hold);
      hold = undefined;
    } else if (blob !== config && cut.count > 0) {
      cut.count -= 1;
      void sendPart(blob, cut.where(), response).then(() => response.destroy());
    } else void sendBlob(blob, response);
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  const { port } = server.address() as AddressInfo;
  return {
    image: `${host}:${port}/kaggle/standin:1`,
    holdNextLayer: () => new Promise((held) => (hold = held)),
    cutLayers: (count, where) => {
      cut = { count, where };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function sendManifest(manifest: string, method: string | undefined, response: ServerResponse): void {
  response.setHeader('Content-Type', MANIFEST);
  response.setHeader('Docker-Content-Digest', sha256(manifest));
  response.setHeader('Content-Length', Buffer.byteLength(manifest));
  response.end(method === 'HEAD' ? undefined : manifest);
}

async function sendBlob({ path, bytes }: Blob, response: ServerResponse): Promise<void> {
  response.setHeader('Content-Length', bytes);
  await pipeline(createReadStream(path), response).catch(() => undefined);
}

/** @param part how much of it, between 0 and 1. */
async function sendPart({ path, bytes }: Blob, part: number, response: ServerResponse): Promise<void> {
  response.on('error', () => undefined);
  response.setHeader('Content-Length', bytes);
  for await (const chunk of createReadStream(path, { end: Math.floor(bytes * part) })) response.write(chunk);
}

/** Unpacks the image as the docker command saves it. */
async function save(name: string, folder: string): Promise<void> {
  const saving = spawn('docker', ['save', name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const entries = extract();
  const feeding = pipeline(saving.stdout, entries);
  for await (const entry of entries) {
    const path = join(folder, entry.header.name);
    await mkdir(dirname(path), { recursive: true });
    if (entry.header.type === 'file') await pipeline(entry, createWriteStream(path));
    else entry.resume();
  }
  await feeding;
}

async function readImage(folder: string): Promise<{ config: Blob; layers: Blob[] }> {
  const [image] = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as [
    { Config: string; Layers: string[] },
  ];
  const text = await readFile(join(folder, image.Config), 'utf8');
  const { rootfs } = JSON.parse(text) as { rootfs: { diff_ids: string[] } };
  const blob = async (name: string, digest: string): Promise<Blob> => {
    const path = join(folder, name);
    return { path, digest, bytes: (await stat(path)).size };
  };
  return {
    config: await blob(image.Config, sha256(text)),
    // An uncompressed layer's digest is the very one by which the configuration knows it.
    layers: await Promise.all(image.Layers.map((name, index) => blob(name, rootfs.diff_ids[index] ?? ''))),
  };
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
