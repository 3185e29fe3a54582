import * as l10n from '@vscode/l10n';
import { plural } from '../../../base/format.ts';
import type { CsvRow } from './csv-rows.ts';
import type { Sample, SampleColumn } from './sample-columns.ts';
import type { SubmissionProblems } from './submission-problems.ts';
import { dataRows, firstRow } from './table-rows.ts';

/** What came of a comparison besides problems. */
export interface CsvFacts {
  /** Data rows, without the header. */
  readonly rows: number;
  /** What a person should know although it may be right. */
  readonly notes: readonly string[];
}

/**
 * Compares a submission with the sample, row by row: columns, keys, duplicates, missing and non-finite values, truth
 * values, number of rows. Without a sample: a header, and no row that is short.
 *
 * Both files are streams. While the keys come in the sample's order nothing is remembered; only for another order are
 * the sample's keys held in memory (some 100 MB for a million).
 * @param rows `any`: keys and number of rows are predictions too.
 * @throws CsvError, ContentError; errors of the file system.
 */
export async function compareCsv(
  file: string,
  sample: Sample | undefined,
  rows: 'any' | undefined,
  problems: SubmissionProblems,
): Promise<CsvFacts> {
  const header = (await firstRow(file))?.values ?? [];
  checkHeader(header, sample?.header ?? header, problems);
  const check = new RowCheck(header, rows === 'any' ? { ...sample, keys: 0 } : sample, problems);
  let count = 0;
  for await (const portion of dataRows(file)) {
    count += portion.length;
    for (const row of portion) check.row(row);
  }
  if (sample !== undefined && header.length > 0 && rows !== 'any')
    await checkRows(file, count, sample, problems);
  return { rows: count, notes: check.notes() };
}

async function checkRows(
  file: string,
  rows: number,
  sample: Sample,
  problems: SubmissionProblems,
): Promise<void> {
  // A sample may show the header only.
  if (sample.rows === 0) return;
  const keys = new Keys(sample.header, sample.keys);
  const header = (await firstRow(file))?.values ?? [];
  const hasKeys = sample.keys > 0 && keys.are(header);
  if (hasKeys && !(await areInOrder(file, sample.file, keys)))
    await checkKeys(file, sample.file, keys, problems);
  if (rows !== sample.rows)
    problems.add('rows', () => l10n.t('{0}, expected {1}', plural(rows, 'row'), sample.rows));
}

function checkHeader(
  header: readonly string[],
  expected: readonly string[],
  problems: SubmissionProblems,
): void {
  if (header.length === 0) problems.add('empty', () => l10n.t('the file is empty'));
  else if (header.join('\n') !== expected.join('\n'))
    problems.add('columns', () => describeColumns(header, expected));
}

function describeColumns(header: readonly string[], expected: readonly string[]): string {
  const lacking = expected.filter((name) => !header.includes(name));
  const unknown = header.filter((name) => !expected.includes(name));
  const columns = [header.join(', '), expected.join(', ')] as const;
  if (lacking.length === 0 && unknown.length === 0)
    return l10n.t('row 1: the columns are {0}, expected {1}: another order', ...columns);
  if (unknown.length === 0)
    return l10n.t('row 1: the columns are {0}, expected {1}: missing {2}', ...columns, lacking.join(', '));
  if (lacking.length === 0)
    return l10n.t('row 1: the columns are {0}, expected {1}: not known {2}', ...columns, unknown.join(', '));
  return l10n.t(
    'row 1: the columns are {0}, expected {1}: missing {2}, not known {3}',
    ...columns,
    lacking.join(', '),
    unknown.join(', '),
  );
}

/** A few rows of a column that are told together. */
interface Oddity {
  count: number;
  readonly firstRow: number;
}

/** Looks at each row by itself. */
class RowCheck {
  readonly #empty = new Map<number, Oddity>();
  readonly #lists = new Map<number, Oddity>();
  readonly #columns: readonly SampleColumn[];
  readonly #keys: number;

  constructor(
    private readonly header: readonly string[],
    sample: Partial<Pick<Sample, 'columns' | 'keys'>> | undefined,
    private readonly problems: SubmissionProblems,
  ) {
    this.#columns = sample?.columns ?? [];
    this.#keys = sample?.keys ?? 0;
  }

  row({ row, values }: CsvRow): void {
    const { header, problems } = this;
    if (values.length !== header.length)
      problems.add('length', () =>
        l10n.t('row {0}: {1}, expected {2}', row, plural(values.length, 'value'), header.length),
      );
    for (let column = 0; column < values.length; column += 1) this.#value(row, column, values[column] ?? '');
  }

  #value(row: number, column: number, value: string): void {
    const expected = this.#columns[column];
    if (value.trim() === '') this.#noValue(row, column, expected);
    else if (column >= this.#keys && expected !== undefined) this.#answer(row, column, value, expected);
  }

  #noValue(row: number, column: number, expected: SampleColumn | undefined): void {
    if (expected?.mayBeEmpty === true) return;
    const isWanted = column < this.#keys || (expected !== undefined && expected.kind !== 'text');
    if (isWanted) this.#problem(column, (name) => l10n.t('row {0}: {1} is missing', row, name));
    else count(this.#empty, column, row);
  }

  #answer(row: number, column: number, value: string, { kind, words }: SampleColumn): void {
    if (kind === 'number' && !Number.isFinite(Number(value))) {
      if (isList(value)) count(this.#lists, column, row);
      else
        this.#problem(column, (name) => l10n.t('row {0}: {1} is {2}, not a finite number', row, name, value));
    } else if (kind === 'boolean' && !words.includes(value))
      this.#problem(column, (name) => notTruth(row, name, value, words));
  }

  #problem(column: number, describe: (name: string) => string): void {
    this.problems.add('value', () => describe(this.#nameOf(column)));
  }

  notes(): string[] {
    const where = ({ count: rows, firstRow: first }: Oddity): string =>
      l10n.t('{0}, the first of them row {1}', plural(rows, 'row'), first);
    return [
      ...[...this.#empty].map(([column, odd]) =>
        l10n.t('{0} is empty in {1}: right only if that is an answer.', this.#nameOf(column), where(odd)),
      ),
      ...[...this.#lists].map(([column, odd]) =>
        l10n.t(
          '{0} is a list in {1}, where the sample has one number: right only if lists are asked for.',
          this.#nameOf(column),
          where(odd),
        ),
      ),
    ];
  }

  #nameOf(column: number): string {
    return this.header[column] ?? l10n.t('column {0}', column + 1);
  }
}

function count(oddities: Map<number, Oddity>, column: number, row: number): void {
  const known = oddities.get(column);
  if (known === undefined) oddities.set(column, { count: 1, firstRow: row });
  else known.count += 1;
}

/** Several finite numbers with spaces or `;` between. */
function isList(value: string): boolean {
  const parts = value.trim().split(/[\s;]+/);
  return parts.length > 1 && parts.every((part) => part !== '' && Number.isFinite(Number(part)));
}

function notTruth(row: number, name: string, value: string, [yes, no]: readonly [string, string]): string {
  const fromJulia = value === 'true' || value === 'false';
  return fromJulia
    ? l10n.t(
        'row {0}: {1} is {2}, where the sample has {3} and {4} (Julia prints true and false)',
        row,
        name,
        value,
        yes,
        no,
      )
    : l10n.t('row {0}: {1} is {2}, where the sample has {3} and {4}', row, name, value, yes, no);
}

/** The columns that say which row it is. */
class Keys {
  readonly #names: readonly string[];

  constructor(header: readonly string[], count: number) {
    this.#names = header.slice(0, count);
  }

  /** Whether another file has them in the same place. */
  are(header: readonly string[]): boolean {
    return this.#names.every((name, column) => header[column] === name);
  }

  of(values: readonly string[]): string {
    return this.#names.length === 1 ? (values[0] ?? '') : values.slice(0, this.#names.length).join('\0');
  }

  /** A key as a sentence names it. */
  inWords(key: string): string {
    return this.#names.length === 1
      ? l10n.t('the id {0}', key)
      : l10n.t('the key {0} ({1})', key.replaceAll('\0', ', '), this.#names.join(', '));
  }
}

/** Whether both files have the same keys in the same order: the usual case, which needs no memory. */
async function areInOrder(file: string, sampleFile: string, keys: Keys): Promise<boolean> {
  const [mine, theirs] = [new KeyCursor(file, keys), new KeyCursor(sampleFile, keys)];
  try {
    for (;;) {
      // A promise for each of a million keys would cost more than all the rest.
      if (!mine.hasNext && !(await mine.refill())) return !theirs.hasNext && !(await theirs.refill());
      if (!theirs.hasNext && !(await theirs.refill())) return false;
      while (mine.hasNext && theirs.hasNext) if (mine.next() !== theirs.next()) return false;
    }
  } finally {
    await mine.close();
    await theirs.close();
  }
}

/** Goes through the keys of a file, a portion at a time. */
class KeyCursor {
  readonly #portions: AsyncGenerator<readonly CsvRow[]>;
  #rows: readonly CsvRow[] = [];
  #at = 0;

  constructor(
    file: string,
    private readonly keys: Keys,
  ) {
    this.#portions = dataRows(file);
  }

  get hasNext(): boolean {
    return this.#at < this.#rows.length;
  }

  next(): string {
    const key = this.keys.of(this.#rows[this.#at]?.values ?? []);
    this.#at += 1;
    return key;
  }

  /** Whether there are more keys. */
  async refill(): Promise<boolean> {
    while (!this.hasNext) {
      const portion = await this.#portions.next();
      if (portion.done === true) return false;
      [this.#rows, this.#at] = [portion.value, 0];
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#portions.return(undefined);
  }
}

/** The keys in any order. One that the sample has several times may come as often. */
async function checkKeys(
  file: string,
  sampleFile: string,
  keys: Keys,
  problems: SubmissionProblems,
): Promise<void> {
  const expected = new Map<string, number>();
  for await (const rows of dataRows(sampleFile))
    for (const { values } of rows) {
      const key = keys.of(values);
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
  for await (const rows of dataRows(file))
    for (const { row, values } of rows) {
      const key = keys.of(values);
      // That it is missing is told with the values.
      if (key === '') continue;
      const left = expected.get(key);
      if (left === undefined)
        problems.add('unknown', () => {
          const other = writtenOtherwise(key, expected.keys());
          return other === undefined
            ? l10n.t('row {0}: {1} is not in the sample', row, keys.inWords(key))
            : l10n.t(
                'row {0}: {1} is not in the sample, which writes it {2}: read the column as text',
                row,
                keys.inWords(key),
                other,
              );
        });
      else if (left === 0)
        problems.add('duplicate', () => l10n.t('row {0}: {1} appears twice', row, keys.inWords(key)));
      else expected.set(key, left - 1);
    }
  for (const [key, left] of expected)
    if (left > 0) problems.add('missing-id', () => l10n.t('{0} of the sample is missing', keys.inWords(key)));
}

/** How the sample writes an id that was read as a number, or trimmed: `007` for `7`, `3` for `3.0`. */
function writtenOtherwise(id: string, known: Iterable<string>): string | undefined {
  const number = id.trim() === '' ? NaN : Number(id);
  for (const other of known)
    if (other.trim() === id.trim() || (other.trim() !== '' && Number(other) === number)) return other;
  return undefined;
}
