import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempFolder } from '../../support/temp.ts';

describe('checkSubmission, of a million rows', function () {
  this.timeout(120_000);
  const ROWS = 1_000_000;
  const idOf = (i: number): string => `row_${String(i).padStart(8, '0')}`;
  let folder: string;

  before(async () => {
    folder = await tempFolder();
    await write('sample.csv', (i) => `${idOf(i)},0`);
  });

  async function write(name: string, rowOf: (i: number) => string): Promise<void> {
    const portions = function* (): Generator<string> {
      yield 'id,target\n';
      for (let from = 0; from < ROWS; from += 10_000)
        yield Array.from({ length: 10_000 }, (_, i) => `${rowOf(from + i)}\n`).join('');
    };
    await writeFile(join(folder, name), portions());
  }

  /** Checks in a process of its own with so much heap. */
  async function checkWithin(heapMegabytes: number): Promise<string> {
    const module = join(import.meta.dirname, '../../../src/core/contract/submission/submission-file.ts');
    const program = `const { checkSubmission } = await import(${JSON.stringify(module)});
      const paths = ['submission.csv', 'sample.csv'].map((name) => ${JSON.stringify(folder)} + '/' + name);
      const started = performance.now();
      const [file, sample] = paths;
      const result = await checkSubmission(file, { sample }).catch((error) => error.detail);
      console.log(JSON.stringify({ result, seconds: (performance.now() - started) / 1000 }));`;
    const heap = `--max-old-space-size=${heapMegabytes}`;
    const args = [heap, '--import=tsx', '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)('node', args);
    const { result, seconds } = JSON.parse(stdout) as { result: unknown; seconds: number };
    assert.ok(seconds < 90, `it took ${seconds} s`);
    return JSON.stringify(result);
  }

  it('in the sample’s order fits into 64 MB', async () => {
    await write('submission.csv', (i) => `${idOf(i)},${i / 7}`);
    assert.equal(await checkWithin(64), '{"rows":1000000,"notes":[]}');
  });

  it('in another order, with a duplicate and a NaN at the end, fits into 192 MB, and both are named', async () => {
    await write('submission.csv', (i) => {
      const id = idOf(i === ROWS - 1 ? 17 : ROWS - 1 - i);
      return `${id},${i === ROWS - 2 ? 'NaN' : i / 7}`;
    });
    const told = await checkWithin(192);
    assert.match(told, /row 1000001: the id row_00000017 appears twice/);
    assert.match(told, /row 1000000: target is NaN/);
    assert.match(told, /the id row_00000000 of the sample is missing/);
  });
});
