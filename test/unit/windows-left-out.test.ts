import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { leftOut, testsOf } from '../../scripts/lib/windows-tests.mjs';

const ROOT = join(import.meta.dirname, '../..');

describe('what is left out under Windows’ Node', () => {
  const { paths, titles } = leftOut(ROOT);

  it('is there, and is named once', () => {
    for (const path of paths) assert.ok(existsSync(join(ROOT, path)), path);
    assert.equal(new Set([...paths, ...titles]).size, paths.length + titles.length);
  });

  it('is no folder or file more than it was, and no more tests', () => {
    assert.ok(paths.length <= 13, `${paths.length} paths`);
    assert.ok(titles.length <= 25, `${titles.length} titles`);
  });

  it('is nothing of the suites that need no engine, but for what is named there', () => {
    const run = testsOf(ROOT);
    assert.ok(
      run.includes('test/unit/base/in-use.test.ts') && run.includes('test/wire/docker/find-engine.test.ts'),
    );
    assert.ok(
      run.every((path) => /^test\/(unit|property|wire)\//.test(path)),
      run.join('\n'),
    );
  });
});
