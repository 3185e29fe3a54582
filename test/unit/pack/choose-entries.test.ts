import assert from 'node:assert/strict';
import type { Fact } from '../../../src/core/contract/script-facts.ts';
import { chooseEntries, type ChoiceInput } from '../../../src/core/pack/choose-entries.ts';
import { depotFactsOf } from '../../../src/core/pack/depot-facts.ts';
import { depotReport, describeDepot } from '../../../src/core/pack/depot-report.ts';

const HASH = { used: 'a'.repeat(40), other: 'b'.repeat(40), unbound: 'c'.repeat(40) };

/** What the two programs tell of a depot with a bit of everything. */
function told(paths: readonly string[], facts: readonly Fact[]): Fact[] {
  return [
    ...facts,
    ...paths.map((path): Fact => ({ kind: 'entry', path, identity: path, bytes: path.length })),
  ];
}

const FACTS: readonly Fact[] = [
  { kind: 'package', uuid: 'u1', name: 'Plots', path: 'packages/Plots/new1' },
  { kind: 'package', uuid: 'u2', name: 'Dates', path: '' },
  { kind: 'package', uuid: 'u3', name: 'Inference', path: 'dev/Inference' },
  { kind: 'artifact', hash: HASH.used, name: 'fontconfig', owner: 'Plots', taken: true },
  { kind: 'artifact', hash: HASH.other, name: 'fontconfig', owner: 'Plots', taken: false },
  { kind: 'extension', name: 'PlotsExt', owner: 'Plots' },
  { kind: 'rejected', path: 'compiled/v1.10/Plots/old.ji' },
  { kind: 'rejected', path: 'compiled/v1.10/Dates/x.ji' },
];
const ALL: readonly Fact[] = [...FACTS, { kind: 'complete', packages: 3 }];

function choose(paths: readonly string[], more: Partial<ChoiceInput> = {}, facts = ALL) {
  return chooseEntries({
    facts: depotFactsOf(told(paths, facts)),
    compiled: 'compiled/v1.10',
    localCaches: ['Inference'],
    appeared: [],
    exclude: [],
    keep: [],
    ...more,
  });
}

const KEPT = [
  'packages/Plots/new1',
  `artifacts/${HASH.used}`,
  'artifacts/Overrides.toml',
  'compiled/v1.10/Plots/new.ji',
  'compiled/v1.10/Plots/new.so',
  // Julia takes none of this package's caches, which cannot be right: none is left out.
  'compiled/v1.10/Dates/x.ji',
  'compiled/v1.10/PlotsExt/x.ji',
  'scratchspaces/u1/fonts',
  'scratchspaces/00000000-0000-0000-0000-000000000000/any',
  'datadeps/MNIST',
  'conda',
  'something-new',
];

const LEFT: [path: string, reason: RegExp][] = [
  ['packages/Plots/old1', /another version of the package/],
  ['packages/Gone/abc', /not a package of the Manifest/],
  [`artifacts/${HASH.other}`, /another machine or toolkit/],
  [`artifacts/${HASH.unbound}`, /not bound by a package/],
  ['compiled/v1.10/Plots/old.ji', /does not take/],
  ['compiled/v1.10/Plots/old.so', /does not take/],
  ['compiled/v1.10/Plots/x.ji.pidfile', /left by a compilation/],
  ['compiled/v1.10/Gone/x.ji', /not a package of the Manifest/],
  ['compiled/v1.9', /another Julia/],
  ['scratchspaces/u9/x', /not a package of the Manifest/],
  ['registries', /registry/],
  ['clones', /clones/],
  ['logs', /logs/],
  ['juliaup', /juliaup/],
];

describe('chooseEntries', () => {
  it('keeps what the Manifest needs, and what it cannot judge', () => {
    const { needed, leftOut } = choose(KEPT);
    assert.deepEqual(
      needed.map(({ path }) => path),
      KEPT,
    );
    assert.deepEqual(leftOut, []);
  });

  it('keeps other caches out of reach of a rejected one', () => {
    const { needed } = choose(['compiled/v1.10/Plots/old.ji', 'compiled/v1.10/Plots/new.ji']);
    assert.deepEqual(
      needed.map(({ path }) => path),
      ['compiled/v1.10/Plots/new.ji'],
    );
  });

  for (const [path, reason] of LEFT)
    it(`leaves out ${path.slice(0, 40)}`, () => {
      const { leftOut } = choose([...KEPT, path]);
      assert.deepEqual(
        leftOut.map((entry) => entry.path),
        [path],
      );
      assert.match(leftOut[0]?.reason ?? '', reason);
    });

  it('leaves the project, and what is compiled anew with it, to the other tarball', () => {
    assert.deepEqual(choose(['dev', 'compiled/v1.10/Inference/x.ji']), { needed: [], leftOut: [] });
  });

  it('keeps what came with the test run, whoever it belongs to', () => {
    const paths = [`artifacts/${HASH.unbound}`, 'scratchspaces/u9/x'];
    assert.equal(choose(paths, { appeared: paths }).needed.length, 2);
  });

  it('leaves out nothing but the well-known when Julia could not tell', () => {
    const { leftOut } = choose(
      LEFT.map(([path]) => path),
      {},
      FACTS,
    );
    assert.deepEqual(
      leftOut.map(({ path }) => path),
      ['registries', 'clones', 'logs', 'juliaup'],
    );
  });

  it('obeys [pack] exclude and keep, by name and by path, and exclude wins', () => {
    const excluded = choose(KEPT, { exclude: ['Plots', 'datadeps', 'fontconfig'] }).leftOut;
    assert.deepEqual(
      excluded.map(({ path }) => path),
      [
        'packages/Plots/new1',
        `artifacts/${HASH.used}`,
        'compiled/v1.10/Plots/new.ji',
        'compiled/v1.10/Plots/new.so',
        'compiled/v1.10/PlotsExt/x.ji',
        'datadeps/MNIST',
      ],
    );
    const { needed } = choose(
      LEFT.map(([path]) => path),
      { keep: ['Gone', 'registries', `artifacts/${HASH.unbound}`, 'clones'], exclude: ['clones'] },
    );
    assert.deepEqual(
      needed.map(({ path }) => path),
      [
        'packages/Gone/abc',
        `artifacts/${HASH.unbound}`,
        // Without a cache that Julia takes, none is left out.
        'compiled/v1.10/Plots/old.ji',
        'compiled/v1.10/Plots/old.so',
        'compiled/v1.10/Gone/x.ji',
        'registries',
      ],
    );
  });
});

describe('the depot report', () => {
  it('lists packages with their caches, largest first, and what was left out with its reason', () => {
    const choice = choose([...KEPT, ...LEFT.map(([path]) => path)]);
    const text = depotReport(choice, []);
    const row = (name: string): number => text.split('\n').findIndex((line) => line.startsWith(`| ${name} `));
    assert.ok(row('fontconfig') >= 0 && row('Plots') > 0);
    assert.match(text, /\| Plots \| package, compiled cache \| \d+ B \|/);
    assert.match(text, /\| registries \| folder \| 10 B \| a registry: only needed to install \|/);
  });

  it('keeps the sums in the record, however many names there are', () => {
    const many = Array.from({ length: 100 }, (_, i) => `datadeps/D${i}`);
    const { largest, neededBytes } = describeDepot('key', choose(many));
    assert.equal(largest.length, 41);
    assert.equal(
      largest.reduce((sum, { bytes }) => sum + bytes, 0),
      neededBytes,
    );
  });
});
