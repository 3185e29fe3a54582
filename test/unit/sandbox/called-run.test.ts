import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CancelledError } from '../../../src/base/errors.ts';
import type { Container, ContainerSpec, Engine, EngineBinding } from '../../../src/docker/engine.ts';
import type { NotebookResult } from '../../../src/docker/notebook-runner.ts';
import { runCalled } from '../../../src/sandbox/called-run.ts';
import type { NotebookRunner } from '../../../src/sandbox/execute.ts';

const REQUEST = { image: 'image', source: '{}', mounts: [], network: 'none' as const, memoryBytes: 1e9 };
const FILES = ['test.csv', 'kaggle_evaluation/core/base_gateway.py', 'kaggle_evaluation/tides_gateway.py'];
const MOUNTS = [
  { volume: 'folders', target: '/kaggle/input', readOnly: true },
  { volume: 'hidden', target: '/kaggle/input/tides', readOnly: true },
];

const ended = (state: NotebookResult['state']): NotebookResult => ({
  state,
  executed: undefined,
  seconds: 1,
});

/** Rejects when the signal is aborted, as the engine's calls do. */
function cancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, fail) => {
    if (signal.aborted) fail(new CancelledError());
    signal.addEventListener('abort', () => fail(new CancelledError()));
  });
}

interface Played {
  /** How long the gateway takes: for ever, or until now. */
  readonly gateway?: 'waits' | 'ends' | 'is lost';
  readonly notebook?: (signal: AbortSignal) => Promise<NotebookResult>;
  readonly files?: readonly string[];
  readonly signal?: AbortSignal;
}

async function play({
  gateway = 'ends',
  notebook = cancelled,
  files = FILES,
  signal: outer = new AbortController().signal,
}: Played) {
  const specs: ContainerSpec[] = [];
  const taken: string[] = [];
  const log: string[] = [];
  let isEnded = false;
  const engine = (signal: AbortSignal): Engine =>
    ({
      signal,
      bound: (binding: EngineBinding) => engine(binding.signal ?? signal),
      container: {
        use: async (spec: ContainerSpec, work: (container: Container) => Promise<unknown>) => {
          specs.push(spec);
          const run: Container['run'] = async (output) => {
            output?.onLine?.('stdout', 'calling');
            if (gateway === 'is lost') throw new Error('no engine');
            if (gateway === 'waits') await cancelled(signal);
            return { exitCode: 0, outOfMemory: false };
          };
          return await work({
            id: 'gateway',
            run,
            getArchive: () => Promise.resolve(Readable.from(['left'])),
          } as unknown as Container);
        },
      },
    }) as unknown as Engine;
  const runNotebook: NotebookRunner = async ({ signal }, request, output) => {
    assert.deepEqual(request.hosts, { inference_server: '127.0.0.1' });
    output.onStarted?.('server');
    return await notebook(signal).finally(() => (isEnded = true));
  };
  const inputs = { mounts: MOUNTS, files: files.map((name) => ({ name })), runNotebook };
  const takeWorking = async (tar: Readable): Promise<void> => void taken.push(await text(tar));
  const output = { onLog: (line: { readonly text: string }) => log.push(line.text), takeWorking };
  const result = await runCalled(engine(outer), REQUEST, inputs, output);
  return { result, specs, taken, log, isEnded };
}

describe('the rerun of a notebook that is called', () => {
  it('has the gateway in the notebook’s network, with the hidden data, and ends with it', async () => {
    const { result, specs, taken, log, isEnded } = await play({});
    assert.deepEqual([result.state, taken, isEnded], ['complete', ['left'], true]);
    const [{ network, mounts, command } = assert.fail()] = specs;
    assert.deepEqual(network, { of: 'server' });
    assert.deepEqual(mounts, MOUNTS);
    assert.equal(command.at(-1), '/kaggle/input/tides/kaggle_evaluation/tides_gateway.py');
    assert.deepEqual(log, ['[gateway] calling\n']);
  });

  it('ends the gateway where the notebook fails, and takes nothing of it', async () => {
    const { result, taken } = await play({
      gateway: 'waits',
      notebook: () => Promise.resolve(ended('error')),
    });
    assert.deepEqual([result.state, taken], ['error', []]);
  });

  it('is an error where the engine loses the gateway, or the competition has none', async () => {
    await assert.rejects(play({ gateway: 'is lost' }), /no engine/);
    await assert.rejects(play({ files: FILES.slice(0, 2) }), /no gateway/);
  });

  it('is cancelled with its engine', async () => {
    const stop = new AbortController();
    const playing = play({ gateway: 'waits', signal: stop.signal });
    stop.abort();
    await assert.rejects(playing, CancelledError);
  });
});
