import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { checkSubmission } from '../../../src/core/contract/submission/submission-file.ts';
import { tempFolder } from '../../support/temp.ts';

const SAMPLE = 'id,height\n1,2.88\n2,2.88\n3,2.88\n';

async function check(submission: string, sample = SAMPLE): Promise<number | undefined> {
  const folder = await tempFolder({ 'submission.csv': submission, 'sample.csv': sample });
  const facts = await checkSubmission(join(folder, 'submission.csv'), { sample: join(folder, 'sample.csv') });
  assert.deepEqual(facts.notes, []);
  return facts.rows;
}

describe('checkSubmission', () => {
  it('takes a file that matches, in any order of rows', async () => {
    assert.equal(await check('id,height\n3,0.5\n1,-1e-3\n2,7\n'), 3);
  });

  const bad: [string, string, RegExp][] = [
    [
      'a wrong column',
      'id,heigth\n1,1\n2,1\n3,1\n',
      /row 1: the columns are id, heigth, expected id, height: missing height, not known heigth/,
    ],
    ['columns in another order', 'height,id\n1,1\n2,1\n3,1\n', /expected id, height: another order/],
    ['a column too many', 'id,height,i\n1,1,0\n2,1,0\n3,1,0\n', /not known i/],
    [
      '3 duplicate ids',
      'id,height\n1,1\n1,1\n2,1\n2,2\n3,1\n3,1\n',
      /row 3: the id 1 appears twice \(and 3 more\)/,
    ],
    ['rows too few', 'id,height\n1,1\n', /the id 2 of the sample is missing \(and 2 more\)/],
    ['blank space for a value', 'id,height\n1, \n2,1\n3,1\n', /row 2: height is missing/],
    ['text for a number', 'id,height\n1,1\n2,tall\n3,1\n', /row 3: height is tall, not a finite number/],
    ['Inf in Julia’s words', 'id,height\n1,1\n2,1\n3,-Inf\n', /row 4: height is -Inf/],
    ['nothing of Julia', 'id,height\n1,nothing\n2,1\n3,1\n', /row 2: height is nothing/],
    [
      'a quote that is not closed',
      'id,height\n1,"1\n2,1\n3,1\n',
      /row 2: a quote is opened and never closed/,
    ],
    ['a quote inside of a value', 'id,height\n1,a"b"\n2,1\n3,1\n', /row 2: a quote inside of a value/],
    ['a duplicate id', 'id,height\n1,1\n2,1\n2,1\n', /row 4: the id 2 appears twice/],
    ['a missing id', 'id,height\n1,1\n2,1\n', /the id 3 of the sample is missing/],
    ['an unknown id', 'id,height\n1,1\n2,1\n9,1\n', /row 4: the id 9 is not in the sample/],
    ['NaN', 'id,height\n1,1\n2,NaN\n3,1\n', /row 3: height is NaN, not a finite number/],
    ['an infinite value', 'id,height\n1,1\n2,Inf\n3,1\n', /row 3: height is Inf/],
    ['a missing value', 'id,height\n1,1\n2,\n3,1\n', /row 3: height is missing/],
    ['a short row', 'id,height\n1,1\n2\n3,1\n', /row 3: 1 value, expected 2/],
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

  it('names each of 3 duplicate ids, a NaN and the number of rows at once', async () => {
    const sample = `id,height\n${Array.from({ length: 9 }, (_, i) => `${i},0`).join('\n')}\n`;
    const rows = ['0,1', '1,1', '1,1', '2,1', '2,1', '3,NaN', '4,1', '5,1', '6,1', '7,1', '8,1', '8,1'];
    await assert.rejects(check(`id,height\n${rows.join('\n')}\n`, sample), (error) => {
      assert.ok(isUserError(error, 'submission-file'));
      assert.deepEqual(error.detail?.split('\n').slice(1), [
        'row 4: the id 1 appears twice',
        'row 6: the id 2 appears twice',
        'row 13: the id 8 appears twice',
        'row 7: height is NaN, not a finite number',
        '12 rows, expected 9',
      ]);
      return true;
    });
  });

  it('takes quotes, line ends of Windows, a byte order mark and empty lines', async () => {
    assert.equal(await check('\uFEFFid,height\r\n"1",2\r\n\r\n2,"3"\r\n3,4', SAMPLE), 3);
    const sample = 'id,text\n"a,b",x\n"c ""d""",x\n';
    assert.equal(await check('id,text\n"c ""d""","two\nlines"\n"a,b",x\n', sample), 2);
  });

  it('takes an id that the sample has several times as often as that', async () => {
    const sample = 'id,height\n1,0\n1,0\n2,0\n';
    assert.equal(await check('id,height\n1,5\n2,6\n1,7\n', sample), 3);
    await assert.rejects(check('id,height\n1,5\n2,6\n2,7\n', sample), /row 4: the id 2 appears twice/);
  });

  it('does not ask for numbers where the sample has words', async () => {
    assert.equal(await check('id,label\n1,cat\n', 'id,label\n1,dog\n'), 1);
  });

  it('counts what it does not name', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => `${index + 1},NaN`).join('\n');
    const sample = `id,height\n${Array.from({ length: 20 }, (_, index) => `${index + 1},0`).join('\n')}`;
    await assert.rejects(check(`id,height\n${rows}\n`, sample), /and 15 more/);
  });

  it('without a sample wants a header and counts the rows', async () => {
    const folder = await tempFolder({ 'submission.csv': 'a,b\n1,x\n' });
    const { rows, notes } = await checkSubmission(join(folder, 'submission.csv'), {});
    assert.equal(rows, 1);
    assert.match(notes.join(), /No file of the data looks like a sample/);
    const byGateway = await checkSubmission(join(folder, 'submission.csv'), { isOfGateway: true });
    assert.deepEqual(byGateway, { rows: 1, notes: [] });
  });

  it('takes a file of another kind as it is, unless it is empty, and says what is left out', async () => {
    const folder = await tempFolder({ 'submission.arrow': 'ARROW1\0"\xff', 'empty.json': '' });
    const facts = await checkSubmission(join(folder, 'submission.arrow'), {});
    assert.equal(facts.rows, undefined);
    assert.match(facts.notes.join(), /submission\.arrow is neither a CSV nor a Parquet file .* not checked/);
    await assert.rejects(
      checkSubmission(join(folder, 'empty.json'), {}),
      (error) =>
        isUserError(error, 'submission-file') && `${error.title} ${error.detail ?? ''}`.includes('empty'),
    );
  });
});
