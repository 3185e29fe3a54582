import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { generatedText, pathOf, SLOW } from '../../scripts/docs/pages.mts';

describe('the generated pages that take seconds', function () {
  this.timeout(120_000);
  for (const name of SLOW)
    it(`${name} is what npm run docs makes`, async () => {
      assert.equal(await readFile(pathOf(name), 'utf8'), await generatedText(name));
    });
});
