import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';
import { canLeaveOut, leaveOut, ruleFor } from '../../../src/core/project/leave-out.ts';
import { tempFolder } from '../../support/temp.ts';

describe('leaving a file out', () => {
  for (const name of ['raw.csv', 'a b.csv', ' lead', 'trail ', '#x', '!x', '[a]?*.csv', 'a\\b', 'ü'])
    it(`is a rule for "${name}" and for no other file`, () => {
      const rules = ignore().add(ruleFor(`data/${name}`));
      assert.ok(rules.ignores(`data/${name}`));
      assert.ok(!rules.ignores(`data/other`) && !rules.ignores(`deep/data/${name}`) && !rules.ignores('ab'));
    });

  it('is written once, below what the file has', async () => {
    const root = await tempFolder({ '.juliakaggleignore': '*.tmp' });
    for (const name of ['raw.csv', 'raw.csv', 'plots']) await leaveOut(root, join(root, 'data', name));
    const text = await readFile(join(root, '.juliakaggleignore'), 'utf8');
    assert.equal(text, '*.tmp\n/data/raw.csv\n/data/plots\n');
  });

  it('is not for what lies elsewhere, nor for what Julia needs', () => {
    const can = (path: string): boolean => canLeaveOut('/p', path);
    assert.deepEqual(['/p/raw.csv', '/q/raw.csv', '/p', '/p/Project.toml', '/p/lib/Manifest.toml'].map(can), [
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
