import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '../../support/temp.ts';
import { type Bench, list, startBench, until } from './support.ts';

const service = (method: string): string => `datasets.DatasetApiService/${method}`;
const GLOVE = { ownerSlug: 'ada', datasetSlug: 'glove' };

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await tempFolder(), 'ada', 'glove');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

async function versionOf(bench: Bench): Promise<unknown> {
  return (await bench.call(service('GetDataset'), GLOVE))['currentVersionNumber'];
}

async function filesOf(bench: Bench, datasetVersionNumber?: number): Promise<string[]> {
  const answer = await bench.call(service('ListDatasetFiles'), { ...GLOVE, datasetVersionNumber });
  return list(answer['datasetFiles']).map(({ name }) => String(name));
}

describe('sandbox: a folder that is a dataset of somebody else', () => {
  it('is public, and gets a new version only when its files are others', async () => {
    const folder = await folderOf({ 'a.txt': 'a', 'deep/b.txt': 'b' });
    const bench = await startBench({ published: { datasets: [folder] } });
    await until(
      () => filesOf(bench),
      (files) => files.length === 2,
    );
    assert.deepEqual(await filesOf(bench), ['a.txt', 'deep/b.txt']);
    assert.equal(await versionOf(bench), 1);
    await bench.restart();
    assert.equal(await versionOf(bench), 1);
    await writeFile(join(folder, 'c.txt'), 'c');
    await bench.restart();
    await until(
      () => versionOf(bench),
      (version) => version === 2,
    );
    assert.deepEqual(await filesOf(bench, 1), ['a.txt', 'deep/b.txt']);
    assert.deepEqual(await filesOf(bench, 2), ['a.txt', 'c.txt', 'deep/b.txt']);
  });

  it('is refused where it has no files, or its path is no name', async () => {
    for (const folder of ['/nowhere/ada/glove', '/'])
      await assert.rejects(startBench({ published: { datasets: [folder] } }), { code: 'wrong-usage' });
  });
});
