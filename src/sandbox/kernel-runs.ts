import type { Clock } from '../base/abort.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { NotebookResult } from '../docker/notebook-runner.ts';
import type { Background, JobQueue } from './background.ts';
import { type LiveLog, logText } from './live-log.ts';
import type { NotebookExecutor } from './notebook-executor.ts';
import type { KernelVersion, StoredFile } from './records.ts';
import { RunLog } from './run-log.ts';
import type { Store } from './store.ts';

const EXECUTED_NOTEBOOK = '__notebook__.ipynb';

export interface KernelRunsNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly background: Background;
  readonly queue: JobQueue;
  readonly executor: NotebookExecutor;
}

interface Pending {
  readonly log: RunLog;
  readonly cancel: AbortController;
}

/** Runs notebook versions that were saved. */
export class KernelRuns {
  readonly #pending = new Map<string, Pending>();

  constructor(private readonly needs: KernelRunsNeeds) {}

  /** Puts a saved version into the queue. */
  save(kernelId: number, version: number): void {
    const pending = {
      log: new RunLog(this.needs.store.logFolder, kernelId, version),
      cancel: new AbortController(),
    };
    this.#pending.set(keyOf(kernelId, version), pending);
    this.needs.queue.add({
      name: `version ${version} of notebook ${kernelId}`,
      work: (signal) => this.#run(kernelId, version, pending, signal),
    });
  }

  /** The log of a version that has not ended yet. */
  logOf(kernelId: number, version: number): LiveLog | undefined {
    return this.#pending.get(keyOf(kernelId, version))?.log.live;
  }

  /** Ends the runs of a notebook that was deleted. */
  cancel(kernelId: number, versions: readonly KernelVersion[]): void {
    for (const { version } of versions) this.#pending.get(keyOf(kernelId, version))?.cancel.abort();
  }

  async #run(kernelId: number, number: number, pending: Pending, outer: AbortSignal): Promise<void> {
    const { store, logger, executor, background } = this.needs;
    const { log, cancel } = pending;
    const signal = AbortSignal.any([outer, cancel.signal]);
    await this.#keepInterrupted(kernelId, number, log);
    await this.#change(kernelId, number, { status: 'RUNNING', startedAt: this.#now() });
    const ending = await this.#execute(kernelId, number, log, signal);
    log.end();
    // It begins again when the sandbox does, and its log so far is kept until then.
    if (outer.aborted) {
      await log.close();
      return;
    }
    const { sha256 } = await store.blobs.add(logText(log.live.lines));
    await this.#change(kernelId, number, { ...ending, log: sha256, finishedAt: this.#now() });
    await log.remove();
    logger.info(`sandbox: version ${number} of notebook ${kernelId}: ${ending.status}`);
    this.#pending.delete(keyOf(kernelId, number));
    log.live.end();
    background.run('volumes that are not needed any more', () => executor.sweepVolumes());
  }

  async #execute(
    kernelId: number,
    version: number,
    log: RunLog,
    signal: AbortSignal,
  ): Promise<Pick<KernelVersion, 'status' | 'failureMessage' | 'outputs'>> {
    const job = { kernelId, version, onLog: log.add.bind(log), keep: () => true };
    try {
      const { result, outputs } = await this.needs.executor.run(job, signal);
      return { ...endingOf(result), outputs: [...(await this.#executedNotebook(result)), ...outputs] };
    } catch (error) {
      return { status: 'ERROR', failureMessage: messageOf(error), outputs: [] };
    }
  }

  async #executedNotebook({ executed }: NotebookResult): Promise<StoredFile[]> {
    if (executed === undefined) return [];
    return [{ name: EXECUTED_NOTEBOOK, ...(await this.needs.store.blobs.add([executed])) }];
  }

  /** The log of a run that ended with an earlier process goes into the version's record. */
  async #keepInterrupted(kernelId: number, number: number, log: RunLog): Promise<void> {
    const left = await log.leftover();
    if (left === undefined) return;
    const { sha256 } = await this.needs.store.blobs.add([left]);
    await this.#change(kernelId, number, { interruptedLog: sha256 });
  }

  async #change(kernelId: number, number: number, change: Partial<KernelVersion>): Promise<void> {
    await this.needs.store.kernels.update(kernelId, (kernel) => ({
      ...kernel,
      versions: kernel.versions.map((old) => (old.version === number ? { ...old, ...change } : old)),
    }));
  }

  #now(): string {
    return new Date(this.needs.clock.now()).toISOString();
  }
}

function keyOf(kernelId: number, version: number): string {
  return `${kernelId}/${version}`;
}

/** Of a failed cell only the log tells; the other ends are Kaggle's doing and it says so (kaggle-api 4.2). */
function endingOf(result: NotebookResult): Pick<KernelVersion, 'status' | 'failureMessage'> {
  switch (result.state) {
    case 'complete':
      return { status: 'COMPLETE' };
    case 'error':
      return { status: 'ERROR' };
    case 'out-of-memory':
      return {
        status: 'ERROR',
        failureMessage: 'Your notebook tried to allocate more memory than is available. It has restarted.',
      };
    case 'timeout':
      return {
        status: 'ERROR',
        failureMessage: 'Your notebook was stopped because it exceeded the max allowed execution duration.',
      };
    case 'runner-failed':
      return {
        status: 'ERROR',
        failureMessage: result.error?.message ?? 'The image cannot execute notebooks.',
      };
  }
}
