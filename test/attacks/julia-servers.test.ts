import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { type ErrorCode, isUserError, type UserError } from '../../src/base/errors.ts';
import { sha256 } from '../../src/base/hash.ts';
import { PUBLISHED_SHA256 } from '../../src/julia/checksums.ts';
import {
  JULIA_SERVER_URL,
  juliaReleases,
  type JuliaReleasesOptions,
  publishedVersions,
} from '../../src/julia/releases.ts';
import { keptFile } from '../../src/julia/versions-list.ts';
import { tempFolder } from '../support/temp.ts';
import { attack } from './attack.ts';
import { drip, hastyClock, hostile, withoutEnd, worldOf } from './hostile-server.ts';

const MB = 1024 * 1024;
const MIRROR = 'https://mirror.example';
const KNOWN = '1.10.5';
const INVENTED = '1.99.0';
const EVIL = Buffer.from('#!/bin/sh\ntouch /tmp/evil\n');

interface Offer {
  readonly url: string;
  readonly sha256: string;
  readonly size: number;
}

/** `versions.json` of a server that offers this as that version. */
function listOf(version: string, offer: Offer): string {
  const file = { triplet: 'x86_64-linux-gnu', kind: 'archive', extension: 'tar.gz', version, ...offer };
  return JSON.stringify({ [version]: { stable: true, files: [file] } });
}

describe('a hostile download site of Julia', function () {
  this.timeout(60_000);
  let cacheFolder: string;
  let asked: string[];
  beforeEach(async () => {
    cacheFolder = await tempFolder();
    asked = [];
  });

  /** A server whose list is `list` and whose every other path is answered by `rest`. */
  const serve = (list: string | RequestListener, rest: RequestListener): Promise<string> =>
    hostile((request, response) => {
      asked.push(request.url ?? '');
      if (request.url !== '/bin/versions.json') rest(request, response);
      else if (typeof list === 'string') response.end(list);
      else list(request, response);
    });
  const sendEvil: RequestListener = (_, response) => response.end(EVIL);
  const evil = (url: string): Offer => ({ url, sha256: sha256(EVIL), size: EVIL.length });

  const fetchIt = (version: string, options: Partial<JuliaReleasesOptions>): Promise<unknown> =>
    juliaReleases({ cacheFolder, clock: hastyClock(0), ...options }).fetchTarball(
      version,
      () => undefined,
      new AbortController().signal,
    );
  const refused = async (work: Promise<unknown>, code: ErrorCode): Promise<UserError> => {
    const error: unknown = await work.then(
      () => assert.fail('It was taken.'),
      (reason: unknown) => reason,
    );
    if (!isUserError(error)) throw error;
    assert.equal(error.code, code, error.message);
    return error;
  };
  const nothingIsKept = async (): Promise<void> => {
    const names = await readdir(join(cacheFolder, 'julia')).catch(() => []);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('versions-')),
      [],
    );
  };

  for (const serverUrl of [
    'http://julia.invalid',
    'http://localhost@evil.example',
    'http://127.0.0.1.evil.example',
    'ftp://127.0.0.1',
    'file:///tmp',
  ])
    attack('M7', `Julia at ${serverUrl}`, 'base/http-address', async () => {
      const { fetch, elsewhere } = worldOf({});
      await refused(fetchIt(KNOWN, { serverUrl, fetch }), 'wrong-usage');
      const releases = juliaReleases({ serverUrl, cacheFolder, fetch });
      const { signal } = new AbortController();
      await refused(releases.resolve('lts', {}, signal), 'wrong-usage');
      await refused(publishedVersions({ serverUrl, cacheFolder, fetch }, signal), 'wrong-usage');
      assert.deepEqual(elsewhere, []);
    });

  attack('M7', 'a version that a mirror made up', 'julia/checksums', async () => {
    const place = await serve(listOf(INVENTED, evil(`${MIRROR}/julia.tar.gz`)), sendEvil);
    const { fetch } = worldOf({ [MIRROR]: place });
    await refused(fetchIt(INVENTED, { serverUrl: MIRROR, fetch }), 'julia-version-unknown');
    assert.deepEqual(asked, ['/bin/versions.json']);
  });

  for (const [what, server] of [
    ['a mirror', MIRROR],
    ["Julia's own site, broken into", JULIA_SERVER_URL],
  ] as const)
    attack('M7', `another checksum for a known version, by ${what}`, 'julia/checksums', async () => {
      const place = await serve(listOf(KNOWN, evil(`${server}/julia.tar.gz`)), sendEvil);
      const { fetch } = worldOf({ [server]: place });
      await refused(fetchIt(KNOWN, { serverUrl: server, fetch }), 'checksum-mismatch');
      assert.deepEqual(asked, ['/bin/versions.json']);
    });

  attack('M7', 'another binary under the published checksum', 'julia/download', async () => {
    const offer = { ...evil(`${MIRROR}/julia.tar.gz`), sha256: PUBLISHED_SHA256.get(KNOWN) ?? '' };
    const { fetch } = worldOf({ [MIRROR]: await serve(listOf(KNOWN, offer), sendEvil) });
    await refused(fetchIt(KNOWN, { serverUrl: MIRROR, fetch }), 'checksum-mismatch');
    assert.ok(asked.includes('/julia.tar.gz'));
    await nothingIsKept();
  });

  attack('M7', 'a list that was kept and changed', 'julia/checksums', async () => {
    const list = listOf(KNOWN, evil(`${MIRROR}/julia.tar.gz`));
    await mkdir(join(cacheFolder, 'julia'));
    await writeFile(keptFile('versions', MIRROR, join(cacheFolder, 'julia')), list);
    const { fetch } = worldOf({ [MIRROR]: await serve(list, sendEvil) });
    await refused(fetchIt(KNOWN, { serverUrl: MIRROR, fetch }), 'checksum-mismatch');
    assert.deepEqual(asked, ['/bin/versions.json']);
  });

  attack(
    'M7',
    'a binary of the user’s own server, left in the cache for the next server',
    'julia/tarball-cache',
    async () => {
      const own: string = await serve(
        (_, response) => response.end(listOf(KNOWN, evil(`${own}/julia.tar.gz`))),
        sendEvil,
      );
      await fetchIt(KNOWN, { serverUrl: own });
      const offer = { ...evil(`${MIRROR}/julia.tar.gz`), sha256: PUBLISHED_SHA256.get(KNOWN) ?? '' };
      const { fetch } = worldOf({ [MIRROR]: await serve(listOf(KNOWN, offer), sendEvil) });
      await refused(fetchIt(KNOWN, { serverUrl: MIRROR, fetch }), 'checksum-mismatch');
    },
  );

  for (const url of [
    'http://192.0.2.1/julia.tar.gz',
    'http://127.0.0.1:2375/julia.tar.gz',
    'file:///tmp/julia.tar.gz',
  ])
    attack('M7', `a tarball at ${url}`, 'base/http-address', async () => {
      const offer = { ...evil(url), sha256: PUBLISHED_SHA256.get(KNOWN) ?? '' };
      const { fetch, elsewhere } = worldOf({ [MIRROR]: await serve(listOf(KNOWN, offer), sendEvil) });
      await refused(fetchIt(KNOWN, { serverUrl: MIRROR, fetch }), 'julia-download-failed');
      assert.deepEqual(elsewhere, []);
    });

  for (const [what, url] of [
    ['climbs', `${MIRROR}/..%2f..%2fevil.tar.gz`],
    ['is of the folder', `${MIRROR}/..`],
    ['has a line end', `${MIRROR}/a%0ab.tar.gz`],
  ] as const)
    attack('servers', `a tarball whose name ${what}`, 'julia/versions-index', async () => {
      const { fetch } = worldOf({ [MIRROR]: await serve(listOf(KNOWN, evil(url)), sendEvil) });
      await refused(fetchIt(KNOWN, { serverUrl: MIRROR, fetch }), 'julia-version-unknown');
      await nothingIsKept();
    });

  attack('M6', 'a tarball of a petabyte', 'julia/versions-index', async () => {
    const offer = { ...evil(`${MIRROR}/julia.tar.gz`), size: 1e15 };
    const { fetch } = worldOf({ [MIRROR]: await serve(listOf(KNOWN, offer), sendEvil) });
    await refused(fetchIt(KNOWN, { serverUrl: MIRROR, fetch }), 'julia-version-unknown');
  });

  attack('servers', '__proto__ among the versions', 'julia/versions-index', async () => {
    const list = `{"__proto__":${listOf(KNOWN, evil(`${MIRROR}/x.tar.gz`))}}`;
    const { fetch } = worldOf({ [MIRROR]: await serve(list, sendEvil) });
    await refused(fetchIt(KNOWN, { serverUrl: MIRROR, fetch }), 'julia-version-unknown');
    assert.equal(({} as Record<string, unknown>)[KNOWN], undefined);
  });

  attack('M6', 'a list of versions without an end', 'base/http', async () => {
    const taken: Promise<number>[] = [];
    const serverUrl = await serve(
      (_, response) => void taken.push(withoutEnd(response, Buffer.alloc(MB, '['))),
      sendEvil,
    );
    await refused(fetchIt(KNOWN, { serverUrl }), 'julia-download-failed');
    assert.equal(taken.length, 1);
    assert.ok((await (taken[0] ?? 0)) < 100 * MB);
  });

  /** A server of the user's own that is not what it was: it lists the file rightly. */
  const own = async (rest: RequestListener, change: Partial<Offer> = {}): Promise<string> => {
    const url: string = await serve(
      (_, response) => response.end(listOf(KNOWN, { ...evil(`${url}/julia.tar.gz`), ...change })),
      rest,
    );
    return url;
  };

  attack('M6', 'a tarball without an end', 'base/download', async () => {
    const taken: Promise<number>[] = [];
    const serverUrl = await own((_, response) => void taken.push(withoutEnd(response, Buffer.alloc(MB))));
    await refused(fetchIt(KNOWN, { serverUrl }), 'checksum-mismatch');
    assert.ok((await (taken[0] ?? 0)) < 20 * MB);
    await nothingIsKept();
  });

  attack('M6', 'a tarball shorter than listed', 'base/download', async () => {
    const serverUrl = await own((_, response) => response.end('short'));
    await refused(fetchIt(KNOWN, { serverUrl }), 'checksum-mismatch');
    await nothingIsKept();
  });

  attack('M6', 'a tarball that stalls', 'base/http', async () => {
    const serverUrl = await own((_, response) => void response.write('#'));
    const error = await refused(fetchIt(KNOWN, { serverUrl, silenceMs: 20 }), 'julia-download-failed');
    assert.match(error.title, /ETIMEDOUT/);
  });

  attack('M6', 'a byte of a tarball now and then', 'base/http', async () => {
    const serverUrl = await own((_, response) => drip(response, '#'), { size: 1e9 });
    const work = fetchIt(KNOWN, { serverUrl, clock: hastyClock() });
    assert.match((await refused(work, 'julia-download-failed')).title, /ETIMEDOUT/);
  });

  for (const location of ['http://192.0.2.1/x', 'file:///etc/passwd'])
    attack('M6', `a redirect of the tarball to ${location}`, 'base/http', async () => {
      const serverUrl = await own((_, response) => response.writeHead(302, { location }).end());
      const { fetch, elsewhere } = worldOf({ [serverUrl]: serverUrl });
      await refused(fetchIt(KNOWN, { serverUrl, fetch }), 'julia-download-failed');
      assert.deepEqual(elsewhere, []);
    });

  attack('M6', 'redirects of the tarball in a circle', 'base/http', async () => {
    const serverUrl = await own((_, response) => response.writeHead(302, { location: '/again' }).end());
    await refused(fetchIt(KNOWN, { serverUrl }), 'julia-download-failed');
    assert.ok(asked.length <= 7, asked.join());
  });

  attack('C1', 'a link in place of the half tarball', 'base/download', async () => {
    const victim = join(cacheFolder, 'victim');
    await writeFile(victim, 'precious');
    await mkdir(join(cacheFolder, 'julia'));
    await symlink(victim, join(cacheFolder, 'julia', 'julia.tar.gz.part'));
    await fetchIt(KNOWN, { serverUrl: await own(sendEvil) });
    assert.equal(await readFile(victim, 'utf8'), 'precious');
  });

  it('does not keep a server on this machine, with its own list, from being used', async () => {
    const serverUrl = await own(sendEvil);
    await fetchIt(KNOWN, { serverUrl });
    assert.ok(EVIL.equals(await readFile(join(cacheFolder, 'julia', 'julia.tar.gz'))));
  });

  it('does not keep a later version of Julia’s own site from being used', async () => {
    const place = await serve(listOf(INVENTED, evil(`${JULIA_SERVER_URL}/julia.tar.gz`)), sendEvil);
    const { fetch } = worldOf({ [JULIA_SERVER_URL]: place });
    await fetchIt(INVENTED, { fetch });
  });
});

describe('the checksums that come with the program', () => {
  it('are those of releases, one each', () => {
    for (const [version, sum] of PUBLISHED_SHA256) {
      assert.match(version, /^1\.\d{1,2}\.\d{1,2}$/);
      assert.match(sum, /^[0-9a-f]{64}$/);
    }
    assert.equal(new Set(PUBLISHED_SHA256.values()).size, PUBLISHED_SHA256.size);
    for (const newest of ['1.6.7', '1.7.3', '1.8.5', '1.9.4', '1.10.11', '1.11.9', '1.12.7'])
      assert.ok(PUBLISHED_SHA256.has(newest), newest);
  });
});
