import assert from 'node:assert/strict';
import { basename, isAbsolute, join, relative } from 'node:path';
import { localCompilerFiles } from '../../../../src/core/pack/compiled/local-compiler.ts';
import { tempFolder } from '../../../support/temp.ts';
import { refusalOf } from '../../project/temp-project.ts';

describe('a checkout of PackageCompiler', () => {
  it('is staged whole but for git’s own, however its folder is written', async () => {
    const folder = await tempFolder({
      'Project.toml': '',
      'src/PackageCompiler.jl': 'module',
      '.git/config': '',
      '.github/ci.yml': '',
    });
    const wanted = ['.github/ci.yml', 'Project.toml', 'src/PackageCompiler.jl'];
    const way = relative(process.cwd(), folder);
    // Another drive of Windows has none.
    const below = isAbsolute(way) ? way : `./${way}`;
    for (const written of [folder, `${folder}//`, below, `${join(folder, '..')}/${basename(folder)}`]) {
      const paths = (await localCompilerFiles(written)).map(({ path }) => path);
      assert.deepEqual(
        paths,
        wanted.map((path) => `julia-kaggle/PackageCompiler/${path}`),
        written,
      );
    }
  });

  it('that is none is refused', async () => {
    const error = await refusalOf(() => localCompilerFiles('/nowhere'), 'file-unreadable');
    assert.match(error.title, /^JULIA_KAGGLE_PACKAGE_COMPILER is \/nowhere, which has no/);
  });
});
