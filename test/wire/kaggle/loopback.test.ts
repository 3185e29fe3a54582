import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { listenForCode } from '../../../src/kaggle/oauth/loopback.ts';

describe('the port that a sign-in comes back to', () => {
  it('turns away what is asked for under no address, and waits on', async () => {
    const loopback = await listenForCode('the-state', Math.random);
    try {
      const [refused] = (await once(get(loopback.redirectUri, { path: '//' }), 'response')) as [
        IncomingMessage,
      ];
      refused.resume();
      assert.equal(refused.statusCode, 400);
      await (await fetch(`${loopback.redirectUri}/?state=the-state&code=c`)).text();
      assert.deepEqual(await loopback.returned, { code: 'c' });
    } finally {
      await loopback.close();
    }
  });
});
