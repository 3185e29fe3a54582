import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editDistance, nearest, nearestIgnoringCase } from '../../../src/base/nearest.ts';

describe('editDistance', () => {
  for (const [a, b, edits] of [
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['abc', 'Abc', 1],
    ['threads', 'treads', 1],
    ['threads', 'threeads', 1],
    ['ab', 'ba', 2],
    ['kitten', 'sitting', 3],
    ['saturday', 'sunday', 3],
    ['competition', 'compteition', 2],
    ['abc', 'xyz', 3],
  ] as const)
    it(`from "${a}" to "${b}" is ${edits}`, () => {
      assert.equal(editDistance(a, b), edits);
    });

  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

  it('is the same both ways, none between equals alone, and never longer than a detour', () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        assert.equal(editDistance(a, b), editDistance(b, a));
        assert.equal(editDistance(a, b) === 0, a === b);
        assert.ok(editDistance(a, c) <= editDistance(a, b) + editDistance(b, c));
      }),
    );
  });

  it('is not changed by what both begin or end with', () => {
    fc.assert(
      fc.property(word, word, word, (a, b, same) => {
        assert.equal(editDistance(same + a, same + b), editDistance(a, b));
        assert.equal(editDistance(a + same, b + same), editDistance(a, b));
      }),
    );
  });
});

describe('nearest', () => {
  it('gives the word with the fewest edits, and nothing for no words', () => {
    assert.equal(nearest('treads', ['args', 'threads', 'trees']), 'threads');
    assert.equal(nearest('treads', ['threads', 'args', 'trees']), 'threads');
    assert.equal(nearest('x', []), undefined);
  });

  it('gives the first in the alphabet of those that are as near, whatever their order', () => {
    assert.equal(nearest('bat', ['hat', 'cat', 'mat']), 'cat');
    assert.equal(nearest('bat', ['mat', 'hat', 'cat']), 'cat');
  });

  it('heeds the case of letters, unless told not to', () => {
    const words = ['Gpu', 'CPU'];
    assert.equal(nearest('cpu', words), 'Gpu');
    assert.equal(nearestIgnoringCase('cpu', words), 'CPU');
    assert.equal(nearestIgnoringCase('gpu', ['CPU', 'GPU']), 'GPU');
    assert.equal(nearestIgnoringCase('GPU', ['cpu', 'gpu']), 'gpu');
  });

  it('counts as the caller says', () => {
    const byLength = (a: string, b: string): number => Math.abs(a.length - b.length);
    assert.equal(nearest('four', ['fours', 'with'], byLength), 'with');
  });
});
