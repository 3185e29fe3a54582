import * as l10n from '@vscode/l10n';
import { StringDecoder } from 'node:string_decoder';
import { textBytes } from './packed-text.ts';

/** One row of a CSV file. */
export interface CsvRow {
  /** Counted from 1, empty lines too: what an editor shows, unless a value before has line ends in it. */
  readonly row: number;
  readonly values: readonly string[];
}

/** The file is no CSV. `row` is where. */
export class CsvError extends Error {
  constructor(
    readonly row: number,
    problem: string,
  ) {
    super(l10n.t('row {0}: {1}', row, problem));
  }
}

/** A quote that is never closed, or a file without line ends, would otherwise be taken in as a whole. */
const LONGEST_ROW_CHARACTERS = 10_000_000;

/**
 * The rows of a CSV file (RFC 4180, `\n` or `\r\n`, with or without a byte order mark, packed as `.gz` or `.zip` or not)
 * in portions, in constant memory. Empty lines are left out. Written for files of a million rows: a row without quotes
 * costs one `split`.
 * @throws CsvError, ContentError; errors of the file system.
 */
export async function* csvRows(path: string): AsyncGenerator<readonly CsvRow[]> {
  const decoder = new StringDecoder('utf8');
  const reader = new RowReader();
  for await (const chunk of textBytes(path)) yield reader.read(decoder.write(chunk));
  yield reader.end(decoder.end());
}

class RowReader {
  #rest = '';
  #row = 0;
  /** The lines of a row whose quote is still open. They are put together once: a quote may be open for a whole file. */
  #open: string[] = [];
  #openCharacters = 0;

  read(text: string): CsvRow[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LONGEST_ROW_CHARACTERS)
      throw new CsvError(this.#row + 1, l10n.t('it has no end'));
    return this.#rows(lines);
  }

  end(text: string): CsvRow[] {
    const rows = this.#rows((this.#rest + text).split('\n'));
    if (this.#open.length > 0) throw neverClosed(this.#row);
    return rows;
  }

  #rows(lines: readonly string[]): CsvRow[] {
    const rows: CsvRow[] = [];
    for (const line of lines) {
      const values = this.#take(line);
      if (values !== undefined) rows.push({ row: this.#row, values });
    }
    return rows;
  }

  #take(line: string): string[] | undefined {
    if (this.#open.length > 0) return this.#quoted(line);
    this.#row += 1;
    const bare = this.#row === 1 ? line.replace(/^\uFEFF/, '') : line;
    const whole = bare.endsWith('\r') ? bare.slice(0, -1) : bare;
    if (whole === '') return undefined;
    return whole.includes('"') ? this.#quoted(bare) : whole.split(',');
  }

  /** A line of a row with quotes: an odd number of them opens or closes what goes over a line end. */
  #quoted(line: string): string[] | undefined {
    const wasOpen = this.#open.length > 0;
    const isOdd = line.split('"').length % 2 === 0;
    this.#open.push(line);
    this.#openCharacters += line.length + 1;
    if (this.#openCharacters > LONGEST_ROW_CHARACTERS) throw neverClosed(this.#row);
    if (wasOpen !== isOdd) return undefined;
    const text = this.#open.join('\n');
    this.#open = [];
    this.#openCharacters = 0;
    return splitQuoted(text.endsWith('\r') ? text.slice(0, -1) : text, this.#row);
  }
}

function neverClosed(row: number): CsvError {
  return new CsvError(row, l10n.t('a quote is opened and never closed'));
}

const QUOTED_VALUE = /"((?:[^"]|"")*)"|([^",]*)/y;

/** Splits a row in which quotes are balanced. */
function splitQuoted(text: string, row: number): string[] {
  const values: string[] = [];
  for (let at = 0; ; at += 1) {
    QUOTED_VALUE.lastIndex = at;
    const [whole = '', quoted, plain = ''] = QUOTED_VALUE.exec(text) ?? [];
    values.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length;
    if (at >= text.length) return values;
    if (text[at] !== ',') throw new CsvError(row, l10n.t('a quote inside of a value'));
  }
}
