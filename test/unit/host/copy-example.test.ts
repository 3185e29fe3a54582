import { strict as assert } from 'node:assert';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AgreedPlaces } from '../../../src/base/agreed-places.ts';
import { isUserError } from '../../../src/base/errors.ts';
import { copyExample } from '../../../src/host/walkthrough/example.ts';
import { tempFolder } from '../../support/temp.ts';

const FILES = {
  // The name of a folder above has that of the records of runs in it.
  '.julia-kaggle-extensions/examples/Sunshine/Project.toml': 'name = "Sunshine"\n',
  '.julia-kaggle-extensions/examples/Sunshine/.julia-kaggle/record.json': '{}',
  '.julia-kaggle-extensions/examples/sunshine-hours/competition.json': '{}',
};

describe('the copy of the example', () => {
  it('has all but the records of runs, and a name that was free', async () => {
    const examples = join(await tempFolder(FILES), '.julia-kaggle-extensions', 'examples');
    const parent = await tempFolder();
    const agreed = new AgreedPlaces(join(await tempFolder(), 'agreed.json'));
    const folders = [
      await copyExample('file', { examples, parent, agreed }),
      await copyExample('file', { examples, parent, agreed }),
    ];
    assert.deepEqual(folders, [
      join(parent, 'julia-on-kaggle-example'),
      join(parent, 'julia-on-kaggle-example-2'),
    ]);
    for (const folder of folders) {
      assert.deepEqual(await readdir(join(folder, 'Sunshine')), ['Project.toml']);
      assert.deepEqual(await agreed.of(join(folder, 'Sunshine')), [folder]);
    }
  });

  it('says which folder cannot be written', async () => {
    const examples = join(await tempFolder(FILES), '.julia-kaggle-extensions', 'examples');
    // Nobody makes folders there, not even root.
    await assert.rejects(
      copyExample('file', { examples, parent: '/sys', agreed: new AgreedPlaces('/nowhere') }),
      (error) => isUserError(error) && error.title.startsWith('/sys cannot be'),
    );
  });
});
