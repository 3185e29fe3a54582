import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { CsvError, csvRows } from '../../../src/core/contract/submission/csv-rows.ts';
import { tempFolder } from '../../support/temp.ts';

/** A value as a CSV writer has to quote it, or as it may. */
function written(value: string, quote: boolean): string {
  return quote || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

describe('csvRows', () => {
  it('reads back any table that was written', async () => {
    const path = join(await tempFolder(), 'table.csv');
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', '"', ',', '\n', '\r\n', 'é,"'),
    );
    const row = fc.array(value, { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        async (table, lineEnd, quote, endsWithLine) => {
          const text = table
            .map((values) => values.map((one) => written(one, quote)).join(','))
            .join(lineEnd);
          await writeFile(path, endsWithLine ? text + lineEnd : text);
          const read: (readonly string[])[] = [];
          for await (const rows of csvRows(path)) read.push(...rows.map(({ values }) => values));
          assert.deepEqual(read, table);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('tells a quote that is never closed in time that grows with the file and not with its square', async () => {
    const path = join(await tempFolder(), 'table.csv');
    await writeFile(path, `id,name\n1,"open\n${'2,a row like any other\n'.repeat(350_000)}`);
    const read = async (): Promise<void> => {
      for await (const rows of csvRows(path)) assert.ok(rows.length <= 1);
    };
    await assert.rejects(read(), (error) => error instanceof CsvError && error.row === 2);
  });
});
