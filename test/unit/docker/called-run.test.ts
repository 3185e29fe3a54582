import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CancelledError } from '../../../src/base/errors.ts';
import type { Container, ContainerSpec, Engine, EngineBinding } from '../../../src/docker/engine.ts';
import { gatewayAmong, runCalled } from '../../../src/docker/called-run.ts';
import type { NotebookResult, NotebookRunner } from '../../../src/docker/notebook-runner.ts';

const REQUEST = { image: 'image', source: '{}', mounts: [], network: 'none' as const, memoryBytes: 1e9 };
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
  readonly signal?: AbortSignal;
}

async function play({
  gateway = 'ends',
  notebook = cancelled,
  signal: outer = new AbortController().signal,
}: Played) {
  const specs: ContainerSpec[] = [];
  const taken: string[] = [];
  const log: string[] = [];
  const volumes: string[] = [];
  let isEnded = false;
  const engine = (signal: AbortSignal): Engine =>
    ({
      signal,
      bound: (binding: EngineBinding) => engine(binding.signal ?? signal),
      volume: {
        ensure: (name: string) => Promise.resolve(void volumes.push(`made ${name}`)),
        remove: (name: string) => Promise.resolve(void volumes.push(`removed ${name}`)),
      },
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
  const inputs = { mounts: MOUNTS, command: ['call'], runNotebook };
  const takeWorking = async (tar: Readable): Promise<void> => void taken.push(await text(tar));
  const output = {
    onLog: () => undefined,
    onGatewayLine: (_: string, line: string) => void log.push(line),
    takeWorking,
  };
  const result = await runCalled(engine(outer), REQUEST, inputs, output);
  return { result, specs, taken, log, volumes, isEnded };
}

describe('the rerun of a notebook that is called', () => {
  it('has the gateway in the notebook’s network, with the hidden data, and ends with it', async () => {
    const { result, specs, taken, log, volumes, isEnded } = await play({});
    assert.deepEqual([result.state, taken, isEnded], ['complete', ['left'], true]);
    const [{ network, mounts, command } = assert.fail()] = specs;
    assert.deepEqual(network, { of: 'server' });
    assert.deepEqual(mounts?.slice(0, -1), MOUNTS);
    const shared = mounts.at(-1);
    assert.deepEqual([shared?.target, shared?.readOnly], ['/kaggle/shared', false]);
    assert.deepEqual(volumes, [`made ${shared?.volume}`, `removed ${shared?.volume}`]);
    assert.deepEqual(command, ['call']);
    assert.deepEqual(log, ['calling']);
  });

  it('ends the gateway where the notebook fails, and takes nothing of it', async () => {
    const { result, taken } = await play({
      gateway: 'waits',
      notebook: () => Promise.resolve(ended('error')),
    });
    assert.deepEqual([result.state, taken], ['error', []]);
  });

  it('is an error where the engine loses the gateway', async () => {
    await assert.rejects(play({ gateway: 'is lost' }), /no engine/);
  });

  it('finds the program of a competition that calls, not what all have in common', () => {
    const names = [
      'test.csv',
      'kaggle_evaluation/core/base_gateway.py',
      'kaggle_evaluation/tides_gateway.py',
    ];
    const files = names.map((name) => ({ name }));
    assert.equal(gatewayAmong(files), 'kaggle_evaluation/tides_gateway.py');
    assert.equal(gatewayAmong(files.slice(0, 2)), undefined);
  });

  it('is cancelled with its engine', async () => {
    const stop = new AbortController();
    const playing = play({ gateway: 'waits', signal: stop.signal });
    stop.abort();
    await assert.rejects(playing, CancelledError);
  });
});
