import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { Clock } from '../../../src/base/abort.ts';
import { isUserError } from '../../../src/base/errors.ts';
import { juliaReleases } from '../../../src/julia/releases.ts';
import { tempFolder } from '../../support/temp.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A download site whose files the test changes. */
async function startSite(): Promise<{
  readonly url: string;
  readonly files: Map<string, string>;
  readonly asked: string[];
  close(): Promise<void>;
}> {
  const files = new Map<string, string>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const text = files.get(request.url ?? '');
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  return {
    url,
    files,
    asked,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function versions(...names: readonly string[]): string {
  const entry = (version: string) => ({
    stable: !version.includes('-'),
    files: [
      {
        url: `https://julialang-s3.julialang.org/bin/linux/x64/julia-${version}-linux-x86_64.tar.gz`,
        triplet: 'x86_64-linux-gnu',
        kind: 'archive',
        extension: 'tar.gz',
        sha256: 'a'.repeat(64),
        size: 1,
        version,
      },
    ],
  });
  return JSON.stringify(Object.fromEntries(names.map((version) => [version, entry(version)])));
}

describe('juliaReleases.resolve', () => {
  let site: Awaited<ReturnType<typeof startSite>>;
  let cacheFolder: string;
  let now: number;
  const clock: Clock = { now: () => now, sleep: () => new Promise((resolve) => setImmediate(resolve)) };
  const resolve = (channel: string, renew = false): Promise<string> =>
    juliaReleases({ serverUrl: site.url, cacheFolder, clock }).resolve(
      channel,
      { renew },
      new AbortController().signal,
    );

  beforeEach(async () => {
    now = 1_000_000;
    cacheFolder = await tempFolder();
    site = await startSite();
    site.files.set('/bin/versions.json', versions('1.10.4', '1.10.5', '1.12.0', '1.13.0-rc1'));
    site.files.set('/juliaup/RELEASECHANNELDBVERSION', '1.0.91\n');
    site.files.set(
      '/juliaup/versiondb/versiondb-1.0.91-x86_64-unknown-linux-gnu.json',
      JSON.stringify({ AvailableChannels: { lts: { Version: '1.10.5+0.x64.linux.gnu' } } }),
    );
  });
  afterEach(() => site.close());

  it('knows the series, the release and the long-term one', async () => {
    assert.equal(await resolve('1.10'), '1.10.5');
    assert.equal(await resolve('1'), '1.12.0');
    assert.equal(await resolve('release'), '1.12.0');
    assert.equal(await resolve('lts'), '1.10.5');
  });

  it('an exact version costs no request', async () => {
    assert.equal(await resolve('1.9.4'), '1.9.4');
    assert.deepEqual(site.asked, []);
  });

  it('keeps an answer for a day, asks anew after it or when told to', async () => {
    assert.equal(await resolve('1.10'), '1.10.5');
    site.files.set('/bin/versions.json', versions('1.10.5', '1.10.6'));
    now += DAY_MS - 1;
    assert.equal(await resolve('1.10'), '1.10.5');
    assert.equal(site.asked.length, 1);
    assert.equal(await resolve('1.10', true), '1.10.6');
    site.files.set('/bin/versions.json', versions('1.10.7'));
    now += DAY_MS;
    assert.equal(await resolve('1.10'), '1.10.7');
  });

  it('goes on with what it knows when the site cannot be reached, even told to renew', async () => {
    await resolve('lts');
    await site.close();
    now += 30 * DAY_MS;
    assert.equal(await resolve('lts'), '1.10.5');
    assert.equal(await resolve('lts', true), '1.10.5');
    await assert.rejects(resolve('1.10'), (error) => isUserError(error, 'julia-download-failed'));
  });

  it('is what this version of ours knows where a new project may have that, and nobody can be asked', async () => {
    await site.close();
    const releases = juliaReleases({ serverUrl: site.url, cacheFolder, clock });
    const ask = (channel: string, orOwn: boolean) =>
      releases.resolve(channel, { orOwn }, new AbortController().signal);
    await assert.rejects(ask('lts', false), { code: 'julia-download-failed' });
    assert.match(await ask('lts', true), /^1\.10\.\d+$/);
    assert.match(await ask('release', true), /^1\.\d+\.\d+$/);
    await assert.rejects(ask('1.9', true), { code: 'julia-download-failed' });
  });

  it('a mirror without juliaup’s database cannot say what lts is, and gives the remedy', async () => {
    site.files.delete('/juliaup/RELEASECHANNELDBVERSION');
    await assert.rejects(resolve('lts'), (error) => {
      assert.ok(isUserError(error, 'julia-version-unknown'));
      assert.match(error.title, /long-term support/);
      assert.match(error.actions[0].title, /julia = "1\.10"/);
      return true;
    });
  });

  it('a series without a release is unknown', async () => {
    await assert.rejects(resolve('1.13'), (error) => {
      assert.ok(isUserError(error, 'julia-version-unknown'));
      assert.match(error.title, /"1\.13"/);
      return true;
    });
  });
});
