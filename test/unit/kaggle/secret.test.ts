import assert from 'node:assert/strict';
import { Secret } from '../../../src/kaggle/secret.ts';

const KEY = 'key+/%"\\&=4f1d';

describe('a secret that a foreign text repeats', () => {
  for (const [where, form] of [
    ['as it is', KEY],
    ['inside of JSON', JSON.stringify({ said: `Basic ${KEY}` })],
    ['in an address', `https://x/?k=${encodeURIComponent(KEY)}`],
    ['in a form', new URLSearchParams({ k: KEY }).toString()],
  ] as const)
    it(`is taken out of it ${where}`, () => {
      const text = Secret.of(KEY, 'the test').scrub(`refused: ${form}.`);
      assert.match(text, /\[secret\]/);
      assert.doesNotMatch(text, /4f1d/);
    });
});
