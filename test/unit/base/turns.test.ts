import assert from 'node:assert/strict';
import { Turns } from '../../../src/base/turns.ts';

describe('turns', () => {
  it('come one after the other, also after a failure', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const work =
      (name: string, fails = false) =>
      async (): Promise<void> => {
        order.push(`${name} begins`);
        await new Promise(setImmediate);
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
      };
    const first = turns.take(work('first', true));
    const second = turns.take(work('second'));
    await assert.rejects(first);
    await second;
    assert.deepEqual(order, ['first begins', 'first ends', 'second begins', 'second ends']);
  });
});
