import assert from 'node:assert/strict';
import type { Artefacts } from '../../../src/core/artefacts.ts';
import { foreseeUpload, planInWords } from '../../../src/core/upload/plan.ts';
import { planDatasets } from '../../../src/core/contract/datasets.ts';
import { aBundle, aDepot, aProject } from '../../support/artefacts.ts';

const upload: Artefacts['upload'] = {
  fingerprint: 'u',
  owner: 'ada',
  datasets: planDatasets(aProject(), aBundle()).map(({ slug, bundleId, kinds }) => ({
    ...{ slug, bundleId, kinds: [...kinds] },
    version: 1,
    uploadedBytes: 5,
  })),
  uploadedBytes: 175,
};
const last = { build: aDepot(), pack: aBundle(), upload };

describe('what an upload sends', () => {
  it('is foreseen after an edit: the package, and neither Julia nor depot nor models', () => {
    assert.equal(
      foreseeUpload(aProject({ sourcesFingerprint: 'edited' }), last),
      'about 5 B as a private dataset (inferenceapp); not uploaded again: julia, dotjulia, models (170 B)',
    );
  });

  it('is not foreseen where more than the package is another, or nothing was sent', () => {
    assert.equal(foreseeUpload(aProject({ environmentFingerprint: 'other' }), last), undefined);
    assert.equal(foreseeUpload(aProject({ models: [] }), last), undefined);
    assert.equal(foreseeUpload(aProject({ packMode: 'app' }), last), undefined);
    assert.equal(foreseeUpload(aProject(), { build: aDepot(), pack: aBundle() }), undefined);
  });

  it('is told with what stays, once it is known', () => {
    const pack = aBundle();
    const parts = pack.parts.map((part) =>
      part.kind === 'inferenceapp'
        ? { ...part, files: part.files.map((file) => ({ ...file, sha256: 'e'.repeat(64) })) }
        : part,
    );
    const words = planInWords({ project: aProject(), pack: { ...pack, parts } }, upload);
    assert.match(
      words,
      /^upload tides-app \(\d+ B\) as private datasets; not uploaded again: julia, dotjulia, models \(\d+ B\)/,
    );
  });
});
