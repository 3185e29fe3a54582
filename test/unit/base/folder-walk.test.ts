import assert from 'node:assert/strict';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byLooks } from '../../../src/base/folder-walk.ts';
import { tempFolder } from '../../support/temp.ts';

/** How Windows and macOS go down; this machine tells names of one folder and of another by their case too. */
describe('going down a folder where there are no handles', () => {
  it('gives a path to a folder, and makes it where that is wanted', async () => {
    const root = await tempFolder();
    await byLooks(root, ['a', 'b'], true, (folder) => writeFile(join(folder, 'x'), ''));
    assert.equal(
      await byLooks(root, ['a', 'b'], false, (folder) => Promise.resolve(folder)),
      join(root, 'a', 'b'),
    );
  });

  for (const elsewhere of ['dep', 'other'])
    it(`notices a link to ${elsewhere} that took the place of Dep meanwhile`, async () => {
      const root = await tempFolder();
      await mkdir(join(root, 'Dep'));
      await mkdir(join(root, elsewhere));
      const swap = async (folder: string): Promise<void> => {
        await rename(folder, join(root, 'gone'));
        await symlink(elsewhere, folder);
      };
      await assert.rejects(byLooks(root, ['Dep'], false, swap), { code: 'unsafe-path' });
    });
});
