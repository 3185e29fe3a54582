import assert from 'node:assert/strict';
import type { Datasets } from '../../../src/core/artefacts.ts';
import { planDatasets } from '../../../src/core/contract/datasets.ts';
import { kernelMetadata } from '../../../src/core/notebook/kernel-metadata.ts';
import { aBundle, aDepot, aProject } from '../../support/artefacts.ts';

type Metadata = Readonly<Record<string, unknown>>;

/** What the official client reads of a project with this accelerator, built in this image. */
function metadata(accelerator: string, digest?: string): Metadata {
  const project = aProject({ notebook: { title: 'Harbour Tides', accelerator } });
  const build = aDepot({
    image: { name: 'python', id: 'sha256:i', ...(digest === undefined ? {} : { digest }) },
  });
  const text = kernelMetadata('ada', { project, build }, planDatasets(project, aBundle()));
  assert.ok(text.endsWith('}\n'));
  return JSON.parse(text) as Metadata;
}

describe('kernel-metadata.json', () => {
  it('asks for the accelerator, and for no machine where there is none', () => {
    const [gpu, none] = [metadata('NvidiaTeslaT4'), metadata('none')];
    assert.deepEqual([gpu['enable_gpu'], gpu['machine_shape']], [true, 'NvidiaTeslaT4']);
    assert.equal(none['enable_gpu'], false);
    assert.ok(!('machine_shape' in none));
  });

  it('names the image when it is one of Kaggle’s, and leaves the choice to Kaggle else', () => {
    const digest = `gcr.io/kaggle-images/python@sha256:${'a'.repeat(64)}`;
    assert.equal(metadata('none', digest)['docker_image'], digest);
    assert.ok(!('docker_image' in metadata('none')));
    assert.ok(!('docker_image' in metadata('none', `example.org/python@sha256:${'a'.repeat(64)}`)));
  });

  it('is private, without the internet, and has the competition and the datasets for inputs', () => {
    const all = metadata('none');
    assert.deepEqual([all['is_private'], all['enable_internet'], all['enable_tpu']], [true, false, false]);
    assert.deepEqual(all['competition_sources'], ['harbour-tides']);
    assert.deepEqual(all['dataset_sources'], [
      'ada/jok-julia',
      'ada/tides-dotjulia',
      'ada/tides-app',
      'ada/tides-models',
    ]);
    assert.equal(all['id'], 'ada/harbour-tides');
  });

  it('has a trained model by its version: the one that was uploaded, or the one that it will be', () => {
    const project = aProject({ modelsOn: 'model' });
    const plans = planDatasets(project, aBundle());
    const sources = (upload?: Datasets): unknown[] => {
      const text = kernelMetadata('ada', { project, build: aDepot() }, plans, upload);
      const all = JSON.parse(text) as Metadata;
      return [all['model_sources'], all['dataset_sources']];
    };
    const datasets = ['ada/jok-julia', 'ada/tides-dotjulia', 'ada/tides-app'];
    const version = (number: number): string[] => [`ada/tides-models/other/default/${number}`];
    assert.deepEqual(sources(), [version(1), datasets]);
    const uploaded = (bundleId: string): Datasets => ({
      ...{ fingerprint: 'u', owner: 'ada', uploadedBytes: 0 },
      datasets: [
        { slug: 'tides-models', on: 'model', version: 4, bundleId, kinds: ['models'], uploadedBytes: 0 },
      ],
    });
    assert.deepEqual(sources(uploaded(plans.at(-1)?.bundleId ?? '')), [version(4), datasets]);
    assert.deepEqual(sources(uploaded('another')), [version(5), datasets]);
  });
});
