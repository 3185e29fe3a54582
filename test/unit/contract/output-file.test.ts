import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { GuardedFolder } from '../../../src/base/guarded-folder.ts';
import { isUserError } from '../../../src/base/errors.ts';
import { saveFromWorking } from '../../../src/core/contract/submission/output-file.ts';
import { withTempFolder } from '../../support/temp.ts';

async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the output file, out of the working folder', () => {
  it('is saved, and the others are told', async () => {
    const tar = await tarOf({ 'working/a.txt': 'a', 'working/submission.csv': 'id,x\n' });
    await withTempFolder(async (folder) => {
      const others: string[] = [];
      const path = join(folder, 'submission.csv');
      assert.equal(
        await saveFromWorking(
          Readable.from([tar]),
          'submission.csv',
          new GuardedFolder(folder),
          path,
          others,
        ),
        true,
      );
      assert.equal(await readFile(path, 'utf8'), 'id,x\n');
      assert.deepEqual(others, ['a.txt']);
    });
  });

  it('may lie in a folder of the working folder', async () => {
    const tar = await tarOf({ 'working/out/submission.csv': 'id,x\n' });
    await withTempFolder(async (folder) => {
      const path = join(folder, 'out', 'submission.csv');
      assert.equal(
        await saveFromWorking(Readable.from([tar]), 'out/submission.csv', new GuardedFolder(folder), path),
        true,
      );
      assert.equal(await readFile(path, 'utf8'), 'id,x\n');
    });
  });

  it('names the remedy when the stream is no archive, or is cut off', async () => {
    const tar = await tarOf({ 'working/submission.csv': 'x'.repeat(5_000) });
    for (const bytes of [Buffer.alloc(2_048, 0xff), tar.subarray(0, 1_000)])
      await withTempFolder(async (folder) => {
        const saving = saveFromWorking(
          Readable.from([bytes]),
          'submission.csv',
          new GuardedFolder(folder),
          join(folder, 'x'),
        );
        await assert.rejects(saving, (error) => isUserError(error, 'engine-failed'));
      });
  });

  it('that cannot be written fails once, and does not end the program by a second failure of the stream', async () => {
    const tar = await tarOf({ 'working/submission.csv': 'x'.repeat(5_000), 'working/b': 'b' });
    const unhandled: unknown[] = [];
    const listen = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listen);
    try {
      await withTempFolder(async (folder) => {
        const path = join(folder, 'taken');
        await mkdir(path);
        await assert.rejects(
          saveFromWorking(Readable.from([tar]), 'submission.csv', new GuardedFolder(folder), path),
        );
        await new Promise(setImmediate);
        assert.deepEqual(await readdir(folder), ['taken']);
      });
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', listen);
    }
  });
});
