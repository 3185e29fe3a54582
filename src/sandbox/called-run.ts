import { isCancelled } from '../base/errors.ts';
import type { Engine, VolumeMount } from '../docker/engine.ts';
import type { NotebookOutput, NotebookRequest, NotebookResult } from '../docker/notebook-runner.ts';
import type { DataFile } from './competition.ts';
import type { NotebookRunner } from './execute.ts';

/** What the gateway's container has, and the notebook's has not. */
export interface GatewayInputs {
  /** The competition's folder with the hidden data, as the last. */
  readonly mounts: readonly VolumeMount[];
  /** Of the competition, by which its gateway is found. */
  readonly files: readonly Pick<DataFile, 'name'>[];
}

/** The program of a competition that calls; `core/` has what all have in common. */
const GATEWAY = /(?:^|\/)kaggle_evaluation\/(?!core\/)(?:[^/]+\/)?[^/]+_gateway\.py$/;
/** Kaggle's gateways look for the notebook under this name. */
const SERVER_HOST = 'inference_server';
const WORKING = '/kaggle/working';

/**
 * The scoring rerun of a notebook that is called: the gateway in a container of its own, in the network of the notebook's,
 * where nothing else is. The notebook waits for calls until the gateway has ended; then it is ended too. What the gateway
 * leaves is the result. `complete` means that the gateway came to its end, or the notebook did without it.
 */
export async function runCalled(
  engine: Engine,
  request: NotebookRequest,
  gateway: GatewayInputs & { readonly runNotebook: NotebookRunner },
  { onLog, takeWorking }: NotebookOutput,
): Promise<NotebookResult> {
  const over = new AbortController();
  const left = new AbortController();
  const started = Date.now();
  let calling: Promise<boolean> = Promise.resolve(false);
  const notebook = engine.bound({ signal: AbortSignal.any([engine.signal, over.signal]) });
  const onStarted = (id: string): void => {
    const bound = engine.bound({ signal: AbortSignal.any([engine.signal, left.signal]) });
    calling = runGateway(bound, request, { ...gateway, id }, { onLog, ...(takeWorking && { takeWorking }) });
    calling.then(
      () => over.abort(),
      () => over.abort(),
    );
  };
  const hosts = { [SERVER_HOST]: '127.0.0.1' };
  try {
    const result = await gateway.runNotebook(notebook, { ...request, hosts }, { onLog, onStarted });
    left.abort();
    await calling.catch(() => undefined);
    return result;
  } catch (error) {
    if (!isCancelled(error) || engine.signal.aborted) throw error;
    await calling;
    return { state: 'complete', executed: undefined, seconds: (Date.now() - started) / 1000 };
  } finally {
    left.abort();
  }
}

async function runGateway(
  engine: Engine,
  { image, environment, memoryBytes, cpus }: NotebookRequest,
  { mounts, files, id }: GatewayInputs & { readonly id: string },
  { onLog, takeWorking }: NotebookOutput,
): Promise<boolean> {
  const name = files.find((file) => GATEWAY.test(file.name))?.name;
  const folder = mounts.at(-1)?.target ?? '';
  if (name === undefined) throw new Error('The competition has no gateway in its kaggle_evaluation.');
  const started = Date.now();
  const spec = {
    image,
    command: ['python3', '-B', `${folder}/${name}`],
    mounts,
    network: { of: id },
    workingFolder: WORKING,
    ...(environment && { environment }),
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(cpus !== undefined && { cpus }),
  };
  return await engine.container.use(spec, async (container) => {
    await container.run({
      onLine: (stream, line) =>
        onLog({ stream, seconds: (Date.now() - started) / 1000, text: `[gateway] ${line}\n` }),
    });
    const archive = await container.getArchive(WORKING);
    try {
      await takeWorking?.(archive);
    } finally {
      archive.destroy();
    }
    return true;
  });
}
