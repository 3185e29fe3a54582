import assert from 'node:assert/strict';
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
    ['which caches travel with the sources', input(aProject({ localCaches: ['Inference'] }))],
  ];
  for (const [what, changed] of changes)
    it(`changes with ${what}`, () => {
      assert.notEqual(depotKey(changed), depotKey(input()));
    });
});

describe('planEntries', () => {
  it('names the entries below the home folder in one order, and what of them is left out', () => {
    const entry = (path: string) => ({ path, identity: '1', bytes: 1 });
    const project = aProject({ packExclude: ['artifacts/abc/share/doc'] });
    const plan = planEntries('dotjulia', [entry('packages/B/x'), entry('artifacts/abc')], input(project));
    assert.deepEqual(plan.paths, ['.julia/artifacts/abc', '.julia/packages/B/x']);
    assert.deepEqual(plan.exclude, ['.julia/artifacts/abc/share/doc']);
  });
});
