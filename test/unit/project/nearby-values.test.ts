import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nearbyValues } from '../../../src/core/project/nearby-files.ts';
import { tempFolder } from '../../support/temp.ts';

async function folderWith(...paths: string[]): Promise<string> {
  const folder = await tempFolder();
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), '');
  }
  return folder;
}

describe('what a project has to offer for its JuliaKaggle.toml', () => {
  it('offers model files, and folders that hold nothing else', async () => {
    const folder = await folderWith(
      'Project.toml',
      'net.bson',
      'src/Inference.jl',
      'src/weights.jld2',
      'models/fold1.onnx',
      'models/fold2.onnx',
      'node_modules/a/b.bin',
    );
    const values = await nearbyValues('models.files', folder);
    assert.deepEqual(values.toSorted(), [
      'models',
      'models/fold1.onnx',
      'models/fold2.onnx',
      'net.bson',
      'src/weights.jld2',
    ]);
  });
});
