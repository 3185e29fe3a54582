import assert from 'node:assert/strict';
import { type DatasetPlan, planDatasets } from '../../../src/core/contract/datasets.ts';
import { decide, differences } from '../../../src/core/upload/decide.ts';
import { aBundle, aProject } from '../../support/artefacts.ts';

const plans = planDatasets(aProject(), aBundle());

function planFor(slug: string): DatasetPlan {
  const plan = plans.find((each) => each.slug === slug);
  assert.ok(plan);
  return plan;
}

function filesOf(plan: DatasetPlan): { name: string; bytes: number }[] {
  return [
    ...plan.files.map(({ name, bytes }) => ({ name, bytes })),
    { name: 'bundle.json', bytes: Buffer.byteLength(plan.marker) },
  ];
}

describe('decide', () => {
  const app = planFor('tides-app');
  const ours = {
    slug: app.slug,
    version: 3,
    bundleId: app.bundleId,
    kinds: [...app.kinds],
    uploadedBytes: 5,
  };

  it('creates what is not there', () => {
    assert.equal(decide(app, undefined, []).do, 'create');
  });

  it('keeps the version that we made from this bundle, and counts nothing as sent', () => {
    const decision = decide(app, { currentVersion: 3, files: filesOf(app) }, [ours]);
    assert.deepEqual(decision, { do: 'keep', dataset: { ...ours, uploadedBytes: 0 } });
  });

  it('makes a version when the content changed, when somebody else made one, and when a file is missing', () => {
    const files = filesOf(app);
    assert.equal(decide(app, { currentVersion: 3, files }, [{ ...ours, bundleId: 'other' }]).do, 'version');
    assert.equal(decide(app, { currentVersion: 4, files }, [ours]).do, 'version');
    assert.equal(decide(app, { currentVersion: 3, files: files.slice(1) }, [ours]).do, 'version');
    assert.equal(decide(app, { currentVersion: 3, files }, []).do, 'version');
  });

  it('adopts the version that an interrupted run made', () => {
    const sending = { slug: app.slug, bundleId: app.bundleId, after: 3 };
    assert.equal(decide(app, { currentVersion: 4, files: filesOf(app) }, [ours], sending).do, 'keep');
    assert.equal(decide(app, { currentVersion: 3, files: filesOf(app) }, [], sending).do, 'version');
  });

  it('shares Julia among projects: name and size tell its content', () => {
    const julia = planFor('jok-julia');
    assert.equal(decide(julia, { currentVersion: 1, files: filesOf(julia) }, []).do, 'keep');
  });
});

describe('differences', () => {
  it('names every file that is missing, of another size, or too many', () => {
    const plan = planFor('tides-app');
    assert.deepEqual(differences(plan, filesOf(plan)), []);
    assert.deepEqual(
      differences(plan, [
        { name: 'inferenceapp', bytes: 4 },
        { name: 'x', bytes: 1 },
      ]),
      ['inferenceapp has 4 bytes instead of 5', 'bundle.json is missing', 'x should not be there'],
    );
  });
});
