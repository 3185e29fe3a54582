import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../base/format.ts';
import { shownOnOneLine } from '../../base/shown-text.ts';
import type { HistoryEntry, HistoryRow } from '../../core/pipeline/history.ts';
import type { SubmissionState } from '../../kaggle/client.ts';
import { scoresInShort } from '../run/run-view.ts';
import { dateOf } from '../texts.ts';

/** A submission as the tree shows it. */
export interface SubmissionItem {
  readonly row: HistoryRow;
  readonly label: string;
  /** Date and commit, behind the label. */
  readonly description: string;
  readonly icon: 'star-full' | 'check' | 'error' | 'clock';
  /** All that is known of it, for the tooltip, the lines below it and comparisons. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Pure: the submissions, the newest first. */
export function submissionItems(rows: readonly HistoryRow[]): SubmissionItem[] {
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => compare(b.row.submittedAt, a.row.submittedAt) || b.index - a.index)
    .map(({ row }) => ({
      row,
      label: shownOnOneLine(labelOf(row)),
      description: shownOnOneLine(
        [dateOf(row.submittedAt), commitOf(row), row.note].filter(isFilled).join(' · '),
      ),
      icon: row.best ? 'star-full' : ICONS[row.state],
      facts: factsOf(row),
    }));
}

/** Pure: the same facts of a submission as lines of a text, so that two of them can be compared. */
export function factText({ facts }: Pick<SubmissionItem, 'facts'>): string {
  return facts.map(([name, value]) => `${name}: ${value}\n`).join('');
}

const ICONS = { complete: 'check', error: 'error', pending: 'clock' } as const;

function stateText(state: HistoryRow['state']): string {
  return {
    pending: l10n.t('Being scored'),
    complete: l10n.t('Complete'),
    error: l10n.t('Error'),
  }[state];
}

function edited(): string {
  return l10n.t('with local edits');
}

function labelOf({ best, ...row }: HistoryRow): string {
  const label =
    row.state === 'complete'
      ? scoresInShort(row) || l10n.t('Complete, no score shown')
      : stateText(row.state);
  return best ? `${label} (${l10n.t('best')})` : label;
}

function factsOf(row: HistoryRow): [string, string][] {
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    [l10n.t('State'), stateText(row.state)],
    [l10n.t('Public score'), row.publicScore],
    [l10n.t('Private score'), row.privateScore],
    [l10n.t('Kaggle says'), row.errorDescription],
    [l10n.t('Note'), row.note],
    [l10n.t('Submitted'), dateOf(row.submittedAt)],
    [l10n.t('Competition'), row.competition],
    [
      l10n.t('Commit'),
      row.commit === undefined ? undefined : `${row.commit}${row.dirty === true ? ` (${edited()})` : ''}`,
    ],
    [l10n.t('Notebook'), row.notebook],
    [l10n.t('File'), row.file?.name],
    [l10n.t('Datasets'), row.datasets?.map(({ slug, version }) => `${slug} v${version}`).join(', ')],
    [l10n.t('Rehearsal'), duration(row.rehearsalSeconds)],
    [row.file === undefined ? l10n.t('Run on Kaggle') : l10n.t('Run here'), duration(row.runSeconds)],
    [l10n.t('Scoring'), duration(row.scoringSeconds)],
    [l10n.t('Bundle'), row.bundleId],
    [l10n.t('Submission'), String(row.ref)],
  ];
  return facts.flatMap(([name, value]) =>
    isFilled(value) ? [[name, shownOnOneLine(value)] as [string, string]] : [],
  );
}

function duration(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : formatDuration(1000 * seconds);
}

function commitOf({ commit, dirty }: HistoryRow): string | undefined {
  if (commit === undefined) return undefined;
  return `${commit.slice(0, 8)}${dirty === true ? ` (${edited()})` : ''}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

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
    const { state, publicScore = row.publicScore, privateScore = row.privateScore } = now;
    const { errorDescription = row.errorDescription } = now;
    return { ...row, state, publicScore, privateScore, errorDescription };
  });
  const others = remote
    .filter(({ ref }) => !history.some((row) => row.ref === ref))
    .map(({ date, description, ...submission }): HistoryEntry => ({
      ...submission,
      fingerprint: '',
      submittedAt: date,
      note: description,
      competition,
    }));
  return [...ours, ...others];
}
