import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomFillSync, randomInt } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import esbuild from 'esbuild';
import { systemClock } from '../../../src/base/abort.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start.ts';
import { tempFolder } from '../../support/temp.ts';
import type { FetchOrder } from './programs/fetch.ts';

/** At its real size by `INPUT_BYTES=1000000000 npx mocha test/wire/kaggle/kill-download.test.ts`. */
const SIZE = Number(process.env['INPUT_BYTES'] ?? 600_000_000);
const KILLS = 3;
const MAX_SENT = SIZE * 1.05;

/** Writes a file without a byte that repeats soon, and gives its sha256. */
async function writeBigFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const block = randomFillSync(Buffer.alloc(16 * 1024 * 1024));
  const file = await open(path, 'w');
  for (let written = 0; written < SIZE;) {
    block.writeDoubleLE(written, 0);
    const part = block.subarray(0, Math.min(block.length, SIZE - written));
    hash.update(part);
    await file.write(part);
    written += part.length;
  }
  await file.close();
  return hash.digest('hex');
}

describe('an input that is fetched by a process that is killed three times', function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let program: string;
  let order: FetchOrder;
  let hash: string;
  const sockets = new Set<Socket>();
  const taken = (message: unknown): void => void sockets.add((message as { socket: Socket }).socket);

  before(async () => {
    const folder = await tempFolder();
    const published = join(folder, 'ada', 'vectors');
    await mkdir(published, { recursive: true });
    hash = await writeBigFile(join(published, 'vectors.bin'));
    sandbox = await startSandbox({
      folder: join(folder, 'sandbox'),
      engine: () => Promise.reject(new Error('not needed')),
      ...{ image: 'none', competitions: [], readyDelayMs: 0, layout: 'namespaced' },
      published: { datasets: [published] },
      ...{ clock: systemClock, logger: silentLogger },
    });
    subscribe('net.server.socket', taken);
    program = join(folder, 'fetch.cjs');
    await esbuild.build({
      entryPoints: [join(import.meta.dirname, 'programs', 'fetch.ts')],
      ...{ outfile: program, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
    });
    const { username, key } = sandbox.credentials;
    const input = { name: 'vectors', kind: 'dataset', ref: 'ada/vectors', version: 1 } as const;
    order = { apiUrl: sandbox.url, username, key, cache: join(folder, 'cache'), input };
  });
  after(async () => {
    unsubscribe('net.server.socket', taken);
    await sandbox.close();
  });

  /** Lets it run until so many bytes are there, or to its end; gives the last that it said. */
  async function live(killAt: number): Promise<string> {
    const child = spawn('node', [program, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let last = '';
    for await (const line of createInterface({ input: child.stdout })) {
      last = line;
      if (Number(line) >= killAt) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return last;
  }

  it('sends less than 5 % more than the file, and ends with the very bytes', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const from = Math.floor((SIZE * kill) / KILLS);
      const last = await live(randomInt(from + 1, from + Math.floor((SIZE * 0.9) / KILLS)));
      assert.ok(Number(last) < SIZE, last);
    }
    assert.equal(await live(Infinity), hash);
    const sent = [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0);
    const told = `${sent} bytes over the wire for a file of ${SIZE}`;
    if (process.env['INPUT_BYTES'] !== undefined) console.log(told);
    assert.ok(sent >= SIZE && sent < MAX_SENT, told);
  });
});
