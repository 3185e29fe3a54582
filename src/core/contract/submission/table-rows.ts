import { ParquetError, parquetRows } from '../../../base/parquet.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';
import { ContentError } from './packed-text.ts';

/** Pure: whether a file is a table, by its name: CSV, packed or not, or Parquet. */
export function isTable(file: string): boolean {
  return /\.(csv(\.gz|\.zip)?|parquet)$/i.test(file);
}

/**
 * The rows of a table in portions, the header first. Those of a Parquet file are counted as they would be in a CSV file:
 * the header is row 1. @throws CsvError, ContentError; errors of the file system.
 */
export async function* tableRows(path: string): AsyncGenerator<readonly CsvRow[]> {
  if (!/\.parquet$/i.test(path)) {
    yield* csvRows(path);
    return;
  }
  let row = 0;
  try {
    for await (const portion of parquetRows(path)) yield portion.map((values) => ({ row: ++row, values }));
  } catch (error) {
    throw error instanceof ParquetError ? new ContentError(error.message, { cause: error }) : error;
  }
}

/** The first row, which is the header; undefined for an empty file. @throws as `tableRows`. */
export async function firstRow(file: string): Promise<CsvRow | undefined> {
  for await (const rows of tableRows(file)) if (rows[0] !== undefined) return rows[0];
  return undefined;
}

/** All rows but the first. @throws as `tableRows`. */
export async function* dataRows(file: string): AsyncGenerator<readonly CsvRow[]> {
  let begun = false;
  for await (const rows of tableRows(file)) {
    if (rows.length === 0) continue;
    yield begun ? rows : rows.slice(1);
    begun = true;
  }
}
