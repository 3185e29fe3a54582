import * as l10n from '@vscode/l10n';
import { formatDuration } from '../base/format.ts';
import type { HistoryRow } from '../core/pipeline/history.ts';
import { submissionState } from '../core/submit/submission-state.ts';
import { table } from './outcome-table.ts';

const header = (): string[] => [
  l10n.t('submitted'),
  l10n.t('state'),
  l10n.t('score'),
  l10n.t('private'),
  l10n.t('best'),
  l10n.t('scoring'),
  l10n.t('run'),
  l10n.t('rehearsal'),
  l10n.t('from'),
  l10n.t('commit'),
  l10n.t('note'),
];
/** The column of the private score: filled for competitions that have ended only. */
const PRIVATE = 3;

/** Submissions as a table for people, the oldest first. Columns in which nothing would stand are left out. */
export function historyTable(rows: readonly HistoryRow[]): string {
  const all = rows.map(cells);
  const isPrivateShown = all.some((row) => row[PRIVATE] !== '');
  const shown = (row: readonly string[]): string[] =>
    row.filter((_, column) => column !== PRIVATE || isPrivateShown);
  return table(shown(header()), all.map(shown));
}

function cells(row: HistoryRow): readonly string[] {
  return [
    row.submittedAt.slice(0, 16).replace('T', ' '),
    submissionState(row.state),
    row.publicScore ?? '',
    row.privateScore ?? '',
    row.best ? l10n.t('best') : '',
    scoringTime(row),
    seconds(row.runSeconds),
    seconds(row.rehearsalSeconds),
    row.notebook ?? row.file?.name ?? '',
    commit(row),
    row.note ?? row.errorDescription ?? '',
  ];
}

function scoringTime({ scoringSeconds, scoringSecondsAtMost }: HistoryRow): string {
  return `${scoringSecondsAtMost === true ? '≤ ' : ''}${seconds(scoringSeconds)}`;
}

function seconds(value: number | undefined): string {
  return value === undefined ? '' : formatDuration(value * 1000);
}

/** A dirty one has a `+`: the files were not as in that commit. */
function commit({ commit: hash, dirty }: HistoryRow): string {
  return hash === undefined ? '' : `${hash.slice(0, 8)}${dirty === true ? '+' : ''}`;
}

type Value = string | number | boolean | undefined;

/** The columns of the CSV, in a stable order: new ones come at the end. */
const COLUMNS: readonly (readonly [name: string, value: (row: HistoryRow) => Value])[] = [
  ['submitted', (row) => row.submittedAt],
  ['competition', (row) => row.competition],
  ['ref', (row) => row.ref],
  ['state', (row) => row.state],
  ['public_score', (row) => row.publicScore],
  ['best', (row) => row.best],
  ['note', (row) => row.note],
  ['commit', (row) => row.commit],
  ['dirty', (row) => row.dirty],
  ['bundle', (row) => row.bundleId],
  ['notebook', (row) => row.notebook],
  ['datasets', (row) => row.datasets?.map(({ slug, version }) => `${slug} v${version}`).join(' ')],
  ['rehearsal_seconds', (row) => row.rehearsalSeconds],
  ['run_seconds', (row) => row.runSeconds],
  ['scoring_seconds', (row) => row.scoringSeconds],
  ['scoring_seconds_at_most', (row) => row.scoringSecondsAtMost],
  ['error', (row) => row.errorDescription],
  ['url', (row) => row.url],
  ['private_score', (row) => row.privateScore],
  ['file', (row) => row.file?.name],
  ['file_sha256', (row) => row.file?.sha256],
];

/** Submissions as CSV (RFC 4180, but with plain line ends), with a header. */
export function historyCsv(rows: readonly HistoryRow[]): string {
  const lines = rows.map((row) => COLUMNS.map(([, value]) => quoted(value(row))).join(','));
  return [COLUMNS.map(([name]) => name).join(','), ...lines].join('\n');
}

function quoted(value: Value): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
