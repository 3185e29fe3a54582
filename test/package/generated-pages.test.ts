import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER, pageText, SLOW_PAGES } from '../../scripts/docs/pages.mts';

describe('the generated pages that take seconds', function () {
  this.timeout(120_000);
  for (const name of SLOW_PAGES)
    it(`${name} is what npm run docs makes`, async () => {
      assert.equal(await readFile(join(FOLDER, name), 'utf8'), await pageText(name));
    });
});
