import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { UserError } from '../../base/errors.ts';
import { exists } from '../../base/files.ts';

/** At most this many problems are named; the rest are counted. */
const MAX_PROBLEMS = 5;

export interface SubmissionFacts {
  /** Data rows, without the header. */
  readonly rows: number;
}

interface Sample {
  readonly header: readonly string[];
  /** Value of the first column of each row. */
  readonly ids: ReadonlySet<string>;
  /** Columns that hold numbers in the sample. */
  readonly numeric: readonly boolean[];
}

/**
 * Compares a submission with the competition's sample, row by row: columns, ids (first column), duplicates, missing
 * and non-finite values. Without a sample only "not empty" is checked.
 * @throws UserError `submission-file` naming each problem with its row.
 */
export async function checkSubmission(file: string, sampleFile: string): Promise<SubmissionFacts> {
  const sample = (await exists(sampleFile)) ? await readSample(sampleFile) : undefined;
  const problems = new Problems();
  const seen = new Set<string>();
  let header: readonly string[] | undefined;
  let line = 1;
  for await (const row of rowsOf(file)) {
    if (header === undefined) {
      header = row;
      if (sample !== undefined) checkHeader(header, sample.header, problems);
    } else {
      line += 1;
      checkRow(row, line, header, sample, seen, problems);
    }
  }
  if (header === undefined) problems.add('the file is empty');
  for (const id of sample?.ids ?? [])
    if (!seen.has(id)) problems.add(`the id ${id} of the sample is missing`);
  problems.throwIfAny(file);
  return { rows: line - 1 };
}

function checkHeader(header: readonly string[], expected: readonly string[], problems: Problems): void {
  if (header.join(',') === expected.join(',')) return;
  problems.add(`row 1: the columns are ${header.join(', ')}, expected ${expected.join(', ')}`);
}

function checkRow(
  row: readonly string[],
  line: number,
  header: readonly string[],
  sample: Sample | undefined,
  seen: Set<string>,
  problems: Problems,
): void {
  const id = row[0] ?? '';
  if (seen.has(id)) problems.add(`row ${line}: the id ${id} appears twice`);
  seen.add(id);
  if (sample !== undefined && !sample.ids.has(id))
    problems.add(`row ${line}: the id ${id} is not in the sample`);
  if (row.length !== header.length)
    problems.add(`row ${line}: ${row.length} values, expected ${header.length}`);
  row.forEach((value, column) => {
    const name = header[column] ?? `column ${column + 1}`;
    if (value === '') problems.add(`row ${line}: ${name} is missing`);
    else if (sample?.numeric[column] === true && !isFiniteNumber(value))
      problems.add(`row ${line}: ${name} is ${value}, not a finite number`);
  });
}

async function readSample(file: string): Promise<Sample> {
  const ids = new Set<string>();
  let header: readonly string[] = [];
  let numeric: boolean[] = [];
  let first = true;
  for await (const row of rowsOf(file)) {
    if (first) {
      header = row;
      numeric = row.map((_, column) => column > 0);
      first = false;
    } else {
      ids.add(row[0] ?? '');
      numeric = numeric.map((was, column) => was && isFiniteNumber(row[column] ?? ''));
    }
  }
  return { header, ids, numeric };
}

function isFiniteNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

async function* rowsOf(file: string): AsyncGenerator<readonly string[]> {
  const parser = createReadStream(file).pipe(
    parse({ relaxColumnCount: true, skipEmptyLines: true, bom: true }),
  );
  try {
    for await (const row of parser as AsyncIterable<string[]>) yield row;
  } catch (error) {
    throw new UserError({
      code: 'submission-file',
      title: `${file} is not a CSV file.`,
      detail: error instanceof Error ? error.message : undefined,
      actions: [{ title: 'Write it with a header and one row for each id of the sample submission.' }],
      cause: error,
    });
  }
}

class Problems {
  #count = 0;
  readonly #first: string[] = [];

  add(problem: string): void {
    this.#count += 1;
    if (this.#first.length < MAX_PROBLEMS) this.#first.push(problem);
  }

  throwIfAny(file: string): void {
    if (this.#count === 0) return;
    const more = this.#count - this.#first.length;
    throw new UserError({
      code: 'submission-file',
      title: `The submission file does not match the sample: ${this.#first[0] ?? ''}.`,
      detail: [file, ...this.#first, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
      actions: [{ title: 'Correct what the package writes and run again.' }],
    });
  }
}
