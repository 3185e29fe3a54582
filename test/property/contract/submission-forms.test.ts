import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { isUserError } from '../../../src/base/errors.ts';
import { checkSubmission } from '../../../src/core/contract/submission/submission-file.ts';
import { tempFolder } from '../../support/temp.ts';
import { zipOf } from '../../wire/kaggle/zip.ts';

/** Ids as competitions have them: numbers, texts with leading zeros, dates, names of files. */
const id = fc.oneof(
  fc.nat(10_000).map(String),
  fc.nat(999).map((n) => String(n).padStart(6, '0')),
  fc.nat(999).map((n) => `img_${n}.png`),
  fc.nat(27).map((n) => `2026-02-${String(n + 1).padStart(2, '0')}`),
);
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
/** What a column holds: a placeholder in the sample, and answers in a submission. */
const column = fc.oneof(
  fc.constant({ placeholder: '0', answer: number }),
  fc.constant({ placeholder: '0.5', answer: number }),
  fc.constant({ placeholder: 'False', answer: fc.constantFrom('True', 'False') }),
  fc.constant({
    placeholder: '1 1',
    answer: fc.array(fc.nat(), { maxLength: 3 }).map((some) => some.join(' ')),
  }),
  fc.constant({ placeholder: '0;0', answer: fc.constantFrom('nan;nan', '1;2', '') }),
  fc.constant({ placeholder: '', answer: fc.constantFrom('', '7', 'cat') }),
);

const competition = fc
  .record({
    ids: fc.uniqueArray(id, { minLength: 2, maxLength: 20 }),
    columns: fc.array(column, { minLength: 1, maxLength: 3 }),
  })
  .chain(({ ids, columns }) =>
    fc.record({
      ids: fc.constant(ids),
      columns: fc.constant(columns),
      order: fc.shuffledSubarray(ids, { minLength: ids.length }),
      answers: fc.tuple(...ids.map(() => fc.tuple(...columns.map(({ answer }) => answer)))),
    }),
  );

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((row) => row.join(',')).join('\n');

describe('checkSubmission, whatever the competition', () => {
  it('takes any answers for the sample’s ids, in any order, packed or not', async () => {
    const folder = await tempFolder();
    await fc.assert(
      fc.asyncProperty(
        competition,
        fc.constantFrom('.csv', '.csv.gz', '.zip'),
        async ({ ids, columns, order, answers }, form) => {
          const header = ['id', ...columns.map((_, i) => `c${i}`)];
          const sample = join(folder, 'sample.csv');
          await writeFile(
            sample,
            table(
              header,
              ids.map((each) => [each, ...columns.map((c) => c.placeholder)]),
            ),
          );
          const text = Buffer.from(
            table(
              header,
              order.map((each, i) => [each, ...(answers[i] ?? [])]),
            ),
          );
          const file = join(folder, `submission${form}`);
          const packed = {
            '.csv': text,
            '.csv.gz': gzipSync(text),
            '.zip': zipOf({ name: 'a.csv', content: text }),
          };
          await writeFile(file, packed[form]);
          assert.equal((await checkSubmission(file, { sample })).rows, ids.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('refuses it with an id that is left out, comes twice or is changed, and names that id', async () => {
    const folder = await tempFolder();
    await fc.assert(
      fc.asyncProperty(
        competition,
        fc.nat(),
        fc.constantFrom('left out', 'twice', 'changed'),
        async ({ ids, columns, order, answers }, at, how) => {
          const header = ['id', ...columns.map((_, i) => `c${i}`)];
          const sample = join(folder, 'sample.csv');
          await writeFile(
            sample,
            table(
              header,
              ids.map((each) => [each, ...columns.map((c) => c.placeholder)]),
            ),
          );
          const rows = order.map((each, i) => [each, ...(answers[i] ?? [])]);
          const i = at % rows.length;
          const [victim = ''] = rows[i] ?? [];
          const rest = rows.filter((_, other) => other !== i);
          const wrong = {
            'left out': rest,
            twice: [...rows, rows[i] ?? []],
            changed: [...rest, [`${victim}-x`, ...columns.map((c) => c.placeholder)]],
          };
          const file = join(folder, 'submission.csv');
          await writeFile(file, table(header, wrong[how]));
          await assert.rejects(
            checkSubmission(file, { sample }),
            (error) =>
              isUserError(error, 'submission-file') && (error.detail ?? '').includes(`the id ${victim}`),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of any bytes by any name says something for people, or takes them', async () => {
    const folder = await tempFolder();
    const name = fc.constantFrom('s.csv', 's.csv.gz', 's.csv.zip', 's.zip', 's.json', 's.parquet', 's.bin');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some)),
      fc
        .uint8Array({ maxLength: 60 })
        .map((some) => Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), some])),
      fc
        .string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', ';', '{', ' ') })
        .map((some) => Buffer.from(some)),
      fc
        .nat(150)
        .map((cut) => zipOf({ name: 'a.csv', content: Buffer.from('id,y\n1,2\n') }).subarray(0, cut)),
    );
    await fc.assert(
      fc.asyncProperty(name, bytes, name, bytes, async (file, content, sample, sampleContent) => {
        await writeFile(join(folder, file), content);
        await writeFile(join(folder, `sample_${sample}`), sampleContent);
        await checkSubmission(join(folder, file), { sample: join(folder, `sample_${sample}`) }).catch(
          (error: unknown) => assert.ok(isUserError(error, 'submission-file'), String(error)),
        );
      }),
      { numRuns: 400 },
    );
  });
});
