import { strict as assert } from 'node:assert';
import { isSafeAddress, pageToOpen } from '../../../src/base/addresses.ts';

describe('a page that may be opened', () => {
  it('is one of the Kaggle in use, also by a name that only browsers take for this machine', () => {
    const page = 'http://kaggle.localhost:8124/competitions/tides';
    assert.equal(pageToOpen(page, 'http://kaggle.localhost:8124'), page);
    assert.equal(pageToOpen(page, 'http://kaggle.localhost:8125'), undefined);
    assert.equal(pageToOpen(page, 'https://www.kaggle.com'), undefined);
    // Programs would ask a name server, which may be anybody's.
    assert.equal(isSafeAddress(page), false);
  });
});
