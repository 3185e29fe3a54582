import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { getCompetitionData, listFiles } from '../../../src/core/test/competition-data.ts';
import { aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder, withTempFolder } from '../../support/temp.ts';

function dataNamed(names: readonly string[], folder: string): ReturnType<typeof getCompetitionData> {
  const { context } = keptContext(
    {
      competitions: {
        listFiles: () => Promise.resolve(names.map((name) => ({ name, bytes: 3 }))),
        downloadFile: (_slug, _name, path) => writeFile(path, 'abc'),
      },
    },
    { folder },
  );
  const { dataFolder: _, ...project } = aProject();
  return getCompetitionData(project, context);
}

describe('the competition’s data, downloaded', () => {
  it('is laid down in its folders', async () => {
    await withTempFolder(async (folder) => {
      const { files } = await dataNamed(['train.csv', 'images/1.png'], folder);
      assert.deepEqual(
        files.map(({ name }) => name),
        ['images/1.png', 'train.csv'],
      );
    });
  });

  for (const [what, names] of [
    ['too long for a file system', ['x'.repeat(300)]],
    ['of a file that is also the folder of another', ['train', 'train/1.csv']],
    ['of a folder that is also a file', ['train/1.csv', 'train']],
    ['that leads outside', ['../train.csv']],
  ] as const)
    it(`with a name ${what} says so, with the way around it`, async () => {
      await withTempFolder(async (folder) => {
        const found = dataNamed(names, folder);
        await assert.rejects(
          found,
          (error) => isUserError(error, 'kaggle-answer') && error.actions[0].title.includes('[data]'),
        );
      });
    });
});

describe('the competition’s data, in a folder of the person’s own', () => {
  it('may be links to files that may be read; other links are passed over', async () => {
    const folder = await tempFolder({ 'elsewhere/big.csv': 'id\n1\n', 'data/sample_submission.csv': 'id\n' });
    const agreed = [join(folder, 'elsewhere')];
    await symlink(join(folder, 'elsewhere', 'big.csv'), join(folder, 'data', 'test.csv'));
    await symlink(join(folder, 'nowhere'), join(folder, 'data', 'broken'));
    await symlink(folder, join(folder, 'data', 'circle'));
    const data = join(folder, 'data');
    const found = await listFiles(data, await ReadablePlaces.around(data, { agreed }));
    assert.deepEqual(
      found.map(({ name, bytes, source }) => [name, bytes, source]),
      [
        ['sample_submission.csv', 3, undefined],
        ['test.csv', 5, join(folder, 'elsewhere', 'big.csv')],
      ],
    );
  });
});
