import assert from 'node:assert/strict';
import { lineEndOf, withBlock } from '../../../src/core/project/append-block.ts';

describe('a block at the end of a text', () => {
  for (const [name, text, all] of [
    ['stands alone where there was nothing', '', '[a]\nb = 1\n'],
    ['comes after an empty line', 'x = 1\n', 'x = 1\n\n[a]\nb = 1\n'],
    ['ends the last line first', 'x = 1', 'x = 1\n\n[a]\nb = 1\n'],
    ['has the line ends of Windows where the text has', 'x = 1\r\n', 'x = 1\r\n\r\n[a]\r\nb = 1\r\n'],
    ['has them too where the last line has none', 'x = 1\r\ny = 2', 'x = 1\r\ny = 2\r\n\r\n[a]\r\nb = 1\r\n'],
  ] as const)
    it(name, () => {
      assert.equal(withBlock(text, '[a]\nb = 1\n'), all);
    });

  it('takes the first line end of a mixed text', () => {
    assert.equal(lineEndOf('a\nb\r\n'), '\n');
    assert.equal(lineEndOf('a\r\nb\n'), '\r\n');
    assert.equal(lineEndOf('a\rb'), '\n');
  });
});
