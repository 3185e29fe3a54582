import assert from 'node:assert/strict';
import { Costs } from '../../../src/cli/cost-table.ts';

describe('table of costs', () => {
  it('has what each stage asked of the engine, counted and added, in the order of the stages', () => {
    const costs = new Costs();
    costs.onEvent({ kind: 'cost', stage: 'test', what: 'look', milliseconds: 5 });
    costs.onEvent({ kind: 'cost', stage: 'build', what: 'make a container', milliseconds: 60 });
    costs.onEvent({ kind: 'cost', stage: 'build', what: 'make a container', milliseconds: 70 });
    costs.onEvent({ kind: 'log', stage: 'build', stream: 'stdout', line: 'no cost' });
    const text = costs.table({ artefacts: {}, outcomes: [], declined: false }, 1234);
    assert.deepEqual(
      text.split('\n').map((line) => line.split(/ {2,}/)),
      [
        ['stage', 'step', 'times', 'time'],
        ['build', 'make a container', '2', '0.13 s'],
        ['test', 'ask the engine', '1', '0.01 s'],
        ['all', 'the whole run', '1', '1.23 s'],
      ],
    );
  });
});
