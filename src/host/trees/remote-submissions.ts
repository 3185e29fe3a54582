import type { HistoryEntry } from '../../core/pipeline/history.ts';
import type { SubmissionState } from '../../kaggle/client.ts';

/**
 * Pure: the history with what Kaggle says of its submissions now, and with those that were made elsewhere, of which
 * less is known.
 * @param competition that Kaggle was asked about
 */
export function withRemote(
  history: readonly HistoryEntry[],
  remote: readonly SubmissionState[],
  competition: string,
): HistoryEntry[] {
  const ours = history.map((row): HistoryEntry => {
    const now = remote.find(({ ref }) => ref === row.ref);
    if (now === undefined) return row;
    const { state, publicScore = row.publicScore, errorDescription = row.errorDescription } = now;
    return { ...row, state, publicScore, errorDescription };
  });
  const others = remote
    .filter(({ ref }) => !history.some((row) => row.ref === ref))
    .map(({ ref, state, publicScore, errorDescription, url, date, description }): HistoryEntry => ({
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
      competition,
    }));
  return [...ours, ...others];
}
