import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { pack } from 'tar-stream';
import type { Clock } from '../../../src/base/abort.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { NotebookRequest, NotebookResult } from '../../../src/docker/notebook-runner.ts';
import type { NotebookRunner } from '../../../src/docker/notebook-runner.ts';
import { type Sandbox, type SandboxInit, startSandbox } from '../../../src/sandbox/start.ts';
import { afterEach } from '../../support/hooks.ts';
import { tempFolder } from '../../support/temp.ts';
import { FakeEngine } from './fake-engine.ts';

/** Noon, so that "tomorrow" is twelve hours away. */
export const START = Date.parse('2026-03-02T12:00:00Z');

class FakeClock implements Clock {
  constructor(public time = START) {}
  now(): number {
    return this.time;
  }
  sleep(ms: number): Promise<void> {
    this.time += ms;
    return Promise.resolve();
  }
}

/** What a stand-in notebook sees and does. */
export interface FakeRun {
  readonly request: NotebookRequest;
  /** Input files by absolute path. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly log: (text: string, stream?: 'stdout' | 'stderr') => void;
  readonly signal: AbortSignal;
}

export interface FakeEnding {
  readonly state?: NotebookResult['state'];
  /** Files in /kaggle/working. */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly message?: string;
}

/** A sandbox whose notebooks are functions of the test, on a clock of the test. */
export interface Bench {
  readonly clock: FakeClock;
  readonly engine: FakeEngine;
  readonly folder: string;
  readonly competitionFolder: string;
  sandbox: Sandbox;
  /** Runs instead of every notebook. */
  notebook: (run: FakeRun) => Promise<FakeEnding> | FakeEnding;
  /** Closes the sandbox and starts another one on the same folder. */
  readonly restart: () => Promise<void>;
  /** Calls a method such as `datasets.DatasetApiService/GetDataset`; gives its answer, which must be a 200. */
  readonly call: (method: string, body?: object) => Promise<Record<string, unknown>>;
  /** The same for a call that is refused: status and error. */
  readonly refused: (method: string, body?: object) => Promise<Refusal>;
  readonly post: (method: string, body: unknown, init?: RequestInit) => Promise<Response>;
  readonly authorization: () => Record<string, string>;
}

export interface Refusal {
  readonly http: number;
  readonly code: number;
  readonly message: string;
  readonly status: string;
}

export const USER = 'sandbox-user';
export const COMPETITION = 'toy-cup';

export const COMPETITION_FILES: Readonly<Record<string, string>> = {
  'competition.json': JSON.stringify({
    slug: COMPETITION,
    title: 'Toy cup',
    description: 'Guess the heights.',
    metric: 'rmse',
    deadline: '2026-04-01T00:00:00Z',
    maxDailySubmissions: 2,
    idColumn: 'id',
    targetColumn: 'height',
    timeLimitMinutes: 30,
  }),
  'public/train.csv': 'id,height\n1,2.5\n',
  'public/test.csv': 'id\n10\n',
  'public/images/a.txt': 'picture a',
  'public/images/deep/b.txt': 'picture b',
  'public/sample_submission.csv': 'id,height\n10,0\n',
  'hidden/test.csv': 'id\n10\n11\n12\n',
  'hidden/sample_submission.csv': 'id,height\n10,0\n11,0\n12,0\n',
  'hidden/solution.csv': 'id,height,Usage\n10,1,Public\n11,2,Public\n12,3,Private\n',
};

/** Stands in until the sandbox has started. */
const NOT_STARTED: Sandbox = {
  url: '',
  page: '',
  credentials: { username: '', key: '', token: '' },
  faults: {
    add: () => assert.fail('not started'),
    list: () => [],
    clear: () => 0,
  },
  openOnce: (address) => address,
  close: () => Promise.resolve(),
};

const running: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

export async function startBench(
  options: Partial<
    Pick<
      SandboxInit,
      | 'readyDelayMs'
      | 'layout'
      | 'port'
      | 'published'
      | 'engine'
      | 'image'
      | 'runNotebook'
      | 'faults'
      | 'username'
    >
  > & {
    readonly competition?: Readonly<Record<string, string>>;
    /** A second one. */
    readonly otherCompetition?: Readonly<Record<string, string>>;
  } = {},
): Promise<Bench> {
  const { competition = COMPETITION_FILES, otherCompetition, ...init } = options;
  const folder = await tempFolder();
  const competitionFolder = await tempFolder(competition);
  const others = otherCompetition === undefined ? [] : [await tempFolder(otherCompetition)];
  const clock = new FakeClock();
  const engine = new FakeEngine();
  const start = async (): Promise<Sandbox> => {
    const sandbox = await startSandbox({
      folder: join(folder, 'kaggle'),
      engine: () => Promise.resolve(engine),
      image: 'fake-image',
      competitions: [competitionFolder, ...others],
      clock,
      readyDelayMs: 0,
      layout: 'namespaced',
      logger: silentLogger,
      runNotebook: fakeRunner(bench, engine),
      ...init,
    });
    running.push(sandbox);
    return sandbox;
  };
  const bench: Bench = {
    clock,
    engine,
    folder: join(folder, 'kaggle'),
    competitionFolder,
    notebook: () => ({ outputs: { 'submission.csv': 'id,height\n10,1\n' } }),
    sandbox: NOT_STARTED,
    restart: async () => {
      await bench.sandbox.close();
      bench.sandbox = await start();
    },
    authorization: () => basic(bench.sandbox.credentials),
    post: (method, body, { headers, ...rest } = {}) =>
      fetch(`${bench.sandbox.url}/v1/${method}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'Content-Type': 'application/json', ...bench.authorization(), ...(headers as object) },
        body: JSON.stringify(body),
        ...rest,
      }),
    call: async (method, body = {}) => {
      const response = await bench.post(method, body);
      const text = await response.text();
      assert.equal(response.status, 200, `${method}: ${text}`);
      return record(JSON.parse(text));
    },
    refused: async (method, body = {}) => await refusalOf(await bench.post(method, body)),
  };
  bench.sandbox = await start();
  return bench;
}

export function basic({ username, key }: { username: string; key: string }): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}` };
}

/** Reads the RPC error shape and asserts that it is whole. */
export async function refusalOf(response: Response): Promise<Refusal> {
  const { error } = (await response.json()) as { error: { code: number; message: string; status: string } };
  assert.deepEqual(Object.keys(error), ['code', 'message', 'status']);
  assert.equal(error.code, response.status);
  return { http: response.status, ...error };
}

export function record(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), 'an object');
  return value as Record<string, unknown>;
}

export function list(value: unknown): Record<string, unknown>[] {
  assert.ok(Array.isArray(value), 'a list');
  return value.map(record);
}

function fakeRunner(bench: Bench, engine: FakeEngine): NotebookRunner {
  return async ({ signal }, request, output) => {
    const log = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): void =>
      output.onLog({ stream, seconds: 1.5, text });
    const inputs = engine.filesAt(request.mounts ?? []);
    const {
      state = 'complete',
      outputs = {},
      message,
    } = await bench.notebook({ request, inputs, log, signal });
    if (state !== 'timeout') await output.takeWorking?.(Readable.from([await workingTar(outputs)]));
    const error = message === undefined ? {} : { error: { name: 'Error', message, cell: undefined } };
    return {
      state,
      ...error,
      executed: state === 'timeout' ? undefined : '{"cells":[]}',
      seconds: 2,
      log: [],
    };
  };
}

function workingTar(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return tarOf({ 'working/': undefined, ...prefixed(files) });
}

function prefixed(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`working/${name}`, text]));
}

/** A tar; undefined makes a folder, `-> target` a symbolic link. */
export async function tarOf(files: Readonly<Record<string, string | undefined>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) archive.entry({ name, type: 'directory' });
    else if (text.startsWith('-> ')) archive.entry({ name, type: 'symlink', linkname: text.slice(3) });
    else archive.entry({ name, mode: 0o755 }, text);
  }
  archive.finalize();
  return await buffer(archive);
}

/** Asks until the answer is the wanted one; what is waited for goes on by itself and needs no clock of the test. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await pause(Math.min(100, 2 + tries));
  }
  throw new Error(`It never came: ${JSON.stringify(await ask())}`);
}

/** Lets the next notebooks run until the function that this returns is called; it may be called before they begin. */
export function holdNotebooks(
  bench: Bench,
  say: (log: FakeRun['log']) => void,
  ending: FakeEnding = {},
): () => void {
  let finish = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  bench.notebook = async ({ log }) => {
    say(log);
    await held;
    return ending;
  };
  return finish;
}

export function untilStatus(
  bench: Bench,
  slug: string,
  wanted: readonly string[],
  userName = USER,
): Promise<string> {
  const ask = async (): Promise<string> => {
    const body = { userName, kernelSlug: slug };
    return String((await bench.call('kernels.KernelsApiService/GetKernelSessionStatus', body))['status']);
  };
  return until(ask, (status) => wanted.includes(status));
}

export async function untilScored(bench: Bench, ref: unknown): Promise<Record<string, unknown>> {
  return await until(
    () => bench.call('competitions.CompetitionApiService/GetSubmission', { ref }),
    ({ status }) => status !== 'PENDING',
  );
}

/** Uploads a file in one PUT and gives its token. */
export async function upload(bench: Bench, name: string, content: string | Buffer): Promise<string> {
  const bytes = Buffer.from(content as string);
  const started = await bench.call('blobs.BlobApiService/StartBlobUpload', {
    type: 'DATASET',
    name,
    contentLength: bytes.length,
    lastModifiedEpochSeconds: 1795385957,
  });
  const response = await fetch(String(started['createUrl']), { method: 'PUT', body: new Uint8Array(bytes) });
  assert.equal(response.status, 200);
  return String(started['token']);
}

/** Makes a private dataset with these files and waits until it is processed. */
export async function makeDataset(
  bench: Bench,
  slug: string,
  files: Readonly<Record<string, string | Buffer>>,
  ownerSlug = USER,
): Promise<Record<string, unknown>> {
  const tokens: { token: string }[] = [];
  for (const [name, content] of Object.entries(files))
    tokens.push({ token: await upload(bench, name, content) });
  const body = { ownerSlug, slug, title: slug, licenseName: 'CC0-1.0', isPrivate: true, files: tokens };
  const answer = await bench.call('datasets.DatasetApiService/CreateDataset', body);
  assert.equal(answer['status'], 'ok');
  await untilDataset(bench, slug, ['READY', 'FAILED'], ownerSlug);
  return answer;
}

export function untilDataset(
  bench: Bench,
  slug: string,
  wanted: readonly string[],
  ownerSlug = USER,
): Promise<string> {
  const body = { ownerSlug, datasetSlug: slug };
  const ask = async (): Promise<string> =>
    String((await bench.call('datasets.DatasetApiService/GetDatasetStatus', body))['status']);
  return until(ask, (status) => wanted.includes(status));
}

/** Saves a notebook as the official client does. */
export function push(bench: Bench, title: string, more: object = {}): Promise<Record<string, unknown>> {
  return bench.call('kernels.KernelsApiService/SaveKernel', {
    slug: `${USER}/${title.toLowerCase().replaceAll(' ', '-')}`,
    newTitle: title,
    text: '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}',
    language: 'python',
    kernelType: 'notebook',
    isPrivate: true,
    enableGpu: false,
    enableTpu: false,
    enableInternet: false,
    ...more,
  });
}
