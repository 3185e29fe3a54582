import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { parseJuliaVersion } from '../../../src/julia/julia-version.ts';
import { parseManifest } from '../../../src/julia/manifest.ts';
import { findManifest, findWorkspaces, parseProjectFile } from '../../../src/julia/project-file.ts';
import { tempFolder } from '../../support/temp.ts';

const NOTHING = {
  version: undefined,
  path: undefined,
  treeHash: undefined,
  repoUrl: undefined,
  deps: [],
  extensions: {},
};
const FILE = '/p/Manifest.toml';

describe('parseManifest', () => {
  it('reads format 1', () => {
    const text = `
      [[Dates]]
      deps = ["Printf"]
      uuid = "ade2ca70"
      [[Local]]
      path = "../Local"
      uuid = "0b6f4b0a"
      version = "0.1.0"
    `;
    const { format, juliaVersion, entries, folder } = parseManifest(text, FILE);
    assert.deepEqual([format, juliaVersion, folder], ['1', undefined, '/p']);
    assert.deepEqual(entries, [
      { ...NOTHING, name: 'Dates', uuid: 'ade2ca70', deps: ['Printf'] },
      { ...NOTHING, name: 'Local', uuid: '0b6f4b0a', version: '0.1.0', path: '../Local' },
    ]);
  });

  it('reads format 2.0', () => {
    const text = `
      julia_version = "1.10.5"
      manifest_format = "2.0"
      project_hash = "da39a3ee"
      [[deps.Example]]
      git-tree-sha1 = "46e44e869b4d90b96bd8ed1fdcf32244fddfb6cc"
      repo-rev = "main"
      repo-url = "https://github.com/x/Example.jl"
      uuid = "7876af07"
      version = "0.5.4"
      [deps.Example.weakdeps]
      CUDA = "052768ef"
      [[deps.Twins]]
      uuid = "1"
      [deps.Twins.deps]
      Same = "uuid-1"
      [[deps.Twins]]
      uuid = "2"
    `;
    const { format, juliaVersion, entries } = parseManifest(text, FILE);
    assert.deepEqual([format, juliaVersion], ['2.0', '1.10.5']);
    assert.deepEqual(entries, [
      {
        ...NOTHING,
        name: 'Example',
        uuid: '7876af07',
        version: '0.5.4',
        treeHash: '46e44e869b4d90b96bd8ed1fdcf32244fddfb6cc',
        repoUrl: 'https://github.com/x/Example.jl',
      },
      { ...NOTHING, name: 'Twins', uuid: '1', deps: ['Same'] },
      { ...NOTHING, name: 'Twins', uuid: '2' },
    ]);
  });

  it('reads format 2.1', () => {
    const text = `
      julia_version = "1.13.0"
      manifest_format = "2.1"
      [registries.General]
      uuid = "23338594"
      url = "https://github.com/JuliaRegistries/General.git"
      [[deps.Example]]
      registries = "General"
      uuid = "7876af07"
      [deps.Example.syntax]
      julia_version = "1.12.0"
    `;
    const { format, entries } = parseManifest(text, FILE);
    assert.equal(format, '2.1');
    assert.deepEqual(entries, [{ ...NOTHING, name: 'Example', uuid: '7876af07' }]);
  });

  it('reads one without packages, and knows a package called manifest_format', () => {
    assert.deepEqual(parseManifest('# machine-generated\n', FILE).entries, []);
    assert.deepEqual(
      parseManifest('julia_version = "1.9.0"\nmanifest_format = "2.0"\n[deps]\n', FILE).entries,
      [],
    );
    assert.deepEqual(parseManifest('julia_version = "1.9.0"\nmanifest_format = "2.0"\n', FILE).entries, []);
    const { format, entries } = parseManifest('[[manifest_format]]\nuuid = "1"\n', FILE);
    assert.deepEqual([format, entries.length], ['1', 1]);
  });
});

describe('findManifest', () => {
  const at = async (
    files: readonly string[],
    julia: string | undefined,
    project = '',
  ): Promise<string | undefined> => {
    const folder = await tempFolder(Object.fromEntries(files.map((name) => [name, ''])));
    const file = parseProjectFile(project, join(folder, 'Project.toml'));
    const version = julia === undefined ? undefined : parseJuliaVersion(julia);
    const found = await findManifest(file, version, await ReadablePlaces.around(folder));
    return found?.slice(folder.length + 1);
  };
  const ALL = ['Manifest.toml', 'JuliaManifest.toml', 'Manifest-v1.11.toml', 'JuliaManifest-v1.11.toml'];

  it('goes by the names that this Julia knows, in its order', async () => {
    assert.equal(await at(ALL, '1.11.0'), 'JuliaManifest-v1.11.toml');
    assert.equal(await at(ALL.slice(0, 3), '1.11.0'), 'Manifest-v1.11.toml');
    assert.equal(await at(ALL, '1.12.0'), 'JuliaManifest.toml');
    assert.equal(await at(ALL, '1.10.0'), 'JuliaManifest.toml');
    assert.equal(await at(['Manifest.toml'], '1.10.0'), 'Manifest.toml');
    assert.equal(await at(['Manifest-v1.10.toml'], '1.10.0'), undefined);
  });

  it('takes the newest versioned one when no Julia is known and there is no plain one', async () => {
    assert.equal(await at(ALL, undefined), 'JuliaManifest.toml');
    assert.equal(await at(['Manifest-v1.11.toml'], undefined), 'Manifest-v1.11.toml');
    assert.equal(
      await at(['Manifest-v1.9.toml', 'Manifest-v1.11.toml', 'Manifest-v1.12.toml'], undefined),
      'Manifest-v1.12.toml',
    );
  });

  it('takes the one that the project names, unless it is not there', async () => {
    const files = [...ALL, 'env/M.toml'];
    assert.equal(await at(files, '1.11.0', 'manifest = "env/M.toml"'), join('env', 'M.toml'));
    assert.equal(await at(files, '1.11.0', 'manifest = "env/N.toml"'), 'JuliaManifest-v1.11.toml');
  });
});

describe('findWorkspaces', () => {
  it('climbs from a member to the root of all, over what is no workspace', async () => {
    const folder = await tempFolder({
      'Project.toml': '[workspace]\nprojects = ["a", "./b/"]',
      'a/Project.toml': '[workspace]\nprojects = ["deep/inner"]',
      'a/deep/Project.toml': 'this is no TOML',
      'a/deep/inner/Project.toml': 'name = "Inner"',
      'c/Project.toml': '',
    });
    const rootsOf = async (path: string): Promise<string[]> =>
      (
        await findWorkspaces(
          parseProjectFile('', join(folder, path, 'Project.toml')),
          await ReadablePlaces.around(join(folder, path)),
        )
      ).map((root) => root.folder);
    assert.deepEqual(await rootsOf('a/deep/inner'), [join(folder, 'a'), folder]);
    assert.deepEqual(await rootsOf('b'), [folder]);
    assert.deepEqual(await rootsOf('c'), []);
  });
});
