#!/usr/bin/env node
/**
 * A small mirror of the Julia download site and of a Julia package server, for demos and tests without the
 * internet.
 *
 *   GET /bin/versions.json                                   the versions there are, in the site's own schema
 *   GET /bin/linux/x64/1.5/julia-1.5.3-linux-x86_64.tar.gz   a tarball of the folder (HEAD and ranges too)
 *   GET /artifact/<git-tree-sha1>                            <git-tree-sha1>.tar.gz of the artifacts folder
 *   GET /registries, /registry/<uuid>/<git-tree-sha1>        General without a package: newer versions of Pkg want one, even
 *                                                            where nothing of it is needed
 *
 * Anything else is 404. A tarball counts when its `.sha256` file lies beside it.
 *
 * Needs: Node 20. No packages.
 * Usage: node mirror.mjs --folder DIR --artifacts DIR [--host 127.0.0.1] [--port 0]
 * Prints its URL on stdout, each request on stderr; runs until SIGINT or SIGTERM.
 * As a Julia package server it is used by JULIA_PKG_SERVER=<its URL>.
 */
import { createHash } from 'node:crypto';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const TARBALL = /^julia-((\d+\.\d+)\.\d+(-[0-9A-Za-z.]+)?)-linux-x86_64\.tar\.gz$/;
const TARBALL_PATH = /^\/bin\/linux\/x64\/(\d+\.\d+)\/([^/]+)$/;
const ARTIFACT_PATH = /^\/artifact\/([0-9a-f]{40})$/;

const GENERAL = '23338594-aafe-5451-b93e-139f81909106';
const REGISTRY = Buffer.from(
  `name = "General"\nuuid = "${GENERAL}"\nrepo = "https://github.com/JuliaRegistries/General.git"\n\n[packages]\n`,
);
const REGISTRY_PATH = `/registry/${GENERAL}/${treeOf('Registry.toml', REGISTRY)}`;
/** What is asked for of the registry, by path. */
const REGISTRY_FILES = new Map([
  ['/registries', Buffer.from(`${REGISTRY_PATH}\n`)],
  [REGISTRY_PATH, gzipSync(tarOf('Registry.toml', REGISTRY))],
]);

/**
 * Starts the mirror.
 *
 * @param {import('./mirror.d.mts').MirrorOptions} options
 * @returns {Promise<import('./mirror.d.mts').Mirror>}
 */
export async function startMirror({ juliaFolder, artifactsFolder, host = '127.0.0.1', port = 0, onRequest }) {
  const server = createServer((request, response) => {
    const path = pathOf(request);
    response.once('close', () =>
      onRequest?.({ method: request.method ?? '', path, status: response.statusCode }),
    );
    answer({ juliaFolder, artifactsFolder }, path, request, response).catch((error) => {
      if (response.headersSent) {
        response.destroy();
      } else {
        sendText(response, 500, String(error));
      }
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(undefined));
  });

  const bound = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    port: bound.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/**
 * File names are only ever made from what matches a whole pattern without a slash: no request leaves the
 * folders.
 *
 * @param {{ juliaFolder: string, artifactsFolder: string }} folders
 * @param {string} path
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer({ juliaFolder, artifactsFolder }, path, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendText(response, 405, 'only GET and HEAD', { allow: 'GET, HEAD' });
    return;
  }
  if (path === '/bin/versions.json') {
    const versions = await readVersions(juliaFolder, `http://${request.headers.host ?? 'localhost'}`);
    sendText(response, 200, JSON.stringify(versions, null, 2), { 'content-type': 'application/json' });
    return;
  }

  const file = fileAt(path, juliaFolder, artifactsFolder);
  if (file !== undefined) {
    await sendFile(request, response, file);
    return;
  }
  const registry = REGISTRY_FILES.get(path);
  response.writeHead(registry === undefined ? 404 : 200).end(registry ?? 'not found\n');
}

/**
 * The file of the folders that is asked for, if it is one of those that are served.
 *
 * @param {string} path
 * @param {string} juliaFolder
 * @param {string} artifactsFolder
 */
function fileAt(path, juliaFolder, artifactsFolder) {
  const [, series, name] = TARBALL_PATH.exec(path) ?? [];
  if (name !== undefined && TARBALL.exec(name)?.[2] === series) return join(juliaFolder, name);
  const [, hash] = ARTIFACT_PATH.exec(path) ?? [];
  return hash === undefined ? undefined : join(artifactsFolder, `${hash}.tar.gz`);
}

/**
 * The hash that git gives a folder with this one file.
 *
 * @param {string} name
 * @param {Buffer} content
 */
function treeOf(name, content) {
  /** @param {string} kind @param {Buffer} body */
  const object = (kind, body) => createHash('sha1').update(`${kind} ${body.length}\0`).update(body).digest();
  const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), object('blob', content)]);
  return object('tree', entry).toString('hex');
}

/**
 * A tar archive of this one file.
 *
 * @param {string} name
 * @param {Buffer} content
 */
function tarOf(name, content) {
  const header = Buffer.alloc(512);
  /** @param {number} at @param {number} value @param {number} digits */
  const octal = (at, value, digits) => header.write(value.toString(8).padStart(digits, '0'), at);
  header.write(name, 0);
  octal(100, 0o644, 7);
  octal(108, 0, 7);
  octal(116, 0, 7);
  octal(124, content.length, 11);
  octal(136, 0, 11);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  octal(
    148,
    header.reduce((sum, byte) => sum + byte, 0),
    6,
  );
  header.write('\0 ', 154);
  return Buffer.concat([header, content, Buffer.alloc(1024 + ((512 - (content.length % 512)) % 512))]);
}

/**
 * What versions.json says of a folder.
 *
 * @param {string} folder
 * @param {string} base the server's URL as the client knows it
 * @returns {Promise<import('./mirror.d.mts').Versions>}
 */
async function readVersions(folder, base) {
  /** @type {import('./mirror.d.mts').Versions} */
  const versions = {};
  for (const name of (await readdir(folder)).sort()) {
    const [, version, series, preRelease] = TARBALL.exec(name) ?? [];
    if (version === undefined) continue;
    const sum = await readFile(join(folder, `${name}.sha256`), 'utf8').catch(unlessMissing);
    if (sum === undefined) continue;
    versions[version] = {
      stable: preRelease === undefined,
      files: [
        {
          url: `${base}/bin/linux/x64/${series}/${name}`,
          triplet: 'x86_64-linux-gnu',
          kind: 'archive',
          arch: 'x86_64',
          sha256: sum.trim().split(/\s+/)[0] ?? '',
          size: (await stat(join(folder, name))).size,
          version,
          os: 'linux',
          extension: 'tar.gz',
        },
      ],
    };
  }
  return versions;
}

/**
 * Streams a file, or the one range of it that was asked for.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} path
 */
async function sendFile(request, response, path) {
  const file = await open(path).catch(unlessMissing);
  if (file === undefined) {
    sendText(response, 404, 'not found');
    return;
  }
  try {
    const { size, mtimeMs } = await file.stat();
    const etag = `"${size.toString(16)}-${Math.trunc(mtimeMs).toString(16)}"`;
    const ifRange = request.headers['if-range'];
    const range =
      ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, size) : undefined;
    if (range === 'unsatisfiable') {
      sendText(response, 416, 'no such range', { 'content-range': `bytes */${size}` });
      return;
    }

    const { start, end } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range ? 206 : 200, {
      'content-type': 'application/gzip',
      'content-length': end - start + 1,
      'accept-ranges': 'bytes',
      etag,
      ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
    });
    if (request.method === 'HEAD' || size === 0) {
      response.end();
      return;
    }
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response).catch(unlessClientLeft);
  } finally {
    await file.close();
  }
}

/**
 * Reads a Range header: undefined when the whole file is to be sent (also for what need not be understood, as
 * several ranges).
 *
 * @param {string | undefined} header
 * @param {number} size
 * @returns {{ start: number, end: number } | 'unsatisfiable' | undefined}
 */
function parseRange(header, size) {
  const lastBytes = /^bytes=-(\d+)$/.exec(header ?? '')?.[1];
  if (lastBytes !== undefined) {
    const length = Math.min(Number(lastBytes), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }

  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  const end = last ? Number(last) : size - 1;
  if (start >= size) return 'unsatisfiable';
  return end < start ? undefined : { start, end: Math.min(end, size - 1) };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} text
 * @param {Record<string, string>} [headers]
 */
function sendText(response, status, text, headers) {
  const body = `${text}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body); // Node leaves the body out for HEAD
}

/**
 * The path of a request as it was sent, without its query.
 *
 * @param {import('node:http').IncomingMessage} request
 */
function pathOf(request) {
  return (request.url ?? '').replace(/[?#].*$/, '');
}

/**
 * @param {unknown} error
 * @returns {undefined}
 */
function unlessMissing(error) {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

/** @param {unknown} error */
function unlessClientLeft(error) {
  if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

async function main() {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      artifacts: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
    },
  });
  if (values.folder === undefined || values.artifacts === undefined) {
    throw new Error('usage: mirror.mjs --folder DIR --artifacts DIR [--host H] [--port P]');
  }
  const mirror = await startMirror({
    juliaFolder: values.folder,
    artifactsFolder: values.artifacts,
    host: values.host ?? '127.0.0.1',
    port: Number(values.port ?? 0),
    onRequest: ({ method, path, status }) => console.error(`mirror: ${method} ${path} ${status}`),
  });
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void mirror.close());
  }
  console.log(mirror.url);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(`mirror: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  });
}
