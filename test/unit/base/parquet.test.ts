import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ParquetError, parquetRows } from '../../../src/base/parquet.ts';
import { tempFolder } from '../../support/temp.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/parquet');

async function read(path: string): Promise<(readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for await (const portion of parquetRows(path)) rows.push(...portion);
  return rows;
}

const fixture = (name: string): string => join(FIXTURES, `${name}.parquet`);

async function refused(path: string, words: RegExp): Promise<void> {
  await assert.rejects(read(path), (error: unknown) => {
    assert.ok(error instanceof ParquetError, String(error));
    assert.match(error.message, words);
    return true;
  });
}

describe('parquetRows', () => {
  it('reads what polars and pandas write, as a CSV file would have it', async () => {
    assert.deepEqual(await read(fixture('polars')), [
      ['date_id', 'prediction'],
      ['100', '0.1'],
      ['101', '0'],
      ['102', '1e+300'],
      ['103', '2.5'],
      ['104', '3'],
    ]);
    assert.deepEqual(await read(fixture('pandas')), [
      ['id', 'seen', 'y'],
      ['007', 'True', '1.5'],
      ['größe 水位', 'False', ''],
      ['a,"b"', 'True', ''],
      ['', 'False', 'Infinity'],
    ]);
  });

  it('reads each type of column, over several groups of rows, without losing a digit', async () => {
    const [header = [], ...rows] = await read(fixture('types'));
    const columns = Object.fromEntries(header.map((name, at) => [name, rows.map((row) => row[at])]));
    assert.deepEqual(columns, {
      int8: ['-128', '0', '', '127'],
      uint64: ['0', '1', '', '18446744073709551615'],
      int64: ['-9223372036854775808', '0', '', '9223372036854775807'],
      float32: ['0.10000000149011612', '0', '', '1.401298464324817e-45'],
      bool: ['True', 'False', '', 'True'],
      text: ['a', '', '', '水'],
      category: ['x', 'y', '', 'x'],
      date: ['2026-02-28', '1899-12-31', '', '1970-01-01'],
      ms: ['1969-12-31 23:59:59.123', '1969-12-31 23:59:59.123', '', '2026-02-28'],
      us: ['1969-12-31 23:59:59.123456', '1969-12-31 23:59:59.123456', '', '2026-02-28'],
      ns: ['1969-12-31 23:59:59.999999999', '1970-01-01', '', '2023-11-14 22:13:20.123456789'],
      decimal: ['1.25', '-0.01', '', '0'],
      list: ['1 2', '', '', '3'],
      struct: ['{"a":"1","b":"x"}', '{"a":null,"b":"y"}', '', '{"a":"3","b":null}'],
      binary: ['ab', '', '', 'cd'],
      null: ['', '', '', ''],
    });
  });

  it('unpacks each codec and encoding', async () => {
    const [codecs, ...rows] = await read(fixture('codecs'));
    assert.deepEqual(codecs, ['none', 'snappy', 'gzip', 'brotli', 'lz4', 'zstd']);
    const eighths = Array.from({ length: 1000 }, (_, at) => String(at / 8));
    assert.deepEqual(
      rows,
      eighths.slice(0, 50).map((value) => codecs.map(() => value)),
    );
    assert.deepEqual(
      (await read(fixture('delta'))).slice(1),
      eighths.map((value, at) => [String(at), value]),
    );
  });

  it('refuses what is none, is cut off, or is made to fill memories', async () => {
    const folder = await tempFolder({
      'page.parquet': '<html>',
      'empty.parquet': '',
      'mark.parquet': 'PAR1PAR1',
    });
    for (const name of ['page', 'empty', 'mark'])
      await refused(join(folder, `${name}.parquet`), /it is no Parquet file, or a damaged one/);
    const whole = await readFile(fixture('polars'));
    await writeFile(join(folder, 'cut.parquet'), whole.subarray(0, 300));
    await refused(join(folder, 'cut.parquet'), /no Parquet file, or a damaged one/);
    await refused(fixture('many-rows'), /746 bytes of it are said to hold 150000000 rows/);
    await refused(fixture('long-texts'), /2689 bytes of it unpack to more than 100000000/);
    await refused(fixture('long-run'), /^reading it takes more memory than 1\.00 GB$/);
  });

  it('ends a reader that nobody hears any more', async () => {
    for await (const [header] of parquetRows(fixture('delta'))) {
      assert.deepEqual(header, ['id', 'y']);
      break;
    }
  });
});
