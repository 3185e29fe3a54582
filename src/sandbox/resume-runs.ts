import type { KernelRuns } from './kernel-runs.ts';
import type { Store } from './store.ts';
import type { SubmissionRuns } from './submission-runs.ts';

/** Runs again what a killed or closed sandbox left unfinished, the oldest first: for its users, Kaggle never stops. */
export function resumeRuns(store: Store, kernels: KernelRuns, submissions: SubmissionRuns): void {
  const versions = store.kernels
    .values()
    .flatMap(({ id, versions: all }) =>
      all
        .filter(({ status }) => status === 'QUEUED' || status === 'RUNNING')
        .map(({ version, createdAt }) => ({ createdAt, start: () => kernels.save(id, version) })),
    );
  const pending = store.submissions
    .values()
    .filter(({ status }) => status === 'PENDING')
    .map(({ ref, createdAt }) => ({ createdAt, start: () => submissions.submit(ref) }));
  for (const job of [...versions, ...pending].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)))
    job.start();
}
