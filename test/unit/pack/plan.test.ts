import assert from 'node:assert/strict';
import { planTarballs } from '../../../src/core/pack/plan.ts';
import { aDepot, aProject, aTestReport } from '../../support/artefacts.ts';

function plan(project = aProject(), test = aTestReport()) {
  const [dotjulia, inferenceapp] = planTarballs({ project, build: aDepot(), test });
  assert.ok(dotjulia !== undefined && inferenceapp !== undefined);
  return { dotjulia, inferenceapp };
}

describe('planTarballs', () => {
  it('lets the sources and their caches travel with inferenceapp, and only there', () => {
    const { dotjulia, inferenceapp } = plan();
    assert.deepEqual(inferenceapp.paths, [
      '.julia/dev',
      '.julia/compiled/v1.10/Inference',
      '.julia/compiled/v1.10/TideFeatures',
    ]);
    for (const path of inferenceapp.paths) assert.ok(dotjulia.options.includes(`--exclude=${path}`));
  });

  it('leaves out what nothing needs offline, and what the project says', () => {
    const { dotjulia } = plan(aProject({ packExclude: ['artifacts/big'] }));
    for (const name of ['registries', 'clones', 'logs', 'juliaup', 'artifacts/big'])
      assert.ok(dotjulia.options.includes(`--exclude=.julia/${name}`), name);
  });

  it('does not pack the depot again for an edit of the project', () => {
    const before = plan();
    const after = plan(aProject({ sourcesFingerprint: 'sources-2' }));
    assert.equal(after.dotjulia.fingerprint, before.dotjulia.fingerprint);
    assert.notEqual(after.inferenceapp.fingerprint, before.inferenceapp.fingerprint);
  });

  it('packs the depot again when the test run brought an artifact', () => {
    const after = plan(aProject(), aTestReport({ depotContent: ['artifacts/abc', 'artifacts/lazy'] }));
    assert.notEqual(after.dotjulia.fingerprint, plan().dotjulia.fingerprint);
  });
});
