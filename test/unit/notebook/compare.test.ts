import assert from 'node:assert/strict';
import { readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isUserError } from '../../../src/base/errors.ts';
import { compareSubmissions } from '../../../src/core/notebook/compare.ts';
import { getCompetitionData } from '../../../src/core/test/competition-data.ts';
import { aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

/** Paths of the files that this process has open. */
async function openFiles(): Promise<string[]> {
  const names = await readdir('/proc/self/fd');
  return Promise.all(names.map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')));
}

describe('a submission of another shape than the rehearsal’s', () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => `${index},1`).join('\n');

  it('is told of, and neither file stays open', async () => {
    const folder = await tempFolder({ 'a.csv': `id,height\n${rows}\n`, 'b.csv': `id,width\n${rows}\n` });
    await assert.rejects(compareSubmissions(join(folder, 'a.csv'), join(folder, 'b.csv')), (error) =>
      isUserError(error, 'submission-file'),
    );
    // A stream closes its file a moment after it was destroyed; one that stays open runs into the time limit.
    while ((await openFiles()).some((path) => path.startsWith(folder))) await turn();
  });

  it('is compared value by value where it is Parquet', async () => {
    const fixture = (name: string) => join(import.meta.dirname, `../../fixtures/parquet/${name}.parquet`);
    const folder = await tempFolder({
      'a.csv': 'date_id,prediction\n100,0.1\n101,0\n102,1e+300\n103,2.25\n104,3\n',
    });
    assert.deepEqual(await compareSubmissions(join(folder, 'a.csv'), fixture('polars')), {
      identical: false,
      rows: 5,
      differingRows: 1,
      first: { row: 5, column: 'prediction', rehearsed: '2.25', onKaggle: '2.5' },
      largest: 0.25,
    });
    await assert.rejects(compareSubmissions(fixture('pandas'), fixture('polars')), (error) =>
      isUserError(error, 'submission-file'),
    );
  });

  it('names the folder that downloaded data really are in', async () => {
    const folder = await tempFolder({ 'a.csv': 'id\n1\n', 'b.csv': 'id\n1\n2\n' });
    const { context } = keptContext(
      {
        competitions: {
          listFiles: () => Promise.resolve([{ name: 'a.csv', bytes: 5 }]),
          downloadFile: (_slug, _name, path) => writeFile(path, 'id\n1\n'),
        },
      },
      { folder: join(folder, '.julia-kaggle') },
    );
    const data = await getCompetitionData({ ...aProject(), dataFolder: undefined }, context);
    assert.ok(data.folder.startsWith(join(folder, '.julia-kaggle', 'competition')));
    await assert.rejects(compareSubmissions(join(folder, 'a.csv'), join(folder, 'b.csv')), (error) => {
      assert.ok(isUserError(error, 'submission-file'));
      assert.ok(error.actions[0].title.includes('remove .julia-kaggle/competition,'), error.actions[0].title);
      return true;
    });
  });
});
