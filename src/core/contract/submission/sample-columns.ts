import { exists } from '../../../base/files.ts';
import type { Expectation } from './expectation.ts';
import { dataRows, firstRow } from './table-rows.ts';

/** A column of the sample, by its values. */
export interface SampleColumn {
  readonly kind: 'number' | 'boolean' | 'text';
  /** Of a column of truth values: how the sample writes them. */
  readonly words: readonly [yes: string, no: string];
  /** An empty value is an answer there. */
  readonly mayBeEmpty: boolean;
}

/** What the sample says, found in one pass. */
export interface Sample {
  readonly file: string;
  readonly header: readonly string[];
  readonly columns: readonly SampleColumn[];
  /** So many columns at the beginning say which row it is; 0: rows are known by their order alone. */
  readonly keys: number;
  readonly rows: number;
}

const TRUTH: readonly (readonly [yes: string, no: string])[] = [
  ['True', 'False'],
  ['TRUE', 'FALSE'],
  ['true', 'false'],
];

/** So many different values of a column are counted: a key of several columns has fewer in each. */
const MOST_COUNTED = 50_000;
/** No key has more columns. */
const MOST_KEYS = 4;
const NAME_OF_KEY = /id$|^id|_id|key|index|row|date|time|image|file|name/i;

/**
 * Reads the sample in constant memory.
 * @throws CsvError, ContentError; errors of the file system.
 */
export async function readSample(file: string, { testSet }: Expectation): Promise<Sample> {
  const header = (await firstRow(file))?.values ?? [];
  const facts = header.map((_, column) => new ColumnFacts(column < MOST_KEYS));
  let rows = 0;
  for await (const portion of dataRows(file)) {
    rows += portion.length;
    for (const { values } of portion)
      for (const [column, fact] of facts.entries()) fact.add(values[column] ?? '');
  }
  const keys = keyColumns({ header, facts, rows }, await headerOf(testSet));
  return { file, header, columns: facts.map((fact) => fact.column()), keys, rows };
}

/** A test set that cannot be read tells nothing. */
async function headerOf(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined || !(await exists(file))) return [];
  return (await firstRow(file).catch(() => undefined))?.values ?? [];
}

interface Table {
  readonly header: readonly string[];
  readonly facts: readonly ColumnFacts[];
  readonly rows: number;
}

/**
 * Pure: how many columns are the key. The first is, where its values are all different and could name something; else
 * those which the test set has too, or whose values form a full table (each shop on each day).
 */
function keyColumns(table: Table, testHeader: readonly string[]): number {
  const { header, facts, rows } = table;
  const [first] = facts;
  if (first === undefined || header.length === 1 || rows === 0) return 0;
  const columns = header.slice(0, -1).slice(0, MOST_KEYS);
  const shared = [...columns, undefined].findIndex(
    (name) => name === undefined || !testHeader.includes(name),
  );
  const isUnique = first.different === undefined || first.different === rows;
  if (isUnique) return shared > 0 || !first.hasFractions ? 1 : 0;
  return shared || fullTable(table) || (couldBeKey(first, header[0] ?? '') ? 1 : 0);
}

/** The columns at the beginning whose values all come with all of each other; 0: they are none. */
function fullTable({ header, facts, rows }: Table): number {
  let product = 1;
  for (const [column, { different = 0 }] of facts.slice(0, header.length - 1).entries()) {
    product *= different;
    if (column > 0 && different > 1 && product === rows) return column + 1;
  }
  return 0;
}

/** Whether values that come several times say which row it is: not the same in all, nor numbers by another name. */
function couldBeKey(column: ColumnFacts, name: string): boolean {
  return column.different !== 1 && (column.column().kind !== 'number' || NAME_OF_KEY.test(name));
}

/** What the values of one column have in common. */
class ColumnFacts {
  #isNumber = true;
  #truth = TRUTH;
  #hasEmpty = false;
  #isEmpty = true;
  #values: Set<string> | undefined;
  hasFractions = false;

  constructor(isCounted: boolean) {
    if (isCounted) this.#values = new Set();
  }

  /** How many different values there are; undefined: too many to be counted. */
  get different(): number | undefined {
    return this.#values?.size;
  }

  add(value: string): void {
    if ((this.#values?.add(value).size ?? 0) > MOST_COUNTED) this.#values = undefined;
    if (value.trim() === '') {
      this.#hasEmpty = true;
      return;
    }
    this.#isEmpty = false;
    if (this.#isNumber) this.#addNumber(Number(value));
    if (this.#truth.length > 0) this.#truth = this.#truth.filter((words) => words.includes(value));
  }

  #addNumber(number: number): void {
    this.#isNumber = Number.isFinite(number);
    this.hasFractions ||= this.#isNumber && !Number.isInteger(number);
  }

  column(): SampleColumn {
    const [words] = this.#isEmpty ? [] : this.#truth;
    const isNumber = this.#isNumber && !this.#isEmpty;
    return {
      kind: words === undefined ? (isNumber ? 'number' : 'text') : 'boolean',
      words: words ?? ['', ''],
      mayBeEmpty: this.#hasEmpty,
    };
  }
}
