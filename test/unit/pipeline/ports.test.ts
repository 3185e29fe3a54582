import assert from 'node:assert/strict';
import { slashed } from '../../support/temp.ts';
import { cacheFolder as cacheFolderOf } from '../../../src/core/pipeline/ports.ts';

const cacheFolder = (...asked: Parameters<typeof cacheFolderOf>) => slashed(cacheFolderOf(...asked));

describe('where downloads are kept', () => {
  it('goes by the custom of the platform', () => {
    assert.equal(cacheFolder({ JULIA_KAGGLE_CACHE: '/big' }, '/home/ann', 'linux'), '/big');
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '/fast' }, '/home/ann', 'linux'), '/fast/julia-kaggle');
    assert.equal(cacheFolder({}, '/home/ann', 'linux'), '/home/ann/.cache/julia-kaggle');
    assert.equal(cacheFolder({}, '/Users/ann', 'darwin'), '/Users/ann/Library/Caches/julia-kaggle');
  });

  it('is never in the current folder, whatever variable is set to nothing', () => {
    const nothing = { JULIA_KAGGLE_CACHE: '', XDG_CACHE_HOME: '', LOCALAPPDATA: '' };
    assert.equal(cacheFolder(nothing, '/home/ann', 'linux'), '/home/ann/.cache/julia-kaggle');
    assert.match(cacheFolder(nothing, '/home/ann', 'win32'), /^\/home\/ann/);
  });
});
