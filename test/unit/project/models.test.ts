import assert from 'node:assert/strict';
import { chmod, mkdir, open, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCancelled } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { readModels } from '../../../src/core/project/models.ts';
import { FileHashes } from '../../../src/base/file-hashes.ts';
import { FORMS_ID } from '../../../src/core/project/secret-forms.ts';
import { SecretGuard } from '../../../src/core/project/secrets.ts';
import { tempFolder } from '../../support/temp.ts';
import { refusalOf } from './temp-project.ts';

const signal = new AbortController().signal;

describe('models', () => {
  let folder = '';
  const path = (...parts: string[]): string => join(folder, ...parts);
  const around = async () => ({
    guard: new SecretGuard(path('project'), []),
    signal,
    places: await ReadablePlaces.around(path('project'), { agreed: [folder] }),
  });
  const names = async (...files: string[]) =>
    (await readModels(files, path('project'), await around())).map(({ name }) => name);

  beforeEach(async () => {
    folder = await tempFolder({
      'project/model.onnx': 'net',
      'weights/config.json': '{}',
      'weights/layers/0.bin': 'zero',
      'weights/layers/1.bin': 'one',
      'weights/.git/config': 'of another tool',
    });
    await mkdir(path('weights', 'empty'));
  });

  it('are files, and folders with all that they hold, by their paths in the dataset', async () => {
    const models = await readModels(['model.onnx', '../weights/'], path('project'), await around());
    assert.deepEqual(models, [
      { name: 'model.onnx', source: path('project', 'model.onnx'), bytes: 3, sha256: sha256('net') },
      { name: 'weights/config.json', source: path('weights', 'config.json'), bytes: 2, sha256: sha256('{}') },
      {
        name: 'weights/layers/0.bin',
        source: path('weights', 'layers', '0.bin'),
        bytes: 4,
        sha256: sha256('zero'),
      },
      {
        name: 'weights/layers/1.bin',
        source: path('weights', 'layers', '1.bin'),
        bytes: 3,
        sha256: sha256('one'),
      },
    ]);
  });

  it('follow links, in a folder too, but not in a circle', async () => {
    await writeFile(path('elsewhere'), 'far');
    await symlink(path('elsewhere'), path('weights', 'layers', '2.bin'));
    assert.ok((await names('../weights')).includes('weights/layers/2.bin'));
    await symlink(path('weights'), path('weights', 'layers', 'again'));
    const error = await refusalOf(() => names('../weights'), 'bundle-refused');
    assert.match(error.title, /layers\/again is a link .* no end/);
  });

  it('are refused where they would not arrive as they are, or are none', async () => {
    await writeFile(path('weights', 'layers', 'all.tar.gz'), 'x');
    assert.match(
      (await refusalOf(() => names('../weights'), 'config-invalid')).title,
      /weights\/layers\/all\.tar\.gz/,
    );
    await symlink(path('nowhere'), path('weights', 'a'));
    assert.match((await refusalOf(() => names('../weights'), 'bundle-refused')).title, /leads nowhere/);
    assert.match((await refusalOf(() => names('..'), 'config-invalid')).title, /holds the project/);
    await mkdir(path('nothing', 'in', 'it'), { recursive: true });
    assert.match(
      (await refusalOf(() => names('../nothing'), 'model-missing')).title,
      /folder without a file/,
    );
    assert.match((await refusalOf(() => names('gone'), 'model-missing')).title, /there is no .*gone/);
  });

  it('have no name of a file of the program’s own, in any mode of packing', async () => {
    for (const name of ['dotjulia', 'app', 'sysimage', 'bundle.json']) {
      await writeFile(path('weights', name), 'x');
      const error = await refusalOf(() => names(`../weights/${name}`), 'config-invalid');
      assert.match(error.title, new RegExp(`"${name.replace('.', '\\.')}", which the program uses itself`));
    }
  });

  it('are looked at for secrets, in a folder too', async () => {
    await writeFile(path('weights', 'layers', '.env'), 'A=1');
    const guard = new SecretGuard(path('project'), []);
    await readModels(['../weights'], path('project'), { ...(await around()), guard });
    const error = await refusalOf(() => guard.refuse(), 'bundle-refused');
    assert.match(error.title, /layers[/\\]\.env/);
  });

  it('stop being read when the run is cancelled', async () => {
    await assert.rejects(
      readModels(['../weights'], path('project'), { ...(await around()), signal: AbortSignal.abort() }),
      isCancelled,
    );
  });

  it('that did not change are not read again, and those that did are', async () => {
    // Of nothing: read, a gigabyte takes seconds; looked at, none.
    const large = path('large.bin');
    const handle = await open(large, 'w');
    await handle.truncate(140e6);
    await handle.close();
    const hashesFile = path('cache', 'hashes.json');
    const look = await stat(large, { bigint: true });
    const told: number[] = [];
    const read = async () =>
      readModels(['../large.bin'], path('project'), {
        ...(await around()),
        hashesFile,
        onBytes: (done) => told.push(done),
      });
    // What an earlier run has read is taken at its word: this is no hash of the file.
    const hashes = await FileHashes.open(hashesFile, () => Date.now() + 60_000);
    const untrue = 'c'.repeat(64);
    hashes.remember(large, look, untrue, `${FORMS_ID}:`);
    await hashes.save();
    assert.equal((await read())[0]?.sha256, untrue);
    assert.deepEqual(told, [140_000_000]);
    await chmod(large, 0o600);
    assert.notEqual((await read())[0]?.sha256, untrue);
    assert.ok(told.length >= 3, 'its progress is told');
    assert.equal((await readFile(hashesFile, 'utf8')).includes(JSON.stringify(large)), true);
  });
});
