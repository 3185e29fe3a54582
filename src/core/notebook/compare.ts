import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/errors.ts';
import { sha256OfFile } from '../../base/hash.ts';
import type { FileComparison } from '../artefacts.ts';
import type { CsvRow } from '../contract/submission/csv-rows.ts';
import { tableRows } from '../contract/submission/table-rows.ts';

type First = NonNullable<FileComparison['first']>;

/**
 * Compares the submission of Kaggle's run with the rehearsal's: the same notebook on the same public data, so they
 * should be the same. Both are streams; each is read twice at most.
 * @throws UserError `submission-file` when they differ in columns or in the number of rows; `CsvError`.
 */
export async function compareSubmissions(rehearsed: string, onKaggle: string): Promise<FileComparison> {
  const identical = (await sha256OfFile(rehearsed)) === (await sha256OfFile(onKaggle));
  const found = new Differences();
  const [ours, theirs] = [allRows(rehearsed), allRows(onKaggle)];
  try {
    for (;;) {
      const [a, b] = [await ours.next(), await theirs.next()];
      if (a.done === true && b.done === true) return found.result(identical);
      if (a.done === true)
        throw otherShape(l10n.t('{0} rows', found.rows), `${found.rows + 1 + (await rest(theirs))}`);
      if (b.done === true)
        throw otherShape(l10n.t('{0} rows', found.rows + 1 + (await rest(ours))), `${found.rows}`);
      found.take(a.value, b.value);
    }
  } finally {
    // Files that are not read to their ends stay open otherwise.
    await Promise.all([ours.return(undefined), theirs.return(undefined)]);
  }
}

/** Collects row by row. */
class Differences {
  /** Data rows so far; -1 before the header. */
  rows = -1;
  #header: readonly string[] = [];
  #differing = 0;
  #first: First | undefined;
  #largest: number | undefined;

  take(ours: CsvRow, theirs: CsvRow): void {
    this.rows += 1;
    if (this.rows === 0) {
      this.#header = ours.values;
      if (ours.values.join('\n') !== theirs.values.join('\n'))
        throw otherShape(l10n.t('the columns {0}', ours.values.join(', ')), theirs.values.join(', '));
      return;
    }
    const columns = this.#header
      .map((_, column) => column)
      .filter((c) => ours.values[c] !== theirs.values[c]);
    const [first] = columns;
    if (first === undefined) return;
    this.#differing += 1;
    this.#first ??= {
      row: theirs.row,
      column: this.#header[first] ?? '',
      rehearsed: ours.values[first] ?? '',
      onKaggle: theirs.values[first] ?? '',
    };
    for (const column of columns) this.#measure(ours.values[column], theirs.values[column]);
  }

  #measure(ours: string | undefined, theirs: string | undefined): void {
    const difference = Math.abs(Number(ours) - Number(theirs));
    if (Number.isFinite(difference)) this.#largest = Math.max(this.#largest ?? 0, difference);
  }

  result(identical: boolean): FileComparison {
    return {
      identical,
      rows: Math.max(0, this.rows),
      differingRows: this.#differing,
      ...defined({ first: this.#first, largest: this.#largest }),
    };
  }
}

async function* allRows(file: string): AsyncGenerator<CsvRow, undefined> {
  for await (const rows of tableRows(file)) yield* rows;
}

async function rest(rows: AsyncGenerator<CsvRow>): Promise<number> {
  let count = 0;
  for await (const _ of rows) count += 1;
  return count;
}

function otherShape(ours: string, theirs: string): UserError {
  return new UserError({
    code: 'submission-file',
    title: l10n.t(
      "The submission file of the run on Kaggle has another shape than the rehearsal's: {0} here, {1} there.",
      ours,
      theirs,
    ),
    actions: [
      {
        title: l10n.t(
          "The data here are not the competition's present ones: take [data] folder out of JuliaKaggle.toml, or remove .julia-kaggle/competition, so that they are downloaded anew.",
        ),
      },
      { title: l10n.t('If they are, the program does something else there: look at its log.') },
    ],
  });
}

/** The comparison in one sentence. */
export function comparisonInWords({
  identical,
  rows,
  differingRows,
  first,
  largest,
}: FileComparison): string {
  if (identical) return l10n.t("The submission file is byte for byte the rehearsal's.");
  if (first === undefined)
    return l10n.t("The submission file has the rehearsal's values, written otherwise.");
  const { row, column, rehearsed, onKaggle } = first;
  return largest === undefined
    ? l10n.t(
        "The submission file differs from the rehearsal's in {0} of {1} rows (first in row {2}, {3}: {4} here, {5} there).",
        differingRows,
        rows,
        row,
        column,
        rehearsed,
        onKaggle,
      )
    : l10n.t(
        "The submission file differs from the rehearsal's in {0} of {1} rows (first in row {2}, {3}: {4} here, {5} there; numbers by {6} at most).",
        differingRows,
        rows,
        row,
        column,
        rehearsed,
        onKaggle,
        Number(largest.toPrecision(3)),
      );
}
