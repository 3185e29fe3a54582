import { l10n } from 'vscode';

/** Names of what a stage's result holds. */
export interface DetailWords {
  readonly version: string;
  readonly julia: string;
  readonly files: string;
  readonly models: string;
  readonly accelerator: string;
  readonly commit: string;
  readonly image: string;
  readonly digest: string;
  readonly packages: string;
  readonly artifacts: string;
  readonly depot: string;
  readonly volume: string;
  readonly time: string;
  readonly memory: string;
  readonly rows: string;
  readonly gpu: string;
  readonly downloads: string;
  readonly bundle: string;
  readonly owner: string;
  readonly notebook: string;
  readonly number: string;
  readonly date: string;
  readonly score: string;
  readonly changedSince: (commit: string) => string;
  readonly countAndSize: (count: number, size: string) => string;
  readonly versionOf: (version: number, sent: string | undefined) => string;
}

export const detailWords: DetailWords = {
  version: l10n.t('Version'),
  julia: l10n.t('Julia'),
  files: l10n.t('Files'),
  models: l10n.t('Models'),
  accelerator: l10n.t('Accelerator'),
  commit: l10n.t('Commit'),
  image: l10n.t('Image'),
  digest: l10n.t('Digest'),
  packages: l10n.t('Packages'),
  artifacts: l10n.t('Artifacts'),
  depot: l10n.t('Depot'),
  volume: l10n.t('Volume'),
  time: l10n.t('Time'),
  memory: l10n.t('Peak memory'),
  rows: l10n.t('Rows'),
  gpu: l10n.t('GPU'),
  downloads: l10n.t('Downloaded'),
  bundle: l10n.t('Bundle'),
  owner: l10n.t('Owner'),
  notebook: l10n.t('Notebook'),
  number: l10n.t('Submission'),
  date: l10n.t('Date'),
  score: l10n.t('Public score'),
  changedSince: (commit) => l10n.t('{0} and changes that are not committed', commit),
  countAndSize: (count, size) => l10n.t('{0} ({1})', count, size),
  versionOf: (version, sent) =>
    sent === undefined ? l10n.t('version {0}', version) : l10n.t('version {0}, {1} sent', version, sent),
};
