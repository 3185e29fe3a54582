import assert from 'node:assert/strict';
import { pythonLiteral } from '../../../src/core/contract/notebook/ipynb.ts';

describe('a Python literal', () => {
  it('stays on its line whatever ends one for IPython, which would run what begins the next with ! or %', () => {
    const ends = '\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029';
    const literal = pythonLiteral({ [ends]: Array.from(ends).map((end) => `a${end}!touch x`) });
    const lines = literal.split(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    assert.equal(lines.filter((line) => line.startsWith('!')).length, 0);
    assert.equal(lines.length, 3);
  });
});
