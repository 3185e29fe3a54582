import type { HistoryRow } from '../../core/pipeline/history.ts';
import type { SubmissionState } from '../../kaggle/client.ts';

/**
 * Pure: the history with what Kaggle says of its submissions now, and with those that were made elsewhere, of which
 * less is known.
 */
export function withRemote(history: readonly HistoryRow[], remote: readonly SubmissionState[]): HistoryRow[] {
  const ours = history.map((row): HistoryRow => {
    const now = remote.find(({ ref }) => ref === row.ref);
    if (now === undefined) return row;
    const { state, publicScore = row.publicScore, errorDescription = row.errorDescription } = now;
    return { ...row, state, publicScore, errorDescription };
  });
  const others = remote
    .filter(({ ref }) => !history.some((row) => row.ref === ref))
    .map(({ ref, state, publicScore, errorDescription, url, date, description }): HistoryRow => ({
      fingerprint: '',
      ref,
      state,
      publicScore,
      errorDescription,
      submittedAt: date,
      url,
      bundleId: '',
      notebook: '',
      note: description,
      best: false,
    }));
  return [...ours, ...others];
}
