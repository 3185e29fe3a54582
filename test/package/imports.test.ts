import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER, pageText } from '../../scripts/docs/pages.mts';

describe('docs/reference/imports.md', () => {
  it('is the picture of the imports as they are: npm run docs', async () => {
    assert.equal(await readFile(join(FOLDER, 'imports.md'), 'utf8'), await pageText('imports.md'));
  });
});
