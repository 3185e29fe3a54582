import assert from 'node:assert/strict';
import { readdir, readFile, truncate, utimes, writeFile, mkdir, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '../../../src/base/abort.ts';
import { type ErrorCode, isCancelled, isUserError, type UserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import {
  juliaReleases,
  type JuliaReleases,
  type JuliaReleasesOptions,
  type JuliaTarball,
} from '../../../src/julia/releases.ts';
import { tempFolder } from '../../support/temp.ts';
import {
  CONTENT,
  FILE_NAME,
  type JuliaServer,
  stallAfter,
  startJuliaServer,
  status,
  VERSION,
  wholeFile,
} from './julia-server.ts';

const FILE_PATH = `/files/${FILE_NAME}`;

describe('juliaReleases', () => {
  let server: JuliaServer;
  let cacheFolder: string;
  let file: string;
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: (ms) => {
      pauses.push(ms);
      return new Promise((resolve) => setImmediate(resolve));
    },
  };

  beforeEach(async () => {
    server = await startJuliaServer();
    cacheFolder = await tempFolder();
    file = join(cacheFolder, 'julia', FILE_NAME);
    pauses.length = 0;
  });
  afterEach(() => server.close());

  const releases = (more: Partial<JuliaReleasesOptions> = {}): JuliaReleases =>
    juliaReleases({ serverUrl: server.url, cacheFolder, clock, random: () => 1, ...more });
  const fetchIt = (version = VERSION, signal = new AbortController().signal): Promise<JuliaTarball> =>
    releases().fetchTarball(version, () => undefined, signal);
  /** The connection breaks when so many bytes are there. */
  const fetchCutAt = (positions: readonly number[]): Promise<JuliaTarball> =>
    releases().fetchTarball(
      VERSION,
      (done) => {
        if (positions.includes(done)) server.cut();
      },
      new AbortController().signal,
    );
  const failure = async (code: ErrorCode, version = VERSION): Promise<UserError> => {
    const error: unknown = await fetchIt(version).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(isUserError(error, code), `${code} was expected: ${String(error)}`);
    return error;
  };
  const inCache = async (): Promise<string[]> =>
    (await readdir(join(cacheFolder, 'julia'))).filter((name) => !name.startsWith('versions')).sort();
  const asked = (path: string): number => server.seen.filter((request) => request.path === path).length;
  const leavePart = async (content: Buffer): Promise<void> => {
    await mkdir(join(cacheFolder, 'julia'));
    await writeFile(`${file}.part`, content);
  };

  it('brings the glibc tarball, tells of the bytes, and leaves a stamp', async () => {
    const heard: number[] = [];
    const tarball = await releases().fetchTarball(
      VERSION,
      (done, total) => {
        assert.equal(total, CONTENT.length);
        heard.push(done);
      },
      new AbortController().signal,
    );
    assert.deepEqual(tarball, { version: VERSION, file, bytes: CONTENT.length, sha256: sha256(CONTENT) });
    assert.ok(CONTENT.equals(await readFile(file)));
    assert.ok(heard.length > 1 && heard.every((done, i) => i === 0 || done > (heard[i - 1] ?? 0)));
    assert.equal(heard.at(-1), CONTENT.length);
    assert.deepEqual(await inCache(), [FILE_NAME, `${FILE_NAME}.json`]);
  });

  it('needs no network the second time', async () => {
    const first = await fetchIt();
    await server.close();
    assert.deepEqual(await fetchIt(), first);
  });

  it('believes the stamp while size and time stand, and reads the file again otherwise', async () => {
    await fetchIt();
    const { mtimeMs } = await stat(file);
    await writeFile(file, Buffer.alloc(CONTENT.length));
    await utimes(file, mtimeMs / 1000, mtimeMs / 1000);
    // The time on disk may be finer than `utimes` can set: make the stamp fit it.
    const stamp = JSON.parse(await readFile(`${file}.json`, 'utf8')) as object;
    await writeFile(`${file}.json`, JSON.stringify({ ...stamp, modifiedMs: (await stat(file)).mtimeMs }));
    await fetchIt();
    assert.equal(asked(FILE_PATH), 1);
    await utimes(file, 1, 1);
    await fetchIt();
    assert.equal(asked(FILE_PATH), 2);
    assert.ok(CONTENT.equals(await readFile(file)));
  });

  it('takes a file that somebody put there, when it is the right one', async () => {
    await mkdir(join(cacheFolder, 'julia'));
    await writeFile(file, CONTENT);
    await fetchIt();
    assert.equal(asked(FILE_PATH), 0);
    assert.deepEqual(await inCache(), [FILE_NAME, `${FILE_NAME}.json`]);
  });

  it('replaces a file that was cut short', async () => {
    await fetchIt();
    await truncate(file, 10);
    await fetchIt();
    assert.ok(CONTENT.equals(await readFile(file)));
  });

  it('asks for the list of versions again only for one that it does not have', async () => {
    await fetchIt();
    await failure('julia-version-unknown', '1.10.99');
    await fetchIt();
    assert.equal(asked('/bin/versions.json'), 2);
  });

  it('downloads once when it is asked for twice at a time', async () => {
    await Promise.all([fetchIt(), fetchIt()]);
    assert.equal(asked(FILE_PATH), 1);
    assert.deepEqual(await inCache(), [FILE_NAME, `${FILE_NAME}.json`]);
  });

  it('continues a part that an earlier call left', async () => {
    await leavePart(CONTENT.subarray(0, 123_456));
    await fetchIt();
    assert.deepEqual(server.seen.at(-1), { path: FILE_PATH, range: 'bytes=123456-' });
    assert.ok(CONTENT.equals(await readFile(file)));
  });

  it('takes a part that is complete without a request', async () => {
    await leavePart(CONTENT);
    await fetchIt();
    assert.equal(asked(FILE_PATH), 0);
  });

  it('begins again where the server knows no ranges', async () => {
    await leavePart(CONTENT.subarray(0, 100));
    server.faults.push(wholeFile);
    await fetchIt();
    assert.ok(CONTENT.equals(await readFile(file)));
  });

  for (const [name, part] of Object.entries({
    'of another file': Buffer.alloc(1000),
    'that is too long': Buffer.alloc(CONTENT.length + 1),
    'as long as the file, of another': Buffer.alloc(CONTENT.length),
  })) {
    it(`drops a part ${name}`, async () => {
      await leavePart(part);
      await fetchIt();
      assert.ok(CONTENT.equals(await readFile(file)));
      assert.deepEqual(server.seen.at(-1), { path: FILE_PATH, range: undefined });
    });
  }

  it('goes on after a cut, from where it was cut', async () => {
    server.faults.push(stallAfter(server, 200_000), stallAfter(server, 100_000));
    await fetchCutAt([200_000, 300_000]);
    assert.ok(CONTENT.equals(await readFile(file)));
    const ranges = server.seen.filter(({ path }) => path === FILE_PATH).map(({ range }) => range);
    assert.deepEqual(ranges, [undefined, 'bytes=200000-', 'bytes=300000-']);
    assert.deepEqual(pauses, [500, 1000]);
  });

  it('keeps what has arrived when the connection breaks again and again', async () => {
    const cuts = [1, 2, 3, 4, 5, 6].map((part) => part * 50_000);
    server.faults.push(...cuts.map(() => stallAfter(server, 50_000)));
    await assert.rejects(fetchCutAt(cuts), (error) => {
      assert.ok(isUserError(error, 'julia-download-failed'));
      assert.match(error.title, /from 127\.0\.0\.1:\d+: the connection broke/);
      return true;
    });
    assert.deepEqual(await inCache(), [`${FILE_NAME}.part`]);
    await fetchIt();
    assert.deepEqual(server.seen.at(-1), { path: FILE_PATH, range: 'bytes=300000-' });
    assert.ok(CONTENT.equals(await readFile(file)));
  });

  it('does not wait for ever for a server that stalls, and goes on from there', async () => {
    server.faults.push(stallAfter(server, 150_000));
    await releases({ silenceMs: 50 }).fetchTarball(VERSION, () => undefined, new AbortController().signal);
    assert.deepEqual(server.seen.at(-1), { path: FILE_PATH, range: 'bytes=150000-' });
    assert.ok(CONTENT.equals(await readFile(file)));
  });

  it('asks again when the connection fails at once', async () => {
    const broken = (_: unknown, response: ServerResponse): void => {
      response.destroy();
    };
    server.indexFaults.push(broken);
    server.faults.push(broken, broken);
    await fetchIt();
    assert.equal(asked(FILE_PATH), 3);
  });

  it('follows a redirect, as a mirror may give one', async () => {
    server.faults.push((_, response) => response.writeHead(302, { location: `${server.url}/cdn` }).end());
    await fetchIt();
    assert.equal(asked('/cdn'), 1);
  });

  it('asks again after a server error', async () => {
    server.indexFaults.push(status(503));
    server.faults.push(status(500), status(429));
    await fetchIt();
    assert.equal(asked(FILE_PATH), 3);
  });

  it('asks once more after a 404, which may be stale', async () => {
    server.indexFaults.push(status(404));
    server.faults.push(status(404));
    await fetchIt();
    server.faults.push(status(404), status(404), status(404));
    await truncate(file, 1);
    const error = await failure('julia-download-failed');
    assert.match(error.title, /HTTP 404/);
    assert.equal(server.faults.length, 1);
  });

  it('refuses a wrong checksum, says both, and removes the file', async () => {
    server.announce.sha256 = 'ab'.repeat(32);
    const error = await failure('checksum-mismatch');
    assert.ok(error.title.includes(FILE_NAME));
    const detail = error.detail ?? '';
    assert.ok(detail.includes(`expected sha256 ${'ab'.repeat(32)}`));
    assert.ok(detail.includes(sha256(CONTENT)));
    assert.deepEqual(await inCache(), []);
    assert.equal(asked(FILE_PATH), 1);
  });

  for (const [name, size] of Object.entries({ shorter: CONTENT.length + 10, longer: CONTENT.length - 10 })) {
    it(`refuses a file that is ${name} than announced`, async () => {
      server.announce.size = size;
      const error = await failure('checksum-mismatch');
      assert.match(error.detail ?? '', new RegExp(`expected ${size} bytes .*, got \\d+ bytes`));
      assert.deepEqual(await inCache(), []);
    });
  }

  it('names the nearest version when it does not know one', async () => {
    const error = await failure('julia-version-unknown', '1.10.4');
    assert.match(error.title, /Julia 1\.10\.4/);
    assert.match(error.actions[0].title, /nearest is 1\.10\.5/);
    // There is a 1.11.0, but not for this system.
    const other = await failure('julia-version-unknown', '1.11.0');
    assert.match(other.actions[0].title, /nearest is 1\.10\./);
  });

  it('says host and remedies when the server cannot be reached', async () => {
    await server.close();
    const error = await failure('julia-download-failed');
    assert.ok(error.title.includes(`${new URL(server.url).host}: ECONNREFUSED`));
    const remedies = error.actions.map(({ title }) => title).join('\n');
    assert.match(remedies, /JULIA_KAGGLE_JULIA_SERVER/);
    assert.ok(remedies.includes(join(cacheFolder, 'julia')));
  });

  it('does not take a proxy page for the list of versions', async () => {
    server.indexFaults.push((_, response) => response.end('<html>Please log in</html>'));
    const error = await failure('julia-download-failed');
    assert.match(error.title, /not a list of versions/);
    await fetchIt();
  });

  it('says that the address of a mirror is none', async () => {
    const mirror = juliaReleases({ serverUrl: 'mirror', cacheFolder, clock });
    const outcome = mirror.fetchTarball(VERSION, () => undefined, new AbortController().signal);
    await assert.rejects(outcome, (error) => isUserError(error, 'wrong-usage'));
  });

  it('can be cancelled, and then goes on from there', async () => {
    const cancel = new AbortController();
    server.faults.push(stallAfter(server, 100_000));
    const half = releases().fetchTarball(
      VERSION,
      (done) => {
        if (done === 100_000) cancel.abort();
      },
      cancel.signal,
    );
    await assert.rejects(half, isCancelled);
    assert.deepEqual(await inCache(), [`${FILE_NAME}.part`]);
    await fetchIt();
    assert.deepEqual(server.seen.at(-1), { path: FILE_PATH, range: 'bytes=100000-' });
    assert.ok(CONTENT.equals(await readFile(file)));
    assert.deepEqual(await inCache(), [FILE_NAME, `${FILE_NAME}.json`]);
  });

  it('can be cancelled while nothing comes', async () => {
    const cancel = new AbortController();
    const reached = new Promise<void>((resolve) => server.indexFaults.push(() => resolve()));
    const outcome = fetchIt(VERSION, cancel.signal);
    await Promise.race([reached, outcome]);
    cancel.abort();
    await assert.rejects(outcome, isCancelled);
    await assert.rejects(fetchIt(VERSION, AbortSignal.abort()), isCancelled);
  });
});
