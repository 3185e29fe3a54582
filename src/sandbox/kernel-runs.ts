import type { Readable } from 'node:stream';
import type { Clock } from '../base/abort.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Engine } from '../docker/engine.ts';
import type { NotebookLogLine, NotebookResult } from '../docker/notebook-runner.ts';
import type { Background } from './background.ts';
import type { Competition, Competitions } from './competition.ts';
import { type NotebookRunner, planRun } from './execute.ts';
import type { Inputs } from './inputs.ts';
import { JobQueue } from './job-queue.ts';
import { LiveLog, logText } from './live-log.ts';
import type { KernelVersion, StoredFile, Submission } from './records.ts';
import { rerunOutcome } from './rerun-outcome.ts';
import { findVersion, inputsOf, isStillThere } from './run-sources.ts';
import type { Store } from './store.ts';
import { WorkingFolder } from './working-folder.ts';

/** Kaggle allows more (kaggle-api 5.2); a developer's machine does not. */
const RUNS_AT_ONCE = 2;
/** A code competition that does not say its own (kaggle-api 5.2). */
const RERUN_MINUTES = 9 * 60;
const EXECUTED_NOTEBOOK = '__notebook__.ipynb';

export interface KernelRunsNeeds {
  readonly store: Store;
  readonly competitions: Competitions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly background: Background;
  readonly inputs: Inputs;
  readonly engine: () => Promise<Engine>;
  readonly runNotebook: NotebookRunner;
  readonly image: string;
  /** On every container of this sandbox. */
  readonly labels: Readonly<Record<string, string>>;
}

interface Run {
  readonly kernelId: number;
  readonly version: number;
  readonly log: LiveLog;
  readonly signal: AbortSignal;
  /** The competition that this run is scored in. */
  readonly rerun?: Competition;
  /** Which output files are wanted. */
  readonly keep: (name: string) => boolean;
}

interface Outcome {
  readonly result: NotebookResult;
  readonly outputs: readonly StoredFile[];
}

/** Executes notebook versions: those that were saved, and those that are to be scored. */
export class KernelRuns {
  readonly #queue: JobQueue;
  readonly #logs = new Map<string, LiveLog>();
  #ready: Promise<Engine> | undefined;

  constructor(private readonly needs: KernelRunsNeeds) {
    this.#queue = new JobQueue(RUNS_AT_ONCE, needs.background);
  }

  /** Runs again what a killed or closed sandbox left unfinished: for its users, Kaggle never stops. */
  resume(): void {
    const { kernels, submissions } = this.needs.store;
    const versions = kernels
      .values()
      .flatMap(({ id, versions: all }) =>
        all
          .filter(({ status }) => status === 'QUEUED' || status === 'RUNNING')
          .map(({ version, createdAt }) => ({ createdAt, start: () => this.save(id, version) })),
      );
    const pending = submissions
      .values()
      .filter(({ status }) => status === 'PENDING')
      .map(({ ref, createdAt }) => ({ createdAt, start: () => this.submit(ref) }));
    for (const job of [...versions, ...pending].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)))
      job.start();
  }

  /** Puts a saved version into the queue. */
  save(kernelId: number, version: number): void {
    this.#logs.set(`${kernelId}/${version}`, new LiveLog());
    this.#queue.add({
      name: `version ${version} of notebook ${kernelId}`,
      work: (signal) => this.#runVersion(kernelId, version, signal),
    });
  }

  /** Puts the rerun of a submission into the queue. */
  submit(ref: number): void {
    this.#queue.add({ name: `submission ${ref}`, work: (signal) => this.#runSubmission(ref, signal) });
  }

  /** The log of a version that has not ended yet. */
  logOf(kernelId: number, version: number): LiveLog | undefined {
    return this.#logs.get(`${kernelId}/${version}`);
  }

  async #runVersion(kernelId: number, number: number, signal: AbortSignal): Promise<void> {
    const log = this.logOf(kernelId, number) ?? new LiveLog();
    await this.#change(kernelId, number, { status: 'RUNNING', startedAt: this.#now() });
    const ending = await this.#execute(kernelId, number, log, signal).then(
      ({ result, outputs }) => ({ ...endingOf(result), outputs: [...outputs] }),
      (error: unknown) => ({ status: 'ERROR' as const, failureMessage: messageOf(error), outputs: [] }),
    );
    if (signal.aborted) return;
    const { sha256 } = await this.needs.store.blobs.add(logText(log.lines));
    await this.#change(kernelId, number, { ...ending, log: sha256, finishedAt: this.#now() });
    this.needs.logger.info(`sandbox: version ${number} of notebook ${kernelId}: ${ending.status}`);
    this.#logs.delete(`${kernelId}/${number}`);
    log.end();
  }

  async #execute(kernelId: number, number: number, log: LiveLog, signal: AbortSignal): Promise<Outcome> {
    const keep = (): boolean => true;
    const { result, outputs } = await this.#run({ kernelId, version: number, log, signal, keep });
    if (result.executed === undefined) return { result, outputs };
    const executed = await this.needs.store.blobs.add([result.executed]);
    return { result, outputs: [{ name: EXECUTED_NOTEBOOK, ...executed }, ...outputs] };
  }

  async #runSubmission(ref: number, signal: AbortSignal): Promise<void> {
    const submission = this.needs.store.submissions.get(ref);
    const competition = this.needs.competitions.get(submission?.competition ?? '');
    if (submission === undefined) return;
    const outcome = await this.#rerun(submission, competition, signal);
    if (signal.aborted) return;
    await this.needs.store.submissions.update(ref, (record) => ({ ...record, ...outcome }));
    this.needs.logger.info(
      `sandbox: submission ${ref}: ${outcome.errorDescription ?? outcome.publicScore ?? ''}`,
    );
  }

  async #rerun(
    submission: Submission,
    competition: Competition | undefined,
    signal: AbortSignal,
  ): Promise<Partial<Submission>> {
    const { kernelId, kernelVersion: version, fileName } = submission;
    try {
      if (competition === undefined)
        throw new Error(`There is no competition ${submission.competition} any more.`);
      const log = new LiveLog();
      const keep = (name: string): boolean => name === fileName;
      const { result, outputs } = await this.#run({
        kernelId,
        version,
        log,
        signal,
        rerun: competition,
        keep,
      });
      return await rerunOutcome(this.needs.store.blobs, competition, result, outputs[0]);
    } catch (error) {
      this.needs.logger.warn(`submission ${submission.ref}: ${messageOf(error)}`);
      return { status: 'ERROR', errorDescription: `Kaggle Error: ${messageOf(error)}` };
    }
  }

  async #run(job: Run): Promise<Outcome> {
    const { store, inputs, image, labels, runNotebook } = this.needs;
    const { kernel, version } = findVersion(store, job.kernelId, job.version);
    const sources = await inputsOf(this.needs, version.sources, job.rerun?.facts.slug);
    const engine = await this.#engine(job.signal);
    const request = planRun({
      kernel,
      version,
      source: await store.blobs.text(version.source),
      image,
      mounts: await inputs.mounts(engine, sources),
      labels,
      engine: await engine.info(job.signal),
      ...(job.rerun && {
        rerun: { timeLimitSeconds: (job.rerun.facts.timeLimitMinutes ?? RERUN_MINUTES) * 60 },
      }),
    });
    const working = new WorkingFolder(store.blobs, job.keep, job.signal);
    const output = {
      onLog: (line: NotebookLogLine) => job.log.add(line),
      takeWorking: (tar: Readable) => working.take(tar),
    };
    const result = await runNotebook(engine, request, output, job.signal);
    return { result, outputs: working.files };
  }

  /** Removes volumes of datasets and versions that were deleted. */
  async sweepVolumes(): Promise<void> {
    const engine = await this.needs.engine();
    await this.needs.inputs.sweep(engine, (labels) => isStillThere(this.needs.store, labels));
  }

  /** The engine, with what a killed sandbox left in it removed before the first run. */
  #engine(signal: AbortSignal): Promise<Engine> {
    const connect = async (): Promise<Engine> => {
      const engine = await this.needs.engine();
      await engine.removeContainers(this.needs.labels, signal);
      this.needs.background.run('volumes of deleted datasets', () => this.sweepVolumes());
      return engine;
    };
    this.#ready ??= connect().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
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
