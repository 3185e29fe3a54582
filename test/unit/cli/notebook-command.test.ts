import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportNotebook } from '../../../src/core/export/export-notebook.ts';
import { prepareFolder, RunRecord } from '../../../src/core/pipeline/record.ts';
import { aBundle, aDepot, aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const GPU = { name: 'gcr.io/kaggle-gpu-images/python', id: 'x' };

async function packedProject(): Promise<string> {
  const folder = await tempFolder();
  const record = await RunRecord.open(await prepareFolder(folder));
  const notebook = { title: 'Harbour Tides, in Julia', accelerator: 'NvidiaTeslaT4' };
  await record.saveArtefact('project', aProject({ root: folder, notebook }));
  const digest = `${GPU.name}@sha256:${'a'.repeat(64)}`;
  await record.saveArtefact('build', aDepot({ image: { ...GPU, digest } }));
  await record.saveArtefact('pack', aBundle());
  return folder;
}

function around() {
  const account = { get: () => Promise.resolve({ username: 'ada', source: 'a test' }) };
  return { ports: keptContext({ account }).context.ports, signal: new AbortController().signal };
}

describe('julia-kaggle notebook', () => {
  it('writes the notebook and the metadata by which the official client pushes it', async () => {
    const folder = await packedProject();
    const out = join(folder, 'a', 'b');
    const exported = await exportNotebook({ folder, out, owner: undefined, ...around() });
    assert.deepEqual(exported.written, [join(out, 'notebook.ipynb'), join(out, 'kernel-metadata.json')]);
    assert.equal(exported.uploaded, false);
    assert.match(await readFile(join(out, 'notebook.ipynb'), 'utf8'), /bbbbbbbbbbbbbbbb/);
    assert.deepEqual(JSON.parse(await readFile(join(out, 'kernel-metadata.json'), 'utf8')), {
      id: 'ada/harbour-tides-in-julia',
      title: 'Harbour Tides, in Julia',
      code_file: 'notebook.ipynb',
      language: 'python',
      kernel_type: 'notebook',
      is_private: true,
      enable_gpu: true,
      enable_tpu: false,
      enable_internet: false,
      machine_shape: 'NvidiaTeslaT4',
      docker_image: `${GPU.name}@sha256:${'a'.repeat(64)}`,
      dataset_sources: ['ada/jok-julia', 'ada/tides-dotjulia', 'ada/tides-app', 'ada/tides-models'],
      competition_sources: ['harbour-tides'],
      kernel_sources: [],
      model_sources: [],
    });
  });

  it('takes the owner that is named', async () => {
    const folder = await packedProject();
    const { datasets } = await exportNotebook({ folder, out: folder, owner: 'grace', ...around() });
    assert.equal(datasets[0], 'grace/jok-julia');
  });

  it('says what to do when nothing was packed', async () => {
    const folder = await tempFolder();
    const exporting = exportNotebook({ folder, out: folder, owner: 'ada', ...around() });
    await assert.rejects(exporting, /Nothing was packed yet/);
  });
});
