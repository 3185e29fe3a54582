import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { checkSubmission } from '../../../src/core/contract/submission-file.ts';
import { tempFolder } from '../../support/temp.ts';

const SAMPLE = 'id,height\n1,2.88\n2,2.88\n3,2.88\n';

async function check(submission: string, sample = SAMPLE): Promise<number> {
  const folder = await tempFolder({ 'submission.csv': submission, 'sample.csv': sample });
  return (await checkSubmission(join(folder, 'submission.csv'), join(folder, 'sample.csv'))).rows;
}

describe('checkSubmission', () => {
  it('takes a file that matches, in any order of rows', async () => {
    assert.equal(await check('id,height\n3,0.5\n1,-1e-3\n2,7\n'), 3);
  });

  const bad: [string, string, RegExp][] = [
    [
      'a wrong column',
      'id,heigth\n1,1\n2,1\n3,1\n',
      /row 1: the columns are id, heigth, expected id, height/,
    ],
    ['a duplicate id', 'id,height\n1,1\n2,1\n2,1\n', /row 4: the id 2 appears twice/],
    ['a missing id', 'id,height\n1,1\n2,1\n', /the id 3 of the sample is missing/],
    ['an unknown id', 'id,height\n1,1\n2,1\n9,1\n', /row 4: the id 9 is not in the sample/],
    ['NaN', 'id,height\n1,1\n2,NaN\n3,1\n', /row 3: height is NaN, not a finite number/],
    ['an infinite value', 'id,height\n1,1\n2,Inf\n3,1\n', /row 3: height is Inf/],
    ['a missing value', 'id,height\n1,1\n2,\n3,1\n', /row 3: height is missing/],
    ['a short row', 'id,height\n1,1\n2\n3,1\n', /row 3: 1 values, expected 2/],
    ['an empty file', '', /the file is empty/],
  ];
  for (const [name, text, expected] of bad) {
    it(`names ${name} with its row`, async () => {
      await assert.rejects(check(text), (error) => {
        assert.ok(isUserError(error, 'submission-file'));
        assert.match(error.title, expected);
        return true;
      });
    });
  }

  it('counts what it does not name', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => `${index + 1},NaN`).join('\n');
    const sample = `id,height\n${Array.from({ length: 20 }, (_, index) => `${index + 1},0`).join('\n')}`;
    await assert.rejects(check(`id,height\n${rows}\n`, sample), /and 15 more/);
  });

  it('without a sample wants a header and counts the rows', async () => {
    const folder = await tempFolder({ 'submission.csv': 'a,b\n1,x\n' });
    assert.deepEqual(await checkSubmission(join(folder, 'submission.csv'), join(folder, 'none.csv')), {
      rows: 1,
    });
  });
});
