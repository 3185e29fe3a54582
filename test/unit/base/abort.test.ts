import assert from 'node:assert/strict';
import { once } from 'node:events';
import { together } from '../../../src/base/abort.ts';
import { isCancelled } from '../../../src/base/errors.ts';

describe('together', () => {
  it('aborts the others when one fails, waits for their end, and throws the first failure', async () => {
    const ended: string[] = [];
    const waiting = async (signal: AbortSignal): Promise<void> => {
      await once(signal, 'abort');
      await new Promise((done) => setImmediate(done));
      ended.push('waiting');
      throw new Error('second');
    };
    const failing = (): Promise<void> => Promise.reject(new Error('first'));
    await assert.rejects(together(new AbortController().signal, [waiting, failing]), /first/);
    assert.deepEqual(ended, ['waiting']);
  });

  it('is cancelled as a whole', async () => {
    const cancelling = new AbortController();
    const waiting = (signal: AbortSignal) =>
      once(signal, 'abort').then(() => Promise.reject(new Error('stopped')));
    const all = together(cancelling.signal, [waiting]);
    cancelling.abort();
    await assert.rejects(all, isCancelled);
  });
});
