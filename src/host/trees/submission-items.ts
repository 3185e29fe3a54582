import { formatDuration } from '../../base/format.ts';
import { shownOnOneLine } from '../../base/shown-text.ts';
import type { HistoryRow } from '../../core/pipeline/history.ts';

/** The words of the list, in the editor's language. */
export interface SubmissionWords {
  readonly states: Readonly<Record<HistoryRow['state'], string>>;
  /** In place of a score that is not there. */
  readonly noScore: string;
  readonly best: string;
  readonly edited: string;
  readonly labels: Readonly<Record<SubmissionFact, string>>;
}

export type SubmissionFact =
  | 'id'
  | 'state'
  | 'score'
  | 'submitted'
  | 'competition'
  | 'commit'
  | 'notebook'
  | 'datasets'
  | 'rehearsal'
  | 'run'
  | 'scoring'
  | 'bundle'
  | 'error'
  | 'note';

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
export function submissionItems(rows: readonly HistoryRow[], words: SubmissionWords): SubmissionItem[] {
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => compare(b.row.submittedAt, a.row.submittedAt) || b.index - a.index)
    .map(({ row }) => ({
      row,
      label: shownOnOneLine(labelOf(row, words)),
      description: shownOnOneLine(
        [dateOf(row.submittedAt), commitOf(row, words), row.note].filter(isFilled).join(' · '),
      ),
      icon: row.best ? 'star-full' : ICONS[row.state],
      facts: factsOf(row, words),
    }));
}

/** Pure: the same facts of a submission as lines of a text, so that two of them can be compared. */
export function factText({ facts }: Pick<SubmissionItem, 'facts'>): string {
  return facts.map(([name, value]) => `${name}: ${value}\n`).join('');
}

const ICONS = { complete: 'check', error: 'error', pending: 'clock' } as const;

function labelOf({ state, publicScore, best }: HistoryRow, words: SubmissionWords): string {
  const label = state === 'complete' ? (publicScore ?? words.noScore) : words.states[state];
  return best ? `${label} (${words.best})` : label;
}

function factsOf(row: HistoryRow, { states, edited, labels }: SubmissionWords): [string, string][] {
  const facts: readonly (readonly [SubmissionFact, string | undefined])[] = [
    ['state', states[row.state]],
    ['score', row.publicScore],
    ['error', row.errorDescription],
    ['note', row.note],
    ['submitted', dateOf(row.submittedAt)],
    ['competition', row.competition],
    [
      'commit',
      row.commit === undefined ? undefined : `${row.commit}${row.dirty === true ? ` (${edited})` : ''}`,
    ],
    ['notebook', row.notebook],
    ['datasets', row.datasets?.map(({ slug, version }) => `${slug} v${version}`).join(', ')],
    ['rehearsal', duration(row.rehearsalSeconds)],
    ['run', duration(row.runSeconds)],
    ['scoring', duration(row.scoringSeconds)],
    ['bundle', row.bundleId],
    ['id', String(row.ref)],
  ];
  return facts.flatMap(([name, value]) =>
    isFilled(value) ? [[labels[name], shownOnOneLine(value)] as [string, string]] : [],
  );
}

function duration(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : formatDuration(1000 * seconds);
}

function commitOf({ commit, dirty }: HistoryRow, { edited }: SubmissionWords): string | undefined {
  if (commit === undefined) return undefined;
  return `${commit.slice(0, 8)}${dirty === true ? ` (${edited})` : ''}`;
}

/** To the minute, in UTC as Kaggle's days are; what is no date is shown as it is. */
function dateOf(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
