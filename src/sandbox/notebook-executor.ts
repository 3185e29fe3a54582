import type { Readable } from 'node:stream';
import type { Engine, Labels } from '../docker/engine.ts';
import type {
  NotebookLogLine,
  NotebookRequest,
  NotebookResult,
  NotebookRunner,
} from '../docker/notebook-runner.ts';
import { gatewayAmong, type GatewayRun, runCalled } from '../docker/called-run.ts';
import { filesOfTar } from './archive.ts';
import type { BlobStore } from './blob-store.ts';
import type { Competition, Competitions } from './competition.ts';
import { planRun } from './execute.ts';
import type { Faults } from './faults/faults.ts';
import type { Inputs, Layout } from './inputs.ts';
import type { StoredFile } from './records.ts';
import { findVersion, inputsOf, wantedKeys } from './run-sources.ts';
import type { Store } from './store.ts';

export interface ExecutorNeeds {
  readonly store: Store;
  readonly competitions: Competitions;
  readonly inputs: Inputs;
  readonly faults: Faults;
  readonly layout: Layout;
  readonly engine: () => Promise<Engine>;
  readonly runNotebook: NotebookRunner;
  readonly image: string;
  /** On every container of this sandbox. */
  readonly labels: Labels;
  /** The version of a dataset that a notebook pushed now would get. */
  readonly currentVersion: (datasetId: number) => number | undefined;
}

export interface Execution {
  readonly kernelId: number;
  readonly version: number;
  readonly onLog: (line: NotebookLogLine) => void;
  /** The competition that this run is scored in. */
  readonly rerun?: Competition;
  /** Which output files are wanted. */
  readonly keep: (name: string) => boolean;
}

export interface Executed {
  readonly result: NotebookResult;
  readonly outputs: readonly StoredFile[];
}

/** Runs notebook versions in the engine, with the inputs that were fixed for them. */
export class NotebookExecutor {
  #ready: Promise<Engine> | undefined;

  constructor(private readonly needs: ExecutorNeeds) {}

  /** @throws UserError of the engine, Error when the version or an input of it was deleted */
  async run(job: Execution, signal: AbortSignal): Promise<Executed> {
    const { store, inputs, faults } = this.needs;
    const { version } = findVersion(store, job.kernelId, job.version);
    const called = job.rerun?.facts.kind === 'evaluation' ? job.rerun : undefined;
    const isHidden = job.rerun !== undefined && called === undefined;
    const sources = await inputsOf(this.needs, version.sources, isHidden ? job.rerun.facts.slug : undefined);
    const engine = (await this.#engine(signal)).bound({ signal });
    const layout = faults.take('mounts')?.layout ?? this.needs.layout;
    return await inputs.lend(engine, layout, sources, async (mounts) => {
      if (called === undefined) return await this.#runWith(job, engine, mounts);
      // The hidden data are in the gateway's container alone.
      const own = version.sources.filter(
        ({ kind, ref }) => kind === 'competition' && ref === called.facts.slug,
      );
      const hidden = await inputsOf(this.needs, own, called.facts.slug);
      return await inputs.lend(engine, layout, hidden, async (gateway) =>
        this.#runWith(job, engine, mounts, {
          mounts: gateway,
          command: gatewayCommand(await called.publicFiles(), gateway.at(-1)?.target ?? ''),
        }),
      );
    });
  }

  async #runWith(
    job: Execution,
    engine: Engine,
    mounts: Parameters<typeof planRun>[0]['mounts'],
    gateway?: GatewayRun,
  ): Promise<Executed> {
    const { store, image, runNotebook, faults } = this.needs;
    const { kernel, version } = findVersion(store, job.kernelId, job.version);
    const request = planRun({
      ...{ kernel, version, image, mounts },
      source: await store.blobs.text(version.source),
      engine: await engine.info(),
      ...(job.rerun && { rerun: { timeLimitSeconds: job.rerun.facts.timeLimitMinutes * 60 } }),
    });
    const working = new WorkingFolder(store.blobs, job.keep, engine.signal);
    const output = { onLog: job.onLog, takeWorking: (tar: Readable) => working.take(tar) };
    const limited = { ...request, ...lowered(request, faults) };
    const result =
      gateway === undefined
        ? await runNotebook(engine, limited, output)
        : await runCalled(
            engine,
            limited,
            { ...gateway, runNotebook },
            {
              ...output,
              onGatewayLine: (stream, line, seconds) =>
                job.onLog({ stream, seconds, text: `[gateway] ${line}\n` }),
            },
          );
    return { result, outputs: working.files };
  }

  /** Removes volumes with inputs that nobody needs any more. Does nothing while the engine was not needed yet. */
  async sweepVolumes(): Promise<void> {
    if (this.#ready === undefined) return;
    await this.needs.inputs.sweep(await this.#ready, await wantedKeys(this.needs, this.needs.currentVersion));
  }

  /** The engine, with what a killed sandbox left in it removed before the first run. */
  #engine(signal: AbortSignal): Promise<Engine> {
    const connect = async (): Promise<Engine> => {
      const { labels } = this.needs;
      const engine = (await this.needs.engine()).bound({ labels });
      await engine.bound({ signal }).container.remove(labels);
      return engine;
    };
    this.#ready ??= connect().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }
}

/** Pure: what calls the notebook, as the competition has it in its folder. */
function gatewayCommand(files: readonly { readonly name: string }[], folder: string): string[] {
  const name = gatewayAmong(files);
  if (name === undefined) throw new Error('The competition has no gateway in its kaggle_evaluation.');
  return ['python3', '-B', `${folder}/${name}`];
}

/** The limits that faults make lower. */
function lowered(
  { memoryBytes, timeoutSeconds }: NotebookRequest,
  faults: Faults,
): Partial<Pick<NotebookRequest, 'memoryBytes' | 'timeoutSeconds'>> {
  const memory = faults.take('memory')?.bytes;
  const time = faults.take('time')?.ms;
  return {
    ...(memory === undefined ? {} : { memoryBytes: Math.min(memory, memoryBytes ?? Infinity) }),
    ...(time === undefined ? {} : { timeoutSeconds: Math.min(time / 1000, timeoutSeconds ?? Infinity) }),
  };
}

/** The entries of the archive of /kaggle/working begin with this. */
const WORKING = 'working/';

/** Keeps what a notebook left in /kaggle/working. */
class WorkingFolder {
  files: readonly StoredFile[] = [];

  constructor(
    private readonly blobs: BlobStore,
    private readonly keep: (name: string) => boolean,
    private readonly signal: AbortSignal,
  ) {}

  async take(tar: Readable): Promise<void> {
    const wanted = (name: string): boolean =>
      name.startsWith(WORKING) && this.keep(name.slice(WORKING.length));
    const files = await filesOfTar(this.blobs, tar, this.signal, wanted);
    this.files = files.map((file) => ({ ...file, name: file.name.slice(WORKING.length) }));
  }
}
