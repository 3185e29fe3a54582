import { randomUUID } from 'node:crypto';
import { isCancelled } from '../base/errors.ts';
import type { Engine, VolumeMount } from './engine.ts';
import type { NotebookOutput, NotebookRequest, NotebookResult, NotebookRunner } from './notebook-runner.ts';
import { type TarFile, tarOfFiles } from './tar-files.ts';

/** The gateway's container, which has what the notebook's has not. */
export interface GatewayRun {
  /** The competition's folder with the hidden data among them. */
  readonly mounts: readonly VolumeMount[];
  readonly command: readonly string[];
  /** Put into the container before it starts. */
  readonly files?: readonly TarFile[];
}

export interface CalledOutput extends Omit<NotebookOutput, 'onStarted'> {
  /** Called for each line that the gateway prints. */
  readonly onGatewayLine: (stream: 'stdout' | 'stderr', line: string, seconds: number) => void;
}

/** The program of a competition that calls; `core/` has what all have in common. */
const GATEWAY = /(?:^|\/)kaggle_evaluation\/(?!core\/)(?:[^/]+\/)?[^/]+_gateway\.py$/;
/** Kaggle's gateways look for the notebook under this name. */
const SERVER_HOST = 'inference_server';
const WORKING = '/kaggle/working';
/** Where a gateway lays files for the notebook; both may write there. */
const SHARED = '/kaggle/shared';

/** Pure: the gateway's program among a competition's files; undefined where it has none. */
export function gatewayAmong(files: readonly { readonly name: string }[]): string | undefined {
  return files.find(({ name }) => GATEWAY.test(name))?.name;
}

/**
 * The scoring rerun of a notebook that is called: the gateway in a container of its own, in the network of the notebook's,
 * where nothing else is. The notebook waits for calls until the gateway has ended; then it is ended too. What the gateway
 * leaves is the result. `complete` means that the gateway came to its end, or the notebook did without it. The rehearsal
 * and the sandbox both run this.
 */
export async function runCalled(
  engine: Engine,
  request: NotebookRequest,
  gateway: GatewayRun & { readonly runNotebook: NotebookRunner },
  { onLog, takeWorking, onGatewayLine }: CalledOutput,
): Promise<NotebookResult> {
  const over = new AbortController();
  const left = new AbortController();
  const started = Date.now();
  let calling: Promise<void> = Promise.resolve();
  const shared = { volume: `julia-kaggle-shared-${randomUUID()}`, target: SHARED, readOnly: false };
  const notebook = engine.bound({ signal: AbortSignal.any([engine.signal, over.signal]) });
  const onStarted = (id: string): void => {
    const bound = engine.bound({ signal: AbortSignal.any([engine.signal, left.signal]) });
    const run = { ...gateway, mounts: [...gateway.mounts, shared] };
    calling = runGateway(bound, request, run, id, { onGatewayLine, ...(takeWorking && { takeWorking }) });
    calling.then(
      () => over.abort(),
      () => over.abort(),
    );
  };
  const served = {
    ...request,
    mounts: [...(request.mounts ?? []), shared],
    hosts: { [SERVER_HOST]: '127.0.0.1' },
  };
  try {
    await engine.volume.ensure(shared.volume);
    const result = await gateway.runNotebook(notebook, served, { onLog, onStarted });
    left.abort();
    await calling.catch(() => undefined);
    return result;
  } catch (error) {
    if (!isCancelled(error) || engine.signal.aborted) throw error;
    await calling;
    return { state: 'complete', executed: undefined, seconds: (Date.now() - started) / 1000 };
  } finally {
    left.abort();
    await calling.catch(() => undefined);
    await engine.volume.remove(shared.volume);
  }
}

async function runGateway(
  engine: Engine,
  { image, environment, memoryBytes, cpus }: NotebookRequest,
  { mounts, command, files = [] }: GatewayRun,
  server: string,
  { onGatewayLine, takeWorking }: Pick<CalledOutput, 'onGatewayLine' | 'takeWorking'>,
): Promise<void> {
  const started = Date.now();
  const spec = {
    image,
    command,
    mounts,
    network: { of: server },
    workingFolder: WORKING,
    ...(environment && { environment }),
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(cpus !== undefined && { cpus }),
  };
  await engine.container.use(spec, async (container) => {
    if (files.length > 0) await container.putArchive('/', tarOfFiles(files));
    await container.run({
      onLine: (stream, line) => onGatewayLine(stream, line, (Date.now() - started) / 1000),
    });
    const archive = await container.getArchive(WORKING);
    try {
      await takeWorking?.(archive);
    } finally {
      archive.destroy();
    }
  });
}
