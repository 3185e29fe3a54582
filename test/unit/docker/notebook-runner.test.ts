import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Clock } from '../../../src/base/abort.ts';
import { CancelledError } from '../../../src/base/errors.ts';
import type { Container, ContainerSpec, Engine, ExitState } from '../../../src/docker/engine.ts';
import type { NotebookLogLine } from '../../../src/docker/notebook-log.ts';
import { type NotebookRequest, runNotebook } from '../../../src/docker/notebook-runner.ts';
import { NEVER } from '../../support/docker-link.ts';
import { playedEngine } from '../../support/played-engine.ts';

const REQUEST: NotebookRequest = {
  image: 'kaggle/python:1',
  source: '{"cells":[]}',
  mounts: [{ volume: 'data', target: '/kaggle/input/x', readOnly: true }],
  environment: { A: '1' },
  network: 'none',
  memoryBytes: 1e9,
};

/** What the container prints, how it ends, and what is in it then. */
interface Play {
  readonly lines?: readonly (readonly [stream: 'stdout' | 'stderr', line: string])[];
  readonly exit?: Partial<ExitState>;
  readonly executed?: string;
  /** The container never ends by itself. */
  readonly hangs?: boolean;
}

function tarOf(name: string, content: string): Readable {
  const archive = pack();
  archive.entry({ name }, content);
  archive.finalize();
  return Readable.from(archive);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(new CancelledError());
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail);
  });
}

/** An engine whose only container plays its part. The runner uses nothing else of an engine. */
function playEngine(
  play: Play,
  signal = NEVER,
  files: string[] = [],
  created: ContainerSpec[] = [],
): Engine & { readonly files: string[]; readonly created: ContainerSpec[] } {
  const container: Partial<Engine['container']> = {
    use: (spec, work) => {
      created.push(spec);
      return Promise.race([aborted(signal), work(containerThat(play, files, signal))]);
    },
  };
  return {
    ...playedEngine(() => ({}), { container }),
    files,
    created,
    signal,
    bound: (binding) => playEngine(play, binding.signal ?? signal, files, created),
  };
}

function containerThat(play: Play, files: string[], signal: AbortSignal): Container {
  return {
    id: 'c1',
    putArchive: async (_folder, tar) => {
      files.push(Buffer.concat(await tar.toArray()).toString());
    },
    has: () => Promise.resolve(play.executed !== undefined),
    getArchive: (path) =>
      Promise.resolve(
        path.endsWith('.ipynb')
          ? tarOf('executed.ipynb', play.executed ?? '')
          : tarOf('working/submission.csv', 'id\n'),
      ),
    run: (output) => {
      for (const [stream, line] of play.lines ?? []) output?.onLine?.(stream, line);
      return play.hangs === true
        ? aborted(signal)
        : Promise.resolve({ exitCode: 0, outOfMemory: false, ...play.exit });
    },
  };
}

/** A clock whose sleepers wake when the test says so. */
function handClock(): Clock & { readonly sleeps: number[]; wake: () => void } {
  const clock = {
    time: 1000,
    sleeps: [] as number[],
    wake: (): void => undefined,
    now: () => clock.time,
    sleep: (ms: number, signal: AbortSignal): Promise<void> => {
      clock.sleeps.push(ms);
      const woken = new Promise<void>((resolve) => {
        clock.wake = () => {
          clock.time += ms;
          resolve();
        };
      });
      return Promise.race([woken, aborted(signal)]);
    },
  };
  return clock;
}

async function run(play: Play, request = REQUEST) {
  const heard: NotebookLogLine[] = [];
  const engine = playEngine(play);
  const working: string[] = [];
  const output = {
    onLog: (line: NotebookLogLine) => void heard.push(line),
    takeWorking: async (tar: Readable): Promise<void> => {
      working.push(
        Buffer.concat(await tar.toArray())
          .subarray(0, 22)
          .toString(),
      );
    },
  };
  const result = await runNotebook(engine, request, output, handClock());
  return { result, heard, working, engine };
}

const entry = (stream: string, time: number, data: string): readonly ['stdout', string] => [
  'stdout',
  JSON.stringify({ stream_name: stream, time, data }),
];
const ending = (result: object): readonly ['stdout', string] => ['stdout', JSON.stringify({ result })];
const failure = { name: 'ValueError', message: 'bad', cell: 2 };

describe('runNotebook', () => {
  it('runs the script and the notebook in /kaggle/working, with all that was asked for', async () => {
    const { source: _source, ...asked } = REQUEST;
    const createdFor = async (request: NotebookRequest): Promise<ContainerSpec | undefined> =>
      (await run({ lines: [ending({ state: 'complete' })] }, request)).engine.created[0];
    assert.deepEqual(await createdFor({ ...REQUEST, timeoutSeconds: 5 }), {
      ...asked,
      command: [
        'python3',
        '/kaggle/src/run-notebook.py',
        '/kaggle/src/notebook.ipynb',
        '/kaggle/src/executed.ipynb',
      ],
      installs: false,
      workingFolder: '/kaggle/working',
    });
    assert.equal((await createdFor({ ...REQUEST, network: 'bridge' }))?.installs, true, 'with internet');
  });

  it('runs what is to run afterwards without counting its time', async () => {
    const request = { ...REQUEST, afterwards: 'print(1)', timeoutSeconds: 5 };
    const play: Play = {
      lines: [ending({ state: 'complete' }), entry('stdout', 9, 'checked\n')],
      exit: { outOfMemory: true },
    };
    const { result, heard, engine } = await run(play, request);
    assert.equal(result.state, 'complete');
    assert.deepEqual(
      heard.map(({ text }) => text),
      ['checked\n'],
    );
    assert.match(engine.files.join(''), /afterwards\.py[^]*print\(1\)/);
    assert.equal(engine.created[0]?.command.at(-1), '/kaggle/src/afterwards.py');
    assert.ok(!('afterwards' in engine.created[0]));
  });

  it('puts both files there', async () => {
    const { engine } = await run({ lines: [ending({ state: 'complete' })] });
    assert.match(
      engine.files.join(''),
      /kaggle\/src\/run-notebook\.py.*kaggle\/src\/notebook\.ipynb.*"cells"/s,
    );
  });

  it('tells the log as it comes', async () => {
    const { result, heard } = await run({
      lines: [entry('stdout', 1.5, 'a\nb\n'), entry('stderr', 2, 'c\n'), ending({ state: 'complete' })],
    });
    assert.deepEqual(heard, [
      { stream: 'stdout', seconds: 1.5, text: 'a\nb\n' },
      { stream: 'stderr', seconds: 2, text: 'c\n' },
    ]);
    assert.equal(result.state, 'complete');
  });

  it('takes what is not of the script for output', async () => {
    const { heard } = await run({
      lines: [
        ['stderr', 'warning'],
        ['stdout', 'stray'],
        ['stdout', '{"stream_name":"x"}'],
        ending({ state: 'complete' }),
      ],
    });
    assert.deepEqual(
      heard.map(({ stream, text }) => [stream, text]),
      [
        ['stderr', 'warning\n'],
        ['stdout', 'stray\n'],
        ['stdout', '{"stream_name":"x"}\n'],
      ],
    );
  });

  it('gives the failing cell, the executed notebook and the working folder', async () => {
    const { result, working } = await run({
      lines: [ending({ state: 'error', error: failure })],
      exit: { exitCode: 1 },
      executed: '{"cells":[1]}',
    });
    assert.equal(result.state, 'error');
    assert.deepEqual(result.error, failure);
    assert.equal(result.executed, '{"cells":[1]}');
    assert.deepEqual(working, ['working/submission.csv']);
  });

  it('tells memory from an error of its own, also when the script itself was killed', async () => {
    const killed = { exitCode: 137, outOfMemory: true };
    assert.equal((await run({ exit: killed })).result.state, 'out-of-memory');
    const error = { name: 'DeadKernelError', message: 'Kernel died', cell: 0 };
    const { result } = await run({
      lines: [ending({ state: 'error', error })],
      exit: { exitCode: 1, outOfMemory: true },
    });
    assert.equal(result.state, 'out-of-memory');
    assert.deepEqual(result.error, error);
  });

  it('lets a notebook pass that got over the death of a program', async () => {
    const { result } = await run({ lines: [ending({ state: 'complete' })], exit: { outOfMemory: true } });
    assert.equal(result.state, 'complete');
  });

  it('says that the image cannot run notebooks, in its last words', async () => {
    const lines = [['stderr', "ModuleNotFoundError: No module named 'nbclient'"]] as const;
    const { result } = await run({ lines, exit: { exitCode: 1 } });
    assert.equal(result.state, 'runner-failed');
    assert.match(result.error?.message ?? '', /No module named 'nbclient'/);
    assert.match((await run({ exit: { exitCode: 127 } })).result.error?.message ?? '', /127/);
  });

  it('ends a run that takes too long', async () => {
    const clock = handClock();
    const engine = playEngine({ lines: [entry('stdout', 1, 'slow\n')], hangs: true });
    const onLog = (): void => void setImmediate(clock.wake);
    const result = await runNotebook(engine, { ...REQUEST, timeoutSeconds: 60 }, { onLog }, clock);
    assert.deepEqual(clock.sleeps, [60_000]);
    assert.equal(result.state, 'timeout');
    assert.equal(result.seconds, 60);
    assert.equal(result.executed, undefined);
  });

  it('does not take being cancelled for taking too long', async () => {
    const cancel = new AbortController();
    const engine = playEngine({ lines: [entry('stdout', 1, 'x\n')], hangs: true });
    const onLog = (): void => void setImmediate(() => cancel.abort());
    const request = { ...REQUEST, timeoutSeconds: 60 };
    await assert.rejects(
      runNotebook(engine.bound({ signal: cancel.signal }), request, { onLog }, handClock()),
      CancelledError,
    );
  });
});
