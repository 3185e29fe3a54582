import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import esbuild from 'esbuild';
import { systemClock } from '../../../src/base/abort.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start.ts';
import { tempFolder } from '../../support/temp.ts';
import type { UploadOrder, UploadReport } from './programs/upload.ts';

const SIZE = 1_000_000_000;
const KILLS = 3;
const MAX_SENT = 1_050_000_000;
const MAX_MEMORY_BYTES = 200e6;

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

/** Counts what comes in over the connections that servers of this process take. */
class Incoming {
  readonly #sockets = new Set<Socket>();
  readonly #taken = (message: unknown): void => {
    this.#sockets.add((message as { socket: Socket }).socket);
  };

  constructor() {
    subscribe('net.server.socket', this.#taken);
  }

  get bytes(): number {
    return [...this.#sockets].reduce((sum, socket) => sum + socket.bytesRead, 0);
  }

  close(): void {
    unsubscribe('net.server.socket', this.#taken);
  }
}

/** The peak of a process's memory in bytes, as the system counts it; 0 when it is gone. */
function peakMemory({ pid }: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

interface Life {
  readonly there: number;
  /** What was there when it began. */
  readonly resumedAt: number;
  readonly finished: boolean;
  readonly peakBytes: number;
}

describe('an upload of 1 GB that is killed three times', function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let incoming: Incoming;
  let program: string;
  let order: UploadOrder;

  before(async () => {
    const folder = await tempFolder();
    sandbox = await startSandbox({
      folder: join(folder, 'sandbox'),
      engine: () => Promise.reject(new Error('not needed')),
      image: 'none',
      competitions: [],
      clock: systemClock,
      readyDelayMs: 0,
      layout: 'namespaced',
      logger: silentLogger,
    });
    incoming = new Incoming();
    // As the product is shipped: what a test runner needs of memory is not what is measured.
    program = join(folder, 'upload.cjs');
    await esbuild.build({
      entryPoints: [join(import.meta.dirname, 'programs', 'upload.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    const path = join(folder, 'dotjulia');
    const { username, key } = sandbox.credentials;
    order = {
      apiUrl: sandbox.url,
      username,
      key,
      sessionFolder: join(folder, 'uploads'),
      file: { name: 'dotjulia', path, bytes: SIZE, sha256: await writeBigFile(path) },
      slug: 'a-killed-upload',
    };
  });

  after(async () => {
    incoming.close();
    await sandbox.close();
  });

  /** Runs the program, and kills it a moment after it told of `killAt` bytes: in the middle of what comes next. */
  async function live(killAt: number): Promise<Life> {
    const child = spawn(process.execPath, [program, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    let [there, peakBytes, finished] = [0, 0, false];
    let resumedAt: number | undefined;
    let killing: NodeJS.Timeout | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      const report = JSON.parse(line) as UploadReport;
      peakBytes = Math.max(peakBytes, peakMemory(child));
      if ('finished' in report) finished = true;
      else {
        resumedAt ??= report.there - report.crossed;
        there = report.there;
      }
      if (there >= killAt) killing ??= setTimeout(() => child.kill('SIGKILL'), Math.random() * 20);
    }
    clearTimeout(killing);
    const [code, signal] = (await closed) as [number | null, string | null];
    assert.equal(signal ?? code, killAt === Infinity ? 0 : 'SIGKILL');
    return { there, finished, peakBytes, resumedAt: resumedAt ?? 0 };
  }

  it('sends less than 1.05 GB in all, in less than 200 MB of memory, and arrives whole', async () => {
    // Not in the last parts, which may be gone before the signal arrives.
    const killsAt = Array.from({ length: KILLS }, () => Math.random() * 0.97 * SIZE).sort((a, b) => a - b);
    const lives: Life[] = [];
    for (const killAt of [...killsAt, Infinity]) lives.push(await live(killAt));
    const sent = incoming.bytes;
    const told = JSON.stringify({ lives, sent });
    assert.deepEqual(
      lives.map(({ finished }) => finished),
      [false, false, false, true],
      told,
    );
    assert.ok(sent >= SIZE && sent < MAX_SENT, told);
    for (const [index, { resumedAt, peakBytes }] of lives.entries()) {
      assert.ok(resumedAt >= (lives[index - 1]?.there ?? 0), told);
      assert.ok(peakBytes > 0 && peakBytes < MAX_MEMORY_BYTES, told);
    }
    assert.equal(await sha256There(), order.file.sha256);
    assert.deepEqual(await readdir(order.sessionFolder), []);
  });

  /** Of the file as it is downloaded again. */
  async function sha256There(): Promise<string> {
    const { username, key } = sandbox.credentials;
    const answer = await fetch(`${sandbox.url}/v1/datasets.DatasetApiService/DownloadDataset`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}` },
      body: JSON.stringify({ ownerSlug: username, datasetSlug: order.slug, fileName: 'dotjulia' }),
      redirect: 'manual',
    });
    const hash = createHash('sha256');
    const file = await fetch(answer.headers.get('Location') ?? '');
    assert.equal(file.status, 200);
    for await (const chunk of (file.body ?? []) as AsyncIterable<Uint8Array>) hash.update(chunk);
    return hash.digest('hex');
  }
});
