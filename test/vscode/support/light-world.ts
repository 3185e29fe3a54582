import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../../src/base/abort.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start.ts';
import { ROOT } from './setup.ts';
import { tempFolder } from './temp-folder.ts';

/** Releases of Julia that the site of a light world has. */
const RELEASES = ['1.12.1', '1.11.7', '1.10.12', '1.10.11', '1.6.7', '1.5.3'];
export const LTS = '1.10.12';

/** The example's competition, and what is other about two more. */
const COMPETITIONS = [
  {},
  {
    slug: 'fog-hours',
    title: 'Fog hours',
    isKernelsSubmissionsOnly: false,
    deadline: '2031-03-31T23:59:00Z',
  },
  { slug: 'old-tides', title: 'Old tides', deadline: '2020-12-31T23:59:00Z' },
];

/** What the editor asks besides an engine: a local Kaggle, which runs nothing, and the lists of Julia's site. */
export interface LightWorld {
  readonly sandbox: Sandbox;
  /** Settings that lead to both. */
  readonly settings: Readonly<Record<string, string>>;
  /** Variables with a cache of its own and the credentials of the sandbox's user. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startLightWorld(): Promise<LightWorld> {
  const temp = await tempFolder();
  const competitions = await Promise.all(COMPETITIONS.map((about) => competition(temp.path, about)));
  const sandbox = await startSandbox({
    folder: join(temp.path, 'sandbox'),
    engine: () => Promise.reject(new Error('A light world has no engine.')),
    image: 'none',
    competitions,
    clock: systemClock,
    readyDelayMs: 0,
    layout: 'namespaced',
    logger: silentLogger,
    username: 'ada',
  });
  const site = await juliaSite();
  const { username, key } = sandbox.credentials;
  return {
    sandbox,
    settings: { 'juliaKaggle.apiUrl': sandbox.url, 'juliaKaggle.juliaServer': site.url },
    environment: {
      JULIA_KAGGLE_CACHE: join(temp.path, 'cache'),
      KAGGLE_USERNAME: username,
      KAGGLE_KEY: key,
    },
    close: async () => {
      await site.close();
      await sandbox.close();
      await temp.remove();
    },
  };
}

async function competition(parent: string, about: { readonly slug?: string }): Promise<string> {
  const folder = join(parent, about.slug ?? 'harbour-tides');
  await cp(join(ROOT, 'examples', 'competition'), folder, { recursive: true });
  const file = join(folder, 'competition.json');
  const before = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...before, ...about }));
  return folder;
}

/** The lists of releases and of channels, in the forms of Julia's site (julia-facts section 1); no Julia. */
async function juliaSite(): Promise<{ url: string; close: () => Promise<void> }> {
  const answers: Record<string, string> = {
    '/bin/versions.json': JSON.stringify(
      Object.fromEntries(RELEASES.map((version) => [version, release(version)])),
    ),
    '/juliaup/RELEASECHANNELDBVERSION': '1.0.99\n',
    '/juliaup/versiondb/versiondb-1.0.99-x86_64-unknown-linux-gnu.json': JSON.stringify({
      AvailableChannels: { lts: { Version: `${LTS}+0.x64.linux.gnu` } },
    }),
  };
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[url];
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Its address is a port's: it does not listen on a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function release(version: string): object {
  const file = {
    url: `https://julialang-s3.julialang.org/bin/linux/x64/x/julia-${version}-linux-x86_64.tar.gz`,
    triplet: 'x86_64-linux-gnu',
    extension: 'tar.gz',
    kind: 'archive',
    sha256: '0'.repeat(64),
    size: 100_000_000,
  };
  return { stable: true, files: [file] };
}
