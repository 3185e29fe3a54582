import assert from 'node:assert/strict';
import * as paths from '../../../src/core/contract/image/paths.ts';

describe('the paths in the image, which build, test, rehearsal and Kaggle share', () => {
  it('have each Julia in a folder of its own, beside the one that the image may hold', () => {
    assert.equal(paths.juliaHome('1.10.5'), '/opt/julia-1.10.5');
    assert.equal(paths.juliaHome('1.13.0-rc3'), '/opt/julia-1.13.0-rc3');
    assert.equal(paths.juliaProgram('1.10.5'), '/opt/julia-1.10.5/bin/julia');
  });

  it('have the depot in the home folder, and the sources inside it, so that Julia 1.11 can relocate them', () => {
    assert.equal(paths.DEPOT, '/root/.julia');
    assert.equal(paths.DEV, '/root/.julia/dev');
    assert.equal(paths.stagedFolder('Inference'), '/root/.julia/dev/Inference');
    assert.equal(paths.stagedFolder('work/lib/TideFeatures'), '/root/.julia/dev/work/lib/TideFeatures');
  });

  it('have the caches by Julia’s first two numbers', () => {
    for (const [version, folder] of [
      ['1.5.3', 'compiled/v1.5'],
      ['1.10.12', 'compiled/v1.10'],
      ['1.13.0-rc3', 'compiled/v1.13'],
    ] as const)
      assert.equal(paths.compiledFolder(version), folder);
  });

  it('have what is compiled outside of the depot, each form in its own folder', () => {
    assert.equal(paths.APP, '/root/julia-compiled/app');
    assert.equal(paths.SYSIMAGE, '/root/julia-compiled/sysimage/sysimage.so');
    for (const path of [paths.APP, paths.SYSIMAGE]) assert.ok(path.startsWith(`${paths.COMPILED}/`));
    assert.equal(paths.APP_NAME, 'JuliaKaggleApp');
  });

  it('are those of Kaggle for what is given to a notebook and for what it leaves', () => {
    assert.equal(paths.competitionInput('harbour-tides'), '/kaggle/input/competitions/harbour-tides');
    assert.equal(paths.datasetInput('ada', 'tides-dotjulia'), '/kaggle/input/datasets/ada/tides-dotjulia');
    assert.equal(paths.WORKING, '/kaggle/working');
  });
});
