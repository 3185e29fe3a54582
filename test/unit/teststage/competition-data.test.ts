import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { isUserError } from '../../../src/base/errors.ts';
import { getCompetitionData } from '../../../src/core/test/competition-data.ts';
import { aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { withTempFolder } from '../../support/temp.ts';

function dataNamed(names: readonly string[], folder: string): ReturnType<typeof getCompetitionData> {
  const { context } = keptContext(
    {
      listCompetitionFiles: () => Promise.resolve(names.map((name) => ({ name, bytes: 3 }))),
      downloadCompetitionFile: (_slug, _name, path) => writeFile(path, 'abc'),
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
