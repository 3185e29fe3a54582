import { l10n } from 'vscode';
import type { DatasetState } from './dataset-items.ts';
import type { SubmissionWords } from './submission-items.ts';

export const submissionWords: SubmissionWords = {
  states: {
    pending: l10n.t('Being scored'),
    complete: l10n.t('Complete'),
    error: l10n.t('Error'),
  },
  noScore: l10n.t('Complete, no score shown'),
  best: l10n.t('best'),
  edited: l10n.t('with local edits'),
  labels: {
    id: l10n.t('Submission'),
    state: l10n.t('State'),
    score: l10n.t('Public score'),
    submitted: l10n.t('Submitted'),
    competition: l10n.t('Competition'),
    commit: l10n.t('Commit'),
    notebook: l10n.t('Notebook'),
    datasets: l10n.t('Datasets'),
    rehearsal: l10n.t('Rehearsal'),
    run: l10n.t('Run on Kaggle'),
    scoring: l10n.t('Scoring'),
    bundle: l10n.t('Bundle'),
    error: l10n.t('Kaggle says'),
    note: l10n.t('Note'),
  },
};

export const datasetWords: Readonly<Record<DatasetState, string>> = {
  'up-to-date': l10n.t('up to date'),
  'not-uploaded': l10n.t('not uploaded yet'),
  'packed-anew': l10n.t('stale: packed anew since'),
  'not-packed': l10n.t('stale: the project changed since'),
  elsewhere: l10n.t('stale: changed on Kaggle'),
  missing: l10n.t('stale: not on Kaggle any more'),
};
