import assert from 'node:assert/strict';
import {
  bundleIdOf,
  isJuliaAlone,
  MARKER_FILE,
  planDatasets,
  planOf,
} from '../../../src/core/contract/datasets.ts';
import { aBundle, aProject } from '../../support/artefacts.ts';

describe('planDatasets', () => {
  it('makes a dataset of each part by default', () => {
    const plans = planDatasets(aProject(), aBundle());
    assert.deepEqual(
      plans.map(({ slug, kinds }) => [slug, kinds]),
      [
        ['jok-julia', ['julia']],
        ['tides-dotjulia', ['dotjulia']],
        ['tides-app', ['inferenceapp']],
        ['tides-models', ['models']],
      ],
    );
  });

  it('puts parts with the same slug into one dataset, as the single packedjulia', () => {
    const datasets = {
      julia: 'packedjulia',
      dotjulia: 'packedjulia',
      'dotjulia-delta': 'packedjulia-delta',
      inferenceapp: 'packedjulia',
      app: 'app-set',
      sysimage: 'sysimage-set',
      models: 'models',
    };
    const [packed, models] = planDatasets(aProject({ datasets }), aBundle());
    assert.deepEqual(
      packed?.files.map(({ name }) => name),
      ['julia', 'dotjulia', 'inferenceapp'],
    );
    assert.equal(models?.slug, 'models');
  });

  it('gives the same id for the same content wherever it lies', () => {
    const moved = aBundle();
    const elsewhere = {
      ...moved,
      parts: moved.parts.map((part) => ({
        ...part,
        files: part.files.map((file) => ({ ...file, path: '/other' })),
      })),
    };
    const ids = (bundle: typeof moved): string[] =>
      planDatasets(aProject(), bundle).map(({ bundleId }) => bundleId);
    assert.deepEqual(ids(elsewhere), ids(moved));
  });

  it('knows what an earlier version made, by the same id for the same files', () => {
    const file = (name: string) => ({ name, path: `/bundle/${name}`, bytes: 5, sha256: 'a'.repeat(64) });
    assert.equal(bundleIdOf([file('b'), file('a'), file('c')]), '6f8b5da1c4632301');
    assert.equal(MARKER_FILE, 'bundle.json');
  });

  it('writes a marker that names every file with size and hash', () => {
    const marker = JSON.parse(planDatasets(aProject(), aBundle())[1]?.marker ?? '') as {
      bundleId: string;
      files: object[];
    };
    assert.equal(marker.bundleId.length, 16);
    assert.deepEqual(marker.files, [{ name: 'dotjulia', bytes: 50, sha256: 'dotjulia'.padEnd(64, '0') }]);
  });

  it('has another id for another name, size or content, and the same in any order', () => {
    const files = aBundle().parts.flatMap((part) => part.files);
    const [first, ...others] = files;
    assert.ok(first !== undefined && others.length > 1);
    const id = bundleIdOf(files);
    assert.match(id, /^[0-9a-f]{16}$/);
    assert.equal(bundleIdOf([...others, first]), id);
    assert.equal(bundleIdOf(files.toReversed()), id);
    for (const change of [{ name: 'other' }, { bytes: first.bytes + 1 }, { sha256: 'f'.repeat(64) }])
      assert.notEqual(bundleIdOf([{ ...first, ...change }, ...others]), id);
  });

  it('finds the dataset of a part, and tells one with Julia alone', () => {
    const plans = planDatasets(aProject(), aBundle());
    assert.equal(planOf(plans, 'inferenceapp')?.slug, 'tides-app');
    assert.equal(planOf(plans, 'sysimage'), undefined);
    assert.deepEqual(plans.map(isJuliaAlone), [true, false, false, false]);
    const { datasets } = aProject();
    const shared = { ...datasets, dotjulia: datasets.julia };
    const [packed] = planDatasets(aProject({ datasets: shared }), aBundle());
    assert.deepEqual(packed?.kinds, ['julia', 'dotjulia']);
    assert.equal(isJuliaAlone(packed), false);
  });
});
