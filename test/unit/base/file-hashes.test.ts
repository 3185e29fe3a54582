import assert from 'node:assert/strict';
import { readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileHashes } from '../../../src/base/file-hashes.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { tempFolder } from '../../support/temp.ts';

const SHA256 = sha256('weights');
const LATER = (): number => Date.now() + 60_000;

describe('remembered hashes of files', () => {
  let folder = '';
  let model = '';
  let store = '';

  beforeEach(async () => {
    folder = await tempFolder({ 'model.jld2': 'weights' });
    model = join(folder, 'model.jld2');
    store = join(folder, 'cache', 'hashes.json');
    const hashes = await FileHashes.open(store, LATER);
    hashes.remember(model, await look(), SHA256);
    await hashes.save();
  });

  const look = () => stat(model, { bigint: true });
  const recalled = async () => (await FileHashes.open(store, LATER)).recall(model, await look());

  it('are there for the next run, for this file only', async () => {
    assert.equal(await recalled(), SHA256);
    assert.equal((await FileHashes.open(store, LATER)).recall(`${model}x`, await look()), undefined);
  });

  it('are forgotten when the file was written, also with its size and time set back', async () => {
    const { atime, mtime } = await stat(model);
    await writeFile(model, 'WEIGHTS');
    await utimes(model, atime, mtime);
    assert.equal(await recalled(), undefined);
  });

  it('are forgotten when another file took its place', async () => {
    const { atime, mtime } = await stat(model);
    await writeFile(`${model}.new`, 'WEIGHTS');
    await utimes(`${model}.new`, atime, mtime);
    await rename(`${model}.new`, model);
    assert.equal(await recalled(), undefined);
  });

  it('are not kept of a file that changed a moment ago: it may change again within the same tick', async () => {
    const other = join(folder, 'other.json');
    const hashes = await FileHashes.open(other, () => Date.now());
    await writeFile(model, 'new');
    hashes.remember(model, await look(), SHA256);
    await hashes.save();
    assert.equal((await FileHashes.open(other, LATER)).recall(model, await look()), undefined);
  });

  it('are all kept of the files that are asked for, however many they are, and are not recalled by who works anew', async () => {
    const hashes = await FileHashes.open(store, LATER);
    const looks = await look();
    for (let count = 0; count < 10_050; count += 1) hashes.remember(`${model}${count}`, looks, SHA256);
    for (let count = 0; count < 10_050; count += 1) hashes.recall(`${model}${count}`, looks);
    await hashes.save();
    const again = await FileHashes.open(store, LATER);
    assert.equal(again.recall(`${model}0`, await look()), SHA256);
    assert.equal(again.recall(model, await look()), undefined);
    assert.equal(
      (await FileHashes.open(store, LATER, { anew: true })).recall(`${model}0`, await look()),
      undefined,
    );
  });

  it('count as none when their file is damaged, and are kept anew', async () => {
    const spoiled = (await readFile(store, 'utf8')).replace(SHA256, `\ufffd${SHA256.slice(1)}`);
    for (const text of ['{"format": 1, "files": {"x"', '{"format": 2}', '', spoiled]) {
      await writeFile(store, text);
      assert.equal(await recalled(), undefined);
    }
    const hashes = await FileHashes.open(store, LATER);
    hashes.remember(model, await look(), SHA256);
    await hashes.save();
    assert.equal(await recalled(), SHA256);
  });
});
