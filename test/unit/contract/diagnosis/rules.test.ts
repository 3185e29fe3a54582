import assert from 'node:assert/strict';
import { findingsIn, isTelling, ofProject, RULES } from '../../../../src/core/contract/diagnosis/rules.ts';
import type { Abouts, Context, Rule } from '../../../../src/core/contract/diagnosis/rules/rule.ts';
import { aProject } from '../../../support/artefacts.ts';

const LIMITS = { cpus: 4, memoryBytes: 30e9 } as Abouts['test']['limits'];
const KNOWN = { ...ofProject(aProject(), []), limits: LIMITS, name: 'dotjulia' };

const contextsOf = ({ says }: Rule): Context[] => Object.keys(says) as Context[];

describe('the rules for logs', () => {
  for (const rule of RULES)
    for (const [pattern, line] of rule.signs)
      it(`find ${rule.kind} in the line that it was learnt from: ${line}`, () => {
        assert.match(line, pattern);
        assert.ok(contextsOf(rule).length > 0);
        for (const context of contextsOf(rule)) {
          // A host says something of a test only where that has no network.
          const project = aProject(rule.kind === 'host' ? { offlineTest: true } : {});
          const found = findingsIn(context, ['before', line, 'after'], { ...KNOWN, project });
          const own = found.find(({ kind }) => kind === rule.kind);
          assert.ok(own !== undefined, context);
          assert.ok(own.title.length > 10);
          assert.ok(own.remedies.every(({ title }) => title.length > 10));
          // What a run ends with is known by its kind; all other stages have a code for it.
          assert.equal(own.code === undefined, context === 'run');
        }
        assert.ok(isTelling(line));
      });

  it('have each wording once in a context', () => {
    const seen = new Set<string>();
    for (const rule of RULES)
      for (const [pattern] of rule.signs)
        for (const context of contextsOf(rule)) {
          const key = `${context} ${pattern.source}`;
          assert.ok(!seen.has(key), key);
          seen.add(key);
        }
  });

  it('find nothing in a line that says nothing, and name no more than anybody reads', () => {
    for (const context of ['run', 'build', 'test', 'compile', 'tar'] as const)
      assert.deepEqual(findingsIn(context, ['wrote 60 rows', '', 'Precompiling project...'], KNOWN), []);
    const many = Array.from({ length: 1_000 }, (_, i) => ` Downloading artifact: a${i}`);
    assert.equal(findingsIn('run', many, KNOWN).length, 20);
  });

  it('take no more than linear time for what has no end', function () {
    this.timeout(240_000);
    const slow: string[] = [];
    for (const rule of RULES)
      for (const [pattern, line] of rule.signs)
        for (const piece of [...beginningsOf(line), ...PIECES]) {
          if (!isLinear(pattern, piece)) slow.push(`${rule.kind} ${pattern.source}: ${piece}`);
        }
    assert.deepEqual(slow, []);
  });

  it('would be found out if they took more', () => {
    assert.ok(!isLinear(/\w+\("([^"]+)"[^)]*\): read-only file system/, 'a'));
    assert.ok(!isLinear(/Package (\w+) .*not found/, 'Package a '));
  });
});

/** Of what lines without end are made, besides the beginnings of wordings. */
const PIECES = [
  'a',
  ' ',
  '"',
  '("',
  '("a"',
  "'",
  '/',
  'a/',
  ': ',
  '.so',
  '1',
  '[',
  'Package a ',
  '/dev/',
  '\\',
];

/** Half-way matches: the line up to each of its words and signs. */
function beginningsOf(line: string): string[] {
  const borders = [...line.matchAll(/[^\w]+|\w+/g)].map(({ index, 0: word }) => index + word.length);
  return borders.map((end) => line.slice(0, end));
}

const SHORT = 1_500;
const TIMES = 8;

/** Whether eight times as long a line takes much less than 64 times as long; by the best of some times each. */
function isLinear(pattern: RegExp, piece: string): boolean {
  const best = (length: number): number =>
    Math.min(...Array.from({ length: 4 }, () => timeOf(pattern, piece, length)));
  if (timeOf(pattern, piece, SHORT * TIMES) < 2) return true;
  return best(SHORT * TIMES) < 3 * TIMES * Math.max(best(SHORT), 0.05);
}

function timeOf(pattern: RegExp, piece: string, length: number): number {
  const line = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  const started = performance.now();
  pattern.test(line);
  return performance.now() - started;
}
