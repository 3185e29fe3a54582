import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { ParquetError, parquetRows } from '../base/parquet.ts';

export const METRICS = ['rmse'] as const;

/** Why a submission has no score, in words for its author. */
export class ScoringError extends Error {
  override readonly name = 'ScoringError';
}

export interface ScoreRequest {
  readonly metric: (typeof METRICS)[number];
  readonly idColumn: string;
  readonly targetColumn: string;
  /** CSV file with the columns id, target and `Usage` (`Public` or `Private`). */
  readonly solution: string;
  /** The submission's bytes, or the file where it is Parquet. */
  readonly submission: Readable | { readonly parquet: string };
}

/** Texts as Kaggle shows them, five decimals; empty when no row has that usage. */
export interface Scores {
  readonly publicScore: string;
  readonly privateScore: string;
}

interface Truth {
  readonly value: number;
  readonly usage: 'Public' | 'Private';
}

/** Not `Number()` alone: it takes an empty text for 0 and reads hexadecimal. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const SCORE_DECIMALS = 5;

/**
 * Compares a submission with the solution, in one pass. Its rows may be in any order; every id of the solution must be
 * there once, with a finite number, and no other column or id.
 * @throws ScoringError
 */
export async function score(request: ScoreRequest): Promise<Scores> {
  const truth = await readSolution(request);
  const errors = { Public: new MeanSquare(), Private: new MeanSquare() };
  const seen = new Set<string>();
  for await (const { id, value, line } of submissionRows(request)) {
    const expected = truth.get(id);
    if (expected === undefined)
      throw new ScoringError(`Row ${line}: '${id}' is not a known '${request.idColumn}'.`);
    if (seen.has(id)) throw new ScoringError(`Row ${line}: duplicate '${request.idColumn}' '${id}'.`);
    seen.add(id);
    errors[expected.usage].add(numberOf(value, line, request.targetColumn) - expected.value);
  }
  const missing = truth.size - seen.size;
  if (missing > 0)
    throw new ScoringError(
      `Unable to find ${missing} required key values in the '${request.idColumn}' column.`,
    );
  return { publicScore: errors.Public.rootText(), privateScore: errors.Private.rootText() };
}

class MeanSquare {
  #sum = 0;
  #count = 0;

  add(error: number): void {
    this.#sum += error * error;
    this.#count += 1;
  }

  rootText(): string {
    return this.#count === 0 ? '' : Math.sqrt(this.#sum / this.#count).toFixed(SCORE_DECIMALS);
  }
}

function numberOf(text: string, line: number, column: string): number {
  const value = DECIMAL.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isFinite(value))
    throw new ScoringError(`Row ${line}: '${text}' in column '${column}' is not a finite number.`);
  return value;
}

async function readSolution(request: ScoreRequest): Promise<Map<string, Truth>> {
  const truth = new Map<string, Truth>();
  let header: readonly string[] | undefined;
  for await (const row of rows(createReadStream(request.solution))) {
    if (header === undefined) {
      header = row;
      continue;
    }
    const cell = (column: string): string => row[header?.indexOf(column) ?? -1] ?? '';
    const usage = cell('Usage').toLowerCase() === 'public' ? 'Public' : 'Private';
    truth.set(cell(request.idColumn), { value: Number(cell(request.targetColumn)), usage });
  }
  return truth;
}

async function* submissionRows(
  request: ScoreRequest,
): AsyncGenerator<{ id: string; value: string; line: number }> {
  const columns = [request.idColumn, request.targetColumn];
  let header: readonly string[] | undefined;
  let line = 0;
  for await (const row of rowsOfTheAuthor(request.submission)) {
    line += 1;
    if (header === undefined) {
      header = row;
      checkHeader(header, columns);
      continue;
    }
    if (row.length !== columns.length)
      throw new ScoringError(`Row ${line}: ${row.length} values, expected ${columns.length}.`);
    const cell = (column: string): string => row[header?.indexOf(column) ?? -1] ?? '';
    yield { id: cell(request.idColumn), value: cell(request.targetColumn), line };
  }
  if (header === undefined) throw new ScoringError('The submission is empty.');
}

function checkHeader(header: readonly string[], columns: readonly string[]): void {
  if (header.length === columns.length && columns.every((column) => header.includes(column))) return;
  throw new ScoringError(`The columns are '${header.join("', '")}', expected '${columns.join("', '")}'.`);
}

async function* rowsOfTheAuthor(content: ScoreRequest['submission']): AsyncGenerator<readonly string[]> {
  try {
    if ('parquet' in content) for await (const portion of parquetRows(content.parquet)) yield* portion;
    else yield* rows(content);
  } catch (error) {
    if (error instanceof ParquetError)
      throw new ScoringError(`The submission is not a Parquet file: ${error.message}`);
    if (error instanceof CsvError)
      throw new ScoringError(`The submission is not a CSV file: ${error.message}`);
    throw error;
  }
}

async function* rows(content: Readable): AsyncGenerator<readonly string[]> {
  const parser = parse({ relaxColumnCount: true, skipEmptyLines: true, bom: true });
  content.on('error', (error) => parser.destroy(error)).pipe(parser);
  try {
    for await (const row of parser as AsyncIterable<string[]>) yield row;
  } finally {
    content.destroy();
  }
}
