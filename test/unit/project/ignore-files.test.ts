import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { SecretGuard } from '../../../src/core/project/secrets.ts';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { listStagedFiles } from '../../../src/core/project/stage-files.ts';
import { slashed, tempFolder } from '../../support/temp.ts';

/** The staged files of `repository/Inference`, where there are these. */
async function staged(files: Readonly<Record<string, string>>, dependencies: readonly string[] = []) {
  const top = await tempFolder(files);
  await mkdir(join(top, '.git'));
  const project = join(top, 'Inference');
  const request = {
    folders: [project, ...dependencies.map((path) => join(top, path))],
    files: [],
    leftOut: [],
    placeOf: (path: string) => slashed(relative(top, path)),
    guard: new SecretGuard(project, []),
    environment: {},
    places: await ReadablePlaces.around(project),
  };
  const { files: found } = await listStagedFiles(request, new AbortController().signal);
  return found.map(({ place }) => place).filter((place) => !place.endsWith('ignore'));
}

describe('ignore files', () => {
  it('leave out what git ignores, by the files of every folder down from the top', async () => {
    const found = await staged({
      '.gitignore': '*.log\n/Inference/out/\n',
      'Inference/.gitignore': 'data/*\n!data/small.csv\n',
      'Inference/deep/.gitignore': '!kept.log\n',
      'Inference/src/Inference.jl': '',
      'Inference/run.log': '',
      'Inference/out/x': '',
      'Inference/data/big.csv': '',
      'Inference/data/small.csv': '',
      'Inference/deep/kept.log': '',
      'Inference/deep/other.log': '',
    });
    assert.deepEqual(found, [
      'Inference/data/small.csv',
      'Inference/deep/kept.log',
      'Inference/src/Inference.jl',
    ]);
  });

  it('.juliakaggleignore leaves out more, and takes back', async () => {
    const found = await staged({
      'Inference/.gitignore': '*.bin\n',
      'Inference/.juliakaggleignore': 'notebooks/\n!weights.bin\n',
      'Inference/weights.bin': '',
      'Inference/other.bin': '',
      'Inference/notebooks/x.ipynb': '',
    });
    assert.deepEqual(found, ['Inference/weights.bin']);
  });

  it('never leave out what Julia finds its environment by', async () => {
    const found = await staged({
      '.gitignore': 'Manifest*.toml\nLocalPreferences.toml\n',
      'Inference/Manifest.toml': '',
      'Inference/Manifest-v1.11.toml': '',
      'Inference/LocalPreferences.toml': '',
    });
    assert.equal(found.length, 3);
  });

  it('do not reach into a path dependency in an ignored folder, nor into an ignored project', async () => {
    const files = {
      'Inference/.gitignore': 'dev/\n',
      'Inference/dev/Features/src/Features.jl': '',
      'Inference/dev/notes.txt': '',
    };
    assert.deepEqual(await staged(files, ['Inference/dev/Features']), [
      'Inference/dev/Features/src/Features.jl',
    ]);
    assert.deepEqual(await staged({ '.gitignore': 'Inference/\n', 'Inference/a.jl': '' }), [
      'Inference/a.jl',
    ]);
  });

  it('a secret that is ignored stays here, and is no failure', async () => {
    assert.deepEqual(
      await staged({ 'Inference/.gitignore': 'kaggle.json\n', 'Inference/kaggle.json': '{}' }),
      [],
    );
  });
});
