import * as l10n from '@vscode/l10n';
import type { SubmissionState } from '../../kaggle/client.ts';

/** How far a submission is, in a word for people. */
export function submissionState(state: SubmissionState['state']): string {
  return { pending: l10n.t('pending'), complete: l10n.t('complete'), error: l10n.t('error') }[state];
}
