import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Competition, Competitions } from './competition.ts';
import type { Faults } from './faults/faults.ts';
import { LiveLog, logText } from './live-log.ts';
import type { JobQueue } from './background.ts';
import type { NotebookExecutor } from './notebook-executor.ts';
import type { Submission } from './records.ts';
import { calledOutcome, failedWith, RESULT, rerunOutcome, scoredFile } from './rerun-outcome.ts';
import type { Store } from './store.ts';

export interface SubmissionRunsNeeds {
  readonly store: Store;
  readonly competitions: Competitions;
  readonly faults: Faults;
  readonly logger: Logger;
  readonly queue: JobQueue;
  readonly executor: NotebookExecutor;
}

/** Scores submissions: of a notebook version by running it again on the hidden data, of a file as it is. */
export class SubmissionRuns {
  constructor(private readonly needs: SubmissionRunsNeeds) {}

  /** Puts a submission into the queue. */
  submit(ref: number): void {
    this.needs.queue.add({ name: `submission ${ref}`, work: (signal) => this.#score(ref, signal) });
  }

  async #score(ref: number, signal: AbortSignal): Promise<void> {
    const { store, logger } = this.needs;
    const submission = store.submissions.get(ref);
    if (submission === undefined) return;
    const outcome = await this.#outcome(submission, signal);
    if (signal.aborted) return;
    await store.submissions.update(ref, (record) => ({ ...record, ...outcome }));
    logger.info(`sandbox: submission ${ref}: ${outcome.errorDescription ?? outcome.publicScore ?? ''}`);
  }

  async #outcome(submission: Submission, signal: AbortSignal): Promise<Partial<Submission>> {
    try {
      const fault = this.needs.faults.take('scoring');
      if (fault !== undefined) return failedWith(fault.error, fault.message);
      const competition = this.needs.competitions.get(submission.competition);
      if (competition === undefined)
        throw new Error(`There is no competition ${submission.competition} any more.`);
      const { file } = submission;
      if (file !== undefined) return await scoredFile(this.needs.store.blobs, competition, file);
      return await this.#rerun(submission, competition, signal);
    } catch (error) {
      this.needs.logger.warn(`submission ${submission.ref}: ${messageOf(error)}`);
      return { status: 'ERROR', errorDescription: `Kaggle Error: ${messageOf(error)}` };
    }
  }

  async #rerun(
    { kernelId = 0, kernelVersion = 0, fileName }: Submission,
    rerun: Competition,
    signal: AbortSignal,
  ): Promise<Partial<Submission>> {
    const isCalled = rerun.facts.kind === 'evaluation';
    const keep = (name: string): boolean => name === fileName || (isCalled && name === RESULT);
    const log = new LiveLog();
    const job = { kernelId, version: kernelVersion, rerun, keep, onLog: log.add.bind(log) };
    const { result, outputs } = await this.needs.executor.run(job, signal);
    const { blobs } = this.needs.store;
    const { sha256: rerunLog } = await blobs.add(logText(log.lines));
    const outcome = isCalled
      ? await calledOutcome(blobs, rerun, result, outputs)
      : await rerunOutcome(blobs, rerun, result, outputs[0]);
    return { ...outcome, rerunLog };
  }
}
