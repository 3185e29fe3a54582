import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import type { Clock } from '../../../src/base/abort.ts';
import { CancelledError } from '../../../src/base/errors.ts';
import type { Engine } from '../../../src/docker/engine.ts';
import {
  type NotebookLogLine,
  type NotebookRequest,
  type NotebookResult,
  runNotebook,
} from '../../../src/docker/notebook-runner.ts';
import { IMAGE, ownLabels, realEngine } from './real-engine.ts';

const labels = ownLabels();
let engine: Engine;

/** The text of a notebook with these cells of code. */
function notebook(...cells: readonly string[]): string {
  return JSON.stringify({
    cells: cells.map((source, index) => ({
      id: `cell-${index}`,
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

interface Rehearsed {
  readonly result: NotebookResult;
  readonly heard: readonly NotebookLogLine[];
  readonly stdout: string;
  readonly stderr: string;
  readonly working: readonly string[];
}

async function run(source: string, more: Partial<NotebookRequest> = {}): Promise<Rehearsed> {
  const heard: NotebookLogLine[] = [];
  const working: string[] = [];
  const takeWorking = async (tar: Readable): Promise<void> => {
    for await (const entry of tar.pipe(extract())) {
      working.push(entry.header.name);
      entry.resume();
    }
  };
  const request = {
    image: IMAGE,
    source,
    mounts: [],
    environment: {},
    network: 'none' as const,
    ...more,
  };
  const onLog = (line: NotebookLogLine): void => void heard.push(line);
  const result = await runNotebook(engine, request, { onLog, takeWorking });
  const textOf = (stream: string): string =>
    heard.flatMap((line) => (line.stream === stream ? [line.text] : [])).join('');
  return { result, heard, working, stdout: textOf('stdout'), stderr: textOf('stderr') };
}

describe('a notebook in the real engine', function () {
  this.timeout(120_000);
  before(async () => {
    engine = await realEngine(labels);
  });
  afterEach(async () => {
    assert.equal(await engine.container.remove(labels), 0, 'a container was left');
  });

  it('runs in /kaggle/working and gives log, files and the executed notebook', async () => {
    const { result, stdout, stderr, working } = await run(
      notebook(
        'print("Grüße", end=" "); print("😀"); import sys; print("oops", file=sys.stderr)',
        '!pwd',
        'import subprocess; subprocess.run(["echo", "from a child"], check=True)',
        'open("submission.csv", "w").write("id\\n"); 6 * 7',
      ),
    );
    assert.equal(result.state, 'complete');
    assert.equal(result.error, undefined);
    assert.equal(stdout.replaceAll('\r', ''), 'Grüße 😀\n/kaggle/working\nfrom a child\n');
    assert.equal(stderr, 'oops\n');
    assert.ok(working.includes('working/submission.csv'));
    assert.match(result.executed ?? '', /"42"/);
    assert.ok(result.seconds > 0);
  });

  it('stops at the failing cell and keeps what it said', async () => {
    const { result, stdout, stderr } = await run(
      notebook('print("first")', 'print("before"); raise ValueError("bad data")', 'print("never")'),
    );
    assert.equal(result.state, 'error');
    assert.deepEqual(result.error, { name: 'ValueError', message: 'bad data', cell: 1 });
    assert.equal(stdout, 'first\nbefore\n');
    assert.match(stderr, /ValueError.*bad data/s);
    assert.match(result.executed ?? '', /"before\\n"/);
  });

  it('is not failed by a failing !command, as on Kaggle, but by an assertion after it', async () => {
    assert.equal((await run(notebook('!false'))).result.state, 'complete');
    const { result } = await run(notebook('!false', 'assert _exit_code == 0'));
    assert.deepEqual([result.state, result.error?.name, result.error?.cell], ['error', 'AssertionError', 1]);
  });

  it('tells of output while it still runs', async () => {
    const cancel = new AbortController();
    const source = notebook('import time; print("alive", flush=True); time.sleep(1000)');
    const request = { image: IMAGE, source, mounts: [], environment: {}, network: 'none' as const };
    const onLog = ({ text }: NotebookLogLine): void => {
      if (text === 'alive\n') cancel.abort();
    };
    await assert.rejects(
      runNotebook(engine.bound({ signal: cancel.signal }), request, { onLog }),
      CancelledError,
    );
  });

  it('ends at its time limit', async () => {
    const heard: string[] = [];
    let wake = (): void => undefined;
    const clock: Clock = {
      now: () => Date.now(),
      sleep: () => new Promise((resolve) => (wake = resolve)),
    };
    const source = notebook('import time; print("slow", flush=True); time.sleep(1000)');
    const request = { image: IMAGE, source, mounts: [], environment: {}, network: 'none' as const };
    const onLog = ({ text }: NotebookLogLine): void => {
      heard.push(text);
      wake();
    };
    const result = await runNotebook(engine, { ...request, timeoutSeconds: 60 }, { onLog }, clock);
    assert.equal(result.state, 'timeout');
    assert.ok(result.seconds > 0);
    assert.deepEqual(heard, ['slow\n']);
  });

  it('says that memory ran out, of the kernel and of a program that it started', async () => {
    const hog = 'x = b"a" * 900_000_000';
    const limit = { memoryBytes: 400_000_000 };
    assert.equal((await run(notebook(hog), limit)).result.state, 'out-of-memory');
    const child = `import subprocess; subprocess.run(["python3", "-c", ${JSON.stringify(hog)}], check=True)`;
    const { result } = await run(notebook(child), limit);
    assert.equal(result.state, 'out-of-memory');
    assert.equal(result.error?.name, 'CalledProcessError');
  });

  it('says that the kernel died', async () => {
    const { result, stderr } = await run(notebook('import os; os._exit(3)', 'print("never")'));
    assert.deepEqual([result.state, result.error?.name, result.error?.cell], ['error', 'DeadKernelError', 0]);
    assert.match(stderr, /DeadKernelError/);
  });

  it('says that a text is no notebook', async () => {
    const { result } = await run('{"cells": 3}');
    assert.equal(result.state, 'error');
    assert.equal(result.error?.cell, undefined);
  });

  it('says that an image cannot run notebooks', async () => {
    // Without this folder of Debian's the image has no nbclient.
    const environment = { PYTHONPATH: '/nowhere', PYTHONSAFEPATH: '1', PYTHONHOME: '/nowhere' };
    const { result } = await run(notebook('1'), { environment });
    assert.equal(result.state, 'runner-failed');
    assert.ok((result.error?.message ?? '').length > 0);
  });

  it('delivers whole lines, many and long ones', async () => {
    const { result, stdout, heard } = await run(
      notebook(
        'for i in range(100_000): print(i)',
        'print("\\x01😀" * 100_000)',
        'print("no line end", end="")',
        'print("x")',
      ),
    );
    assert.equal(result.state, 'complete');
    const lines = stdout.split('\n');
    assert.deepEqual(lines.slice(0, 3), ['0', '1', '2']);
    assert.equal(lines[99_999], '99999');
    assert.equal(lines[100_000], '\x01😀'.repeat(100_000));
    const numbers = heard.filter(({ text }) => /^\d/.test(text));
    assert.ok(numbers.every(({ text }) => text.endsWith('\n')));
    assert.ok(heard.some(({ text }) => text === 'no line end'));
  });

  it('runs a program afterwards, unless the notebook failed, and does not mind how it ends', async () => {
    const afterwards = "print('checked', flush=True)\nraise SystemExit(3)";
    const { result, stdout } = await run(notebook("print('ran')"), { afterwards });
    assert.equal(result.state, 'complete');
    assert.equal(stdout, 'ran\nchecked\n');
    const failed = await run(notebook('1 / 0'), { afterwards });
    assert.equal(failed.result.state, 'error');
    assert.doesNotMatch(failed.stdout, /checked/);
  });
});
