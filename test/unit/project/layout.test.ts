import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isWithin } from '../../../src/base/files.ts';
import { planLayout } from '../../../src/core/project/layout.ts';
import { defaultTitle, titleSlug } from '../../../src/core/contract/slugs.ts';
import { posix, resolve } from 'node:path';

const segment = fc.constantFrom('a', 'b', 'c', 'ab');
const folder = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`);

/** Places by the paths that other systems have: Windows puts a drive before them. */
function layout(folders: readonly { readonly folder: string; readonly name: string }[]) {
  const placeOf = planLayout(folders.map(({ folder: path, name }) => ({ folder: resolve(path), name })));
  return (path: string): string => placeOf(resolve(path));
}

describe('planLayout', () => {
  it('works from the root of the file system', () => {
    const placeOf = layout([
      { folder: '/a/x', name: 'X' },
      { folder: '/b/y', name: 'Y' },
    ]);
    assert.equal(placeOf('/a/x/src/X.jl'), 'a/x/src/X.jl');
    assert.equal(placeOf('/b/y'), 'b/y');
  });

  it('keeps a single folder by its name, whatever it is called here', () => {
    const placeOf = layout([{ folder: '/a/copy of x', name: 'X' }]);
    assert.equal(placeOf('/a/copy of x'), 'X');
    assert.equal(placeOf('/a/copy of x/src/X.jl'), 'X/src/X.jl');
  });

  it('does not take a folder for one whose name begins alike', () => {
    const placeOf = layout([
      { folder: '/w/ab', name: 'X' },
      { folder: '/w/a', name: 'Y' },
    ]);
    assert.equal(placeOf('/w/ab'), 'ab');
  });

  it('keeps every relative path between the folders, and puts nothing at the top itself', () => {
    fc.assert(
      fc.property(fc.uniqueArray(folder, { minLength: 1, maxLength: 4 }), (folders) => {
        const placeOf = layout(folders.map((path) => ({ folder: path, name: 'Name' })));
        for (const from of folders) {
          assert.match(placeOf(from), /^[^./]/);
          for (const to of folders) {
            assert.equal(posix.relative(`/${placeOf(from)}`, `/${placeOf(to)}`), posix.relative(from, to));
          }
        }
      }),
    );
  });
});

describe('isWithin', () => {
  it('knows a folder, what is below it, and nothing else', () => {
    assert.ok(isWithin('/a/b', '/a/b'));
    assert.ok(isWithin('/a/b', '/a/b/..c'));
    assert.ok(isWithin('/a/b', '/a/b/c:d'));
    assert.ok(!isWithin('/a/b', '/a'));
    assert.ok(!isWithin('/a/b', '/a/bc'));
  });
});

describe('the title of a notebook that was given none', () => {
  it('is Kaggle-like for plain text', () => {
    assert.equal(defaultTitle('v2', '0/4'), 'v2-0-4-julia');
    assert.equal(defaultTitle('GiveMeSomeCredit ', 'My_Package'), 'givemesomecredit-my-package-julia');
  });

  it('ends with a piece of the hash where the text is too long, or loses letters', () => {
    assert.match(defaultTitle('Ω', 'tides'), /^tides-julia-[0-9a-f]{6}$/);
    assert.match(defaultTitle(`a-b-${'c'.repeat(60)}`, 'x'), /^a-b-c{39}-[0-9a-f]{6}$/);
    // Cut behind a dash, which is not doubled.
    assert.match(defaultTitle('a'.repeat(42), 'b'.repeat(30)), /^a{42}-[0-9a-f]{6}$/);
  });

  it('is its own slug, never longer than 50, and other for other texts that lose letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const title = defaultTitle(text, '');
        assert.match(title, /^[a-z0-9]+(-[a-z0-9]+)*$/);
        assert.ok(title.length >= 5 && title.length <= 50);
        assert.equal(titleSlug(title), title);
      }),
    );
    assert.notEqual(defaultTitle('Ω', 'x'), defaultTitle('Φ', 'x'));
    assert.notEqual(defaultTitle('a'.repeat(60), 'x'), defaultTitle('a'.repeat(60), 'y'));
  });
});
