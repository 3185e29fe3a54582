import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { parseFromPanel, parseToPanel } from '../../../src/protocol/messages.ts';

describe('messages between page and host', () => {
  it('of any form do not throw', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        parseFromPanel(message);
        assert.equal(parseToPanel(message), undefined);
      }),
    );
  });
});
