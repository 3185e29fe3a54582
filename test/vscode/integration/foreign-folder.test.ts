import { strict as assert } from 'node:assert';
import { theExtension } from './support.ts';

describe('in a window without a Julia project', () => {
  // VS Code begins tests after it has decided on all activations by the content of the folder.
  it('is not active', () => {
    assert.equal(theExtension().isActive, false);
  });
});
