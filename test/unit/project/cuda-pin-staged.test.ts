import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildStage } from '../../../src/core/build/build-stage.ts';
import { stagedFiles } from '../../../src/core/build/plan.ts';
import { readProject } from '../../../src/core/project/project-stage.ts';
import { writeStagedEdits } from '../../../src/core/scaffold/staged-edits.ts';
import { tempFolder } from '../../support/temp.ts';
import { manifest, PROJECT } from './cuda-project.ts';
import { options } from './temp-project.ts';

describe('the staged copy of a project with CUDA', () => {
  const FILES = {
    'Tides/Project.toml': PROJECT,
    'Tides/Manifest.toml': manifest(),
    'Tides/JuliaKaggle.toml': 'competition = "titanic"\n',
    'Tides/src/Tides.jl': 'module Tides end\n',
  };
  const textOf = (from: object): unknown => ('text' in from ? from.text : undefined);

  it('has the pin, is told in the plan, and the person’s files stay as they are', async () => {
    const root = await tempFolder(FILES);
    const project = await readProject(join(root, 'Tides'), options());
    assert.equal(project.cudaPin?.version, '12.8');
    const staged = new Map(stagedFiles(project).map(({ path, from }) => [path, from]));
    const preferences = staged.get('julia-kaggle/dev/Tides/LocalPreferences.toml') ?? {};
    assert.match(String(textOf(preferences)), /version = "12\.8"/);
    assert.match(String(textOf(staged.get('julia-kaggle/dev/Tides/Project.toml') ?? {})), /\[extras\]/);
    assert.match(buildStage.plan({ project }, undefined), /CUDA 12\.8 pinned in the staged copy/);
    assert.equal(await readFile(join(root, 'Tides/Project.toml'), 'utf8'), PROJECT);
    await assert.rejects(readFile(join(root, 'Tides/LocalPreferences.toml')), /ENOENT/);
  });

  it('decides about the depot: another toolkit is another environment', async () => {
    const [one, other] = await Promise.all(
      ['0.16.1+0', '0.16.1+0'].map(async (version, i) => {
        const preferences =
          i === 0 ? {} : { 'Tides/LocalPreferences.toml': '[CUDA_Runtime_jll]\nversion = "12.2"\n' };
        const root = await tempFolder({ ...FILES, ...preferences, 'Tides/Manifest.toml': manifest(version) });
        return readProject(join(root, 'Tides'), options());
      }),
    );
    assert.notEqual(one?.environmentFingerprint, other?.environmentFingerprint);
  });

  it('becomes the person’s own when asked, and then nothing is left to pin', async () => {
    const root = await tempFolder(FILES);
    const folder = join(root, 'Tides');
    const before = await readProject(folder, options());
    const written = await writeStagedEdits(before);
    assert.deepEqual(written.sort(), [join(folder, 'LocalPreferences.toml'), join(folder, 'Project.toml')]);
    const after = await readProject(folder, options());
    assert.equal(after.cudaPin, undefined);
    assert.equal(after.sourcesFingerprint, before.sourcesFingerprint);
  });
});
