import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { isUserError } from '../../../src/base/errors.ts';
import { comparisonInWords, compareSubmissions } from '../../../src/core/notebook/compare.ts';
import { withTempFolder } from '../../support/temp.ts';
import { writeFile } from 'node:fs/promises';

function compare(ours: string, theirs: string) {
  return withTempFolder(async (folder) => {
    const [a, b] = [join(folder, 'a.csv'), join(folder, 'b.csv')];
    await writeFile(a, ours);
    await writeFile(b, theirs);
    return compareSubmissions(a, b);
  });
}

const csv = (values: readonly number[]): string =>
  ['id,height', ...values.map((value, index) => `${index},${value}`), ''].join('\n');

describe('the submission of Kaggle’s run beside the rehearsal’s', function () {
  this.timeout(30_000);

  it('is found identical, or with each differing row counted and the first one named', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 0, max: 2 })), {
          maxLength: 30,
        }),
        async (rows) => {
          const ours = rows.map(([value]) => value);
          const theirs = rows.map(([value, change]) => value + change);
          const changed = rows.flatMap(([, change], index) => (change === 0 ? [] : [index]));
          const found = await compare(csv(ours), csv(theirs));
          assert.equal(found.identical, changed.length === 0);
          assert.equal(found.differingRows, changed.length);
          assert.equal(found.rows, rows.length);
          const [first] = changed;
          // Rows are counted from 1, and the header is one.
          assert.equal(found.first?.row, first === undefined ? undefined : first + 2);
          if (first !== undefined) {
            assert.equal(found.largest, Math.max(...rows.map(([, change]) => change)));
            assert.match(
              comparisonInWords(found),
              new RegExp(`in ${changed.length} of ${rows.length} rows .*height`),
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('that differs in line ends only has the same values', async () => {
    const found = await compare('id,y\n1,"a"\n', 'id,y\r\n1,a\r\n');
    assert.deepEqual([found.identical, found.differingRows], [false, 0]);
    assert.match(comparisonInWords(found), /written otherwise/);
  });

  it('that differs in text tells no largest number', async () => {
    const found = await compare('id,y\n1,cat\n', 'id,y\n1,dog\n');
    assert.deepEqual(found.first, { row: 2, column: 'y', rehearsed: 'cat', onKaggle: 'dog' });
    assert.equal(found.largest, undefined);
  });

  for (const [what, theirs, title] of [
    ['fewer rows', 'id,y\n1,2\n', /2 rows here, 1 there/],
    ['more rows', 'id,y\n1,2\n2,3\n3,4\n4,5\n', /2 rows here, 4 there/],
    ['other columns', 'id,z\n1,2\n2,3\n', /columns id, y here, id, z there/],
    ['no row at all', '', /2 rows here|columns/],
  ] as const) {
    it(`with ${what} is an error with a remedy`, async () => {
      const error: unknown = await compare('id,y\n1,2\n2,3\n', theirs).catch((reason: unknown) => reason);
      assert.ok(isUserError(error, 'submission-file'));
      assert.match(error.title, title);
    });
  }
});
