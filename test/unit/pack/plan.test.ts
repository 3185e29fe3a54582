import assert from 'node:assert/strict';
import type { Project } from '../../../src/core/artefacts.ts';
import { depotKey, planApp } from '../../../src/core/pack/plan.ts';
import { planEntries } from '../../../src/core/pack/depot-parts.ts';
import { aDepot, aProject, aTestReport } from '../../support/artefacts.ts';

const input = (project = aProject(), test = aTestReport(), build = aDepot()) => ({ project, build, test });

describe('planApp', () => {
  it('holds the sources, and the caches that an edit of them makes anew', () => {
    const localCaches = ['Inference', 'TideFeatures', 'UsesTideFeatures'];
    assert.deepEqual(planApp(input(aProject({ localCaches }))).paths, [
      '.julia/dev',
      '.julia/compiled/v1.10/Inference',
      '.julia/compiled/v1.10/TideFeatures',
      '.julia/compiled/v1.10/UsesTideFeatures',
    ]);
  });

  it('leaves nothing of them out', () => {
    const { kind, exclude } = planApp(input(aProject({ packExclude: ['artifacts/big'] })));
    assert.deepEqual([kind, exclude], ['inferenceapp', []]);
  });

  it('is packed again in another format', () => {
    const packed = (packCodec: 'gzip' | 'zstd' | undefined) =>
      planApp(input({ ...aProject(), packCodec })).fingerprint;
    assert.equal(new Set([packed('gzip'), packed('zstd'), packed(undefined)]).size, 3);
  });

  it('is packed again for an edit, and when the depot was made anew', () => {
    const { fingerprint } = planApp(input());
    const edited = input(aProject({ sourcesFingerprint: 'sources-2' }));
    const anew = input(aProject(), aTestReport(), aDepot({ depotId: 'another' }));
    assert.notEqual(planApp(edited).fingerprint, fingerprint);
    assert.notEqual(planApp(anew).fingerprint, fingerprint);
  });
});

describe('depotKey', () => {
  it('is that of before after an edit of the project: the depot is not looked at', () => {
    assert.equal(depotKey(input(aProject({ sourcesFingerprint: 'sources-2' }))), depotKey(input()));
  });

  const changes: [what: string, changed: ReturnType<typeof input>][] = [
    ['the Manifest', input(aProject(), aTestReport(), aDepot({ environmentFingerprint: 'environment-2' }))],
    ['what the test run brought', input(aProject(), aTestReport({ depotContent: ['artifacts/lazy'] }))],
    ['the depot itself', input(aProject(), aTestReport(), aDepot({ depotId: 'another' }))],
    ['[pack] exclude', input(aProject({ packExclude: ['artifacts/big'] }))],
    ['[pack] keep', input(aProject({ packKeep: ['Plots'] }))],
    ['the dataset that base and delta would share', input(aProject({ datasets: oneForBoth() }))],
    ['which caches travel with the sources', input(aProject({ localCaches: ['Inference'] }))],
  ];
  it('does not change where a delta has a dataset of its own by another name', () => {
    const named = aProject({ datasets: { ...aProject().datasets, 'dotjulia-delta': 'another' } });
    assert.equal(depotKey(input(named)), depotKey(input()));
  });

  for (const [what, changed] of changes)
    it(`changes with ${what}`, () => {
      assert.notEqual(depotKey(changed), depotKey(input()));
    });
});

/** Base and delta in one dataset, which has no deltas: a version is sent whole. */
function oneForBoth(): Project['datasets'] {
  const { datasets } = aProject();
  return { ...datasets, 'dotjulia-delta': datasets.dotjulia };
}

describe('planEntries', () => {
  it('names the entries below the home folder in one order, and what of them is left out', () => {
    const entry = (path: string) => ({ path, identity: '1', bytes: 1 });
    const project = aProject({ packExclude: ['artifacts/abc/share/doc'] });
    const plan = planEntries('dotjulia', [entry('packages/B/x'), entry('artifacts/abc')], input(project));
    assert.deepEqual(plan.paths, ['.julia/artifacts/abc', '.julia/packages/B/x']);
    assert.deepEqual(plan.exclude, ['.julia/artifacts/abc/share/doc']);
  });
});
