import { strict as assert } from 'node:assert';
import { LogStore } from '../../../src/host/panel/logs.ts';

describe('the logs of a run', () => {
  it('are read in parts, each from where the last one ended', () => {
    const logs = new LogStore();
    logs.begin();
    for (let index = 0; index < 25; index += 1) logs.add('build', `line ${index}`);
    const first = logs.read('build', 0, 10);
    assert.deepEqual([first.first, first.lines.length], [0, 10]);
    const next = logs.read('build', 10, 100);
    assert.deepEqual([next.first, next.lines.length, next.lines.at(-1)], [10, 15, 'line 24']);
    assert.deepEqual(logs.read('build', 25, 10).lines, []);
    assert.deepEqual(logs.read('test', 0, 10).lines, []);
  });

  it('are shown from the first line that is kept when the reader is behind', () => {
    const logs = new LogStore();
    for (let index = 0; index < 30_000; index += 1) logs.add('build', `line ${index}`);
    const { first, lines } = logs.read('build', 5, 1);
    assert.ok(first >= 19_000, String(first));
    assert.deepEqual(lines, [`line ${first}`]);
  });

  it('are others in another run', () => {
    const logs = new LogStore();
    logs.begin();
    logs.add('build', 'old');
    const { run } = logs.read('build', 0, 1);
    logs.begin();
    const now = logs.read('build', 0, 1);
    assert.notEqual(now.run, run);
    assert.deepEqual(now.lines, []);
  });

  it('begin with those of an earlier run, until this one says something', () => {
    const logs = new LogStore();
    logs.seed('build', ['earlier']);
    logs.seed('build', ['again']);
    assert.deepEqual(logs.read('build', 0, 9).lines, ['earlier']);
    logs.add('test', 'now');
    logs.seed('test', ['earlier']);
    assert.deepEqual(logs.read('test', 0, 9).lines, ['now']);
  });
});
