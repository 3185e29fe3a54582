import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { score, type Scores, ScoringError } from '../../../src/sandbox/score.ts';
import { tempFolder } from '../../support/temp.ts';

const SOLUTION = 'id,height,Usage\n10,1,Public\n11,2,Public\n12,3,Private\n';
const RIGHT = 'id,height\n10,1\n11,2\n12,3\n';

async function scoreOf(submission: string, solution = SOLUTION): Promise<Scores> {
  const folder = await tempFolder({ 'solution.csv': solution });
  return await score({
    metric: 'rmse',
    idColumn: 'id',
    targetColumn: 'height',
    solution: join(folder, 'solution.csv'),
    submission: Readable.from([Buffer.from(submission)]),
  });
}

async function refused(submission: string, words: RegExp): Promise<void> {
  await assert.rejects(scoreOf(submission), (error: unknown) => {
    assert.ok(error instanceof ScoringError, String(error));
    assert.match(error.message, words);
    return true;
  });
}

describe('sandbox: score', () => {
  it('is the root of the mean squared error, apart for public and private rows, with five decimals', async () => {
    assert.deepEqual(await scoreOf(RIGHT), { publicScore: '0.00000', privateScore: '0.00000' });
    assert.deepEqual(await scoreOf('id,height\n10,2\n11,2\n12,1\n'), {
      publicScore: '0.70711',
      privateScore: '2.00000',
    });
  });

  it('reads a submission in Parquet, and says why one cannot be read', async () => {
    const folder = await tempFolder({
      'solution.csv':
        'date_id,prediction,Usage\n100,0.1,Public\n101,0,Public\n102,1e300,Public\n103,2.5,Private\n104,5,Private\n',
      'none.parquet': 'date_id,prediction\n',
    });
    const request = {
      metric: 'rmse',
      idColumn: 'date_id',
      targetColumn: 'prediction',
      solution: join(folder, 'solution.csv'),
    } as const;
    const fixture = join(import.meta.dirname, '../../fixtures/parquet/polars.parquet');
    assert.deepEqual(await score({ ...request, submission: { parquet: fixture } }), {
      publicScore: '0.00000',
      privateScore: '1.41421',
    });
    await assert.rejects(
      score({ ...request, submission: { parquet: join(folder, 'none.parquet') } }),
      (error) =>
        error instanceof ScoringError &&
        error.message.includes('is not a Parquet file: it is no Parquet file'),
    );
  });

  it('is empty for a usage that no row has', async () => {
    const solution = 'id,height,Usage\n10,1,Public\n';
    assert.deepEqual(await scoreOf('id,height\n10,4\n', solution), {
      publicScore: '3.00000',
      privateScore: '',
    });
  });

  it('does not depend on the order of rows and columns, nor on line ends, quotes and a byte order mark', async () => {
    for (const text of [
      'height,id\n3,12\n1,10\n2,11\n',
      RIGHT.replaceAll('\n', '\r\n'),
      '\uFEFF"id","height"\n"10","1"\n"11","2"\n"12","3"',
      'id,height\n10,1.0\n11,2e0\n12,+3.\n',
    ])
      assert.equal((await scoreOf(text)).publicScore, '0.00000', JSON.stringify(text));
  });

  it('agrees with the formula for any numbers', async () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 }), async (pairs) => {
        const solution = ['id,height,Usage', ...pairs.map(([truth], id) => `${id},${truth},Private`)].join(
          '\n',
        );
        const submission = ['id,height', ...pairs.map(([, guess], id) => `${id},${guess}`).reverse()].join(
          '\n',
        );
        const mean = pairs.reduce((sum, [truth, guess]) => sum + (truth - guess) ** 2, 0) / pairs.length;
        const { privateScore } = await scoreOf(submission, solution);
        assert.ok(Math.abs(Number(privateScore) - Math.sqrt(mean)) <= 1e-5 + 1e-9 * Math.sqrt(mean));
      }),
      { numRuns: 20 },
    );
  });

  it('is refused for a missing id, telling how many are missing', async () => {
    await refused('id,height\n10,1\n', /Unable to find 2 required key values in the 'id' column/);
    await refused('id,height\n', /Unable to find 3/);
  });

  it('is refused for a duplicate id and for an unknown one, naming the row', async () => {
    await refused('id,height\n10,1\n10,1\n11,2\n12,3\n', /Row 3: duplicate 'id' '10'/);
    await refused('id,height\n10,1\n99,1\n', /Row 3: '99' is not a known 'id'/);
    await refused('id,height\n10,1\n__proto__,1\n', /not a known/);
  });

  it('is refused for what is no finite number', async () => {
    for (const bad of ['NaN', '', 'inf', '-Infinity', '1e999', '0x10', '1,5', 'missing'])
      await refused(`id,height\n10,1\n11,"${bad}"\n12,3\n`, /Row 3: .*not a finite number/);
  });

  it('is refused for other columns, more columns and rows of another length', async () => {
    await refused('id,value\n10,1\n', /columns are 'id', 'value', expected 'id', 'height'/);
    await refused('id,height,extra\n10,1,2\n', /columns/);
    await refused('id\n10\n', /columns/);
    await refused('id,height\n10,1,7\n', /Row 2: 3 values, expected 2/);
    await refused('10,1\n11,2\n12,3\n', /columns/);
  });

  it('is refused for an empty file and for what is no CSV', async () => {
    await refused('', /empty/);
    await refused('id,height\n10,"1\n11,2\n', /not a CSV file/);
  });
});
