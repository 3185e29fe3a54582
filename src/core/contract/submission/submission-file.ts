import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../../base/errors.ts';
import { exists, fileError } from '../../../base/files.ts';
import { CsvError, type CsvRow, csvRows } from './csv-rows.ts';
import { SubmissionProblems } from './submission-problems.ts';

export interface SubmissionFacts {
  /** Data rows, without the header; undefined where the file is no CSV. */
  readonly rows: number | undefined;
  /** What could not be checked, for people; undefined when everything was. */
  readonly leftOut?: string;
}

/** What the sample says of its columns, found in one pass. */
interface SampleColumns {
  readonly header: readonly string[];
  /** Columns that hold numbers in every row of the sample; never the first, which is the id. */
  readonly numeric: readonly boolean[];
  readonly rows: number;
}

/** What each row of the submission is checked for. */
interface RowRules {
  readonly header: readonly string[];
  readonly numeric: readonly boolean[];
}

/**
 * Compares a submission with the competition's sample, row by row: columns, ids (first column), duplicates, missing
 * and non-finite values, number of rows. Without a sample: a header, and no row that is short or has a gap.
 *
 * Both files are streams. While the ids come in the sample's order nothing is remembered; only for another order are
 * the sample's ids held in memory (some 100 MB for a million).
 *
 * A file of another kind, by its name, is asked for content only, and `leftOut` says so: the notebook does the same.
 * @throws UserError `submission-file` naming each problem with its row.
 */
export async function checkSubmission(file: string, sampleFile: string): Promise<SubmissionFacts> {
  try {
    return isCsv(file) ? await compare(file, sampleFile) : await checkContent(file);
  } catch (error) {
    throw error instanceof CsvError ? notCsv(file, error) : fileError(error, file);
  }
}

/** Pure: whether a submission file is compared row by row: by its name, as the notebook's last cell decides. */
export function isCsv(file: string): boolean {
  return file.endsWith('.csv');
}

async function checkContent(file: string): Promise<SubmissionFacts> {
  const problems = new SubmissionProblems();
  if ((await stat(file)).size === 0) problems.add('empty', () => 'the file is empty');
  problems.throwIfAny(file);
  const leftOut = `${basename(file)} is not a CSV file by its name: its columns, ids and rows are not checked.`;
  return { rows: undefined, leftOut };
}

async function compare(file: string, sampleFile: string): Promise<SubmissionFacts> {
  const problems = new SubmissionProblems();
  const sample = (await exists(sampleFile)) ? await readSample(sampleFile) : undefined;
  const header = await checkHeader(file, sample, problems);
  const rows = await checkRows(file, { header, numeric: sample?.numeric ?? [] }, problems);
  const hasIds = header[0] !== undefined && header[0] === sample?.header[0];
  if (hasIds && !(await idsInOrder(file, sampleFile))) await checkIds(file, sampleFile, problems);
  if (sample !== undefined && header.length > 0 && rows !== sample.rows)
    problems.add('rows', () => `${rows} rows, expected ${sample.rows}`);
  problems.throwIfAny(file);
  return { rows };
}

/** The header of the submission; empty when the file is. */
async function checkHeader(
  file: string,
  sample: SampleColumns | undefined,
  problems: SubmissionProblems,
): Promise<readonly string[]> {
  const header = (await firstRow(file))?.values ?? [];
  const expected = sample?.header ?? header;
  if (header.length === 0) problems.add('empty', () => 'the file is empty');
  else if (header.join('\n') !== expected.join('\n'))
    problems.add('columns', () => describeColumns(header, expected));
  return header;
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

async function firstRow(file: string): Promise<CsvRow | undefined> {
  for await (const rows of csvRows(file)) if (rows[0] !== undefined) return rows[0];
  return undefined;
}

/** All rows but the first. */
async function* dataRows(file: string): AsyncGenerator<readonly CsvRow[]> {
  let begun = false;
  for await (const rows of csvRows(file)) {
    if (rows.length === 0) continue;
    yield begun ? rows : rows.slice(1);
    begun = true;
  }
}

async function checkRows(file: string, rules: RowRules, problems: SubmissionProblems): Promise<number> {
  let count = 0;
  for await (const rows of dataRows(file)) {
    count += rows.length;
    for (const row of rows) checkRow(row, rules, problems);
  }
  return count;
}

function checkRow(
  { row, values }: CsvRow,
  { header, numeric }: RowRules,
  problems: SubmissionProblems,
): void {
  if (values.length !== header.length)
    problems.add('length', () => `row ${row}: ${values.length} values, expected ${header.length}`);
  for (const [column, value] of values.entries()) {
    const name = (): string => header[column] ?? `column ${column + 1}`;
    if (value.trim() === '') problems.add('value', () => `row ${row}: ${name()} is missing`);
    else if (numeric[column] === true && !isFiniteNumber(value))
      problems.add('value', () => `row ${row}: ${name()} is ${value}, not a finite number`);
  }
}

/** Whether both files have the same ids in the same order: the usual case, which needs no memory. */
async function idsInOrder(file: string, sampleFile: string): Promise<boolean> {
  const [mine, theirs] = [new IdCursor(file), new IdCursor(sampleFile)];
  try {
    for (;;) {
      // A promise for each of a million ids would cost more than all the rest.
      if (!mine.hasNext && !(await mine.refill())) return !theirs.hasNext && !(await theirs.refill());
      if (!theirs.hasNext && !(await theirs.refill())) return false;
      while (mine.hasNext && theirs.hasNext) if (mine.next() !== theirs.next()) return false;
    }
  } finally {
    await mine.close();
    await theirs.close();
  }
}

/** Goes through the ids of a file, a portion at a time. */
class IdCursor {
  readonly #portions: AsyncGenerator<readonly CsvRow[]>;
  #rows: readonly CsvRow[] = [];
  #at = 0;

  constructor(file: string) {
    this.#portions = dataRows(file);
  }

  get hasNext(): boolean {
    return this.#at < this.#rows.length;
  }

  next(): string {
    const id = this.#rows[this.#at]?.values[0] ?? '';
    this.#at += 1;
    return id;
  }

  /** Whether there are more ids. */
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

/** The ids in any order. One that the sample has several times may come as often. */
async function checkIds(file: string, sampleFile: string, problems: SubmissionProblems): Promise<void> {
  const expected = new Map<string, number>();
  for await (const rows of dataRows(sampleFile))
    for (const { values } of rows) {
      const id = values[0] ?? '';
      expected.set(id, (expected.get(id) ?? 0) + 1);
    }
  for await (const rows of dataRows(file))
    for (const { row, values } of rows) {
      const id = values[0] ?? '';
      const left = expected.get(id);
      if (left === undefined) problems.add('unknown', () => `row ${row}: the id ${id} is not in the sample`);
      else if (left === 0) problems.add('duplicate', () => `row ${row}: the id ${id} appears twice`);
      else expected.set(id, left - 1);
    }
  for (const [id, left] of expected)
    if (left > 0) problems.add('missing-id', () => `the id ${id} of the sample is missing`);
}

async function readSample(file: string): Promise<SampleColumns> {
  const header = (await firstRow(file))?.values ?? [];
  const numeric = header.map((_, column) => column > 0);
  let count = 0;
  for await (const rows of dataRows(file)) {
    count += rows.length;
    for (const { values } of rows)
      for (let column = 1; column < numeric.length; column += 1)
        if (numeric[column] === true && !isFiniteNumber(values[column] ?? '')) numeric[column] = false;
  }
  return { header, numeric, rows: count };
}

function isFiniteNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function notCsv(file: string, error: CsvError): UserError {
  return new UserError({
    code: 'submission-file',
    title: `${file} is not a CSV file: ${error.message}.`,
    actions: [{ title: 'Write it with a header and one row for each id of the sample submission.' }],
    cause: error,
  });
}
