import { plural } from '../../../base/format.ts';
import { type CsvRow, dataRows, firstRow } from './csv-rows.ts';
import type { Sample, SampleColumn } from './sample-columns.ts';
import type { SubmissionProblems } from './submission-problems.ts';

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
  if (rows !== sample.rows) problems.add('rows', () => `${plural(rows, 'row')}, expected ${sample.rows}`);
}

function checkHeader(
  header: readonly string[],
  expected: readonly string[],
  problems: SubmissionProblems,
): void {
  if (header.length === 0) problems.add('empty', () => 'the file is empty');
  else if (header.join('\n') !== expected.join('\n'))
    problems.add('columns', () => describeColumns(header, expected));
}

function describeColumns(header: readonly string[], expected: readonly string[]): string {
  const lacking = expected.filter((name) => !header.includes(name));
  const unknown = header.filter((name) => !expected.includes(name));
  const verb = (names: readonly string[]): string => (names.length === 1 ? 'is' : 'are');
  const notes = [
    ...(lacking.length > 0 ? [`${lacking.join(', ')} ${verb(lacking)} missing`] : []),
    ...(unknown.length > 0 ? [`${unknown.join(', ')} ${verb(unknown)} not known`] : []),
  ];
  const why = notes.length > 0 ? notes.join(', ') : 'another order';
  return `row 1: the columns are ${header.join(', ')}, expected ${expected.join(', ')}: ${why}`;
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
      problems.add(
        'length',
        () => `row ${row}: ${plural(values.length, 'value')}, expected ${header.length}`,
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
    if (isWanted) this.#problem(row, column, 'missing');
    else count(this.#empty, column, row);
  }

  #answer(row: number, column: number, value: string, { kind, words }: SampleColumn): void {
    if (kind === 'number' && !Number.isFinite(Number(value))) {
      if (isList(value)) count(this.#lists, column, row);
      else this.#problem(row, column, `${value}, not a finite number`);
    } else if (kind === 'boolean' && !words.includes(value))
      this.#problem(row, column, notTruth(value, words));
  }

  #problem(row: number, column: number, what: string): void {
    this.problems.add('value', () => `row ${row}: ${this.#nameOf(column)} is ${what}`);
  }

  notes(): string[] {
    const where = ({ count: rows, firstRow: first }: Oddity): string =>
      `${plural(rows, 'row')}, the first of them row ${first}`;
    return [
      ...[...this.#empty].map(
        ([column, odd]) =>
          `${this.#nameOf(column)} is empty in ${where(odd)}: right only if that is an answer.`,
      ),
      ...[...this.#lists].map(
        ([column, odd]) =>
          `${this.#nameOf(column)} is a list in ${where(odd)}, where the sample has one number: right only if lists are asked for.`,
      ),
    ];
  }

  #nameOf(column: number): string {
    return this.header[column] ?? `column ${column + 1}`;
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

function notTruth(value: string, [yes, no]: readonly [string, string]): string {
  const fromJulia = value === 'true' || value === 'false';
  return `${value}, where the sample has ${yes} and ${no}${fromJulia ? ' (Julia prints true and false)' : ''}`;
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
      ? `the id ${key}`
      : `the key ${key.replaceAll('\0', ', ')} (${this.#names.join(', ')})`;
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
          const why = writtenOtherwise(key, expected.keys());
          return `row ${row}: ${keys.inWords(key)} is not in the sample${why}`;
        });
      else if (left === 0) problems.add('duplicate', () => `row ${row}: ${keys.inWords(key)} appears twice`);
      else expected.set(key, left - 1);
    }
  for (const [key, left] of expected)
    if (left > 0) problems.add('missing-id', () => `${keys.inWords(key)} of the sample is missing`);
}

/** Says how the sample writes an id that was read as a number, or trimmed: `007` for `7`, `3` for `3.0`. */
function writtenOtherwise(id: string, known: Iterable<string>): string {
  const number = id.trim() === '' ? NaN : Number(id);
  for (const other of known)
    if (other.trim() === id.trim() || (other.trim() !== '' && Number(other) === number))
      return `, which writes it ${other}: read the column as text`;
  return '';
}
