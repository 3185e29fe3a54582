import assert from 'node:assert/strict';
import { join } from 'node:path';
import { parseManifest, unregisteredOnly } from '../../../src/julia/manifest.ts';
import { recordOf } from '../../../src/core/pipeline/record.ts';
import {
  hostPathOf,
  placeOf,
  resolveManifest,
  versionChanges,
} from '../../../src/core/scaffold/resolve-manifest.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const MODERN = `julia_version = "1.10.5"
manifest_format = "2.0"
project_hash = "abc"

[[deps.CSV]]
deps = ["Dates"]
git-tree-sha1 = "aa"
uuid = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"
version = "0.10.14"

[[deps.Dates]]
uuid = "ade2ca70-3891-5945-98fb-dc099432e06a"

[[deps.Own]]
deps = ["CSV"]
path = "../Own"
uuid = "38b52996-7ba5-4620-b93e-c2ea39b26e32"
version = "0.1.0"

[[deps.Branch]]
git-tree-sha1 = "bb"
repo-rev = "next"
repo-url = "https://example.org/Branch.jl"
uuid = "48b52996-7ba5-4620-b93e-c2ea39b26e32"
version = "0.2.0"
`;
const parse = (text: string) => parseManifest(text, '/p/Manifest.toml');

describe('a Manifest that another Julia made', () => {
  for (const format of ['1', '2.0'] as const)
    it(`is begun again with what no registry has, in format ${format}`, () => {
      const { entries, format: written, juliaVersion } = parse(unregisteredOnly(parse(MODERN), format));
      assert.deepEqual([written, juliaVersion], [format, undefined]);
      assert.deepEqual(
        entries.map(({ name, path, repoUrl, deps }) => [name, path ?? repoUrl, deps]),
        [
          ['Own', '../Own', []],
          ['Branch', 'https://example.org/Branch.jl', []],
        ],
      );
    });

  it('keeps the branch that a repository is followed at', () => {
    assert.match(unregisteredOnly(parse(MODERN), '1'), /^repo-rev = "next"$/m);
    assert.match(
      unregisteredOnly(parse(unregisteredOnly(parse(MODERN), '1')), '2.0'),
      /^repo-rev = "next"$/m,
    );
  });
});

describe('the change of a Manifest', () => {
  it('names what comes, what goes and what gets another version', () => {
    const before = parse('[[A]]\nversion = "1.0.0"\n\n[[B]]\nversion = "1.0.0"\n\n[[Dates]]\n');
    const after = parse('[[A]]\nversion = "1.1.0"\n\n[[C]]\nversion = "2.0.0"\n\n[[Dates]]\n');
    assert.deepEqual(versionChanges(before, after), [
      { name: 'A', before: '1.0.0', after: '1.1.0' },
      { name: 'B', before: '1.0.0' },
      { name: 'C', after: '2.0.0' },
    ]);
    assert.deepEqual(versionChanges(after, after), []);
    assert.equal(versionChanges(undefined, after).length, 3);
  });
});

describe('what is given to the image to resolve', () => {
  const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
  const files = {
    'Project.toml': '[deps]\n',
    'Manifest.toml': 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n\n[deps]\n',
    'JuliaKaggle.toml': 'competition = "tides"\n',
  };
  const resolveWith = async (more: Readonly<Record<string, string>>): Promise<unknown> => {
    const folder = await tempFolder({ ...files, ...more });
    const { ports, signal } = keptContext({}).context;
    const quiet = { progress: () => undefined, log: () => undefined };
    return resolveManifest({ folder, ports, signal, record: recordOf(folder), ...quiet });
  };

  for (const name of ['Project.toml', 'Manifest.toml'] as const)
    it(`holds no secret of the user's: ${name}`, async () => {
      const more = { [name]: `${files[name]}# ${TOKEN}\n` };
      await assert.rejects(resolveWith(more), { code: 'bundle-refused' });
      const allowed = { 'JuliaKaggle.toml': `${files['JuliaKaggle.toml']}[secrets]\nallow = ["${name}"]\n` };
      // The engine is what comes next.
      await assert.rejects(
        resolveWith({ ...more, ...allowed }),
        (error: { code?: string }) => error.code !== 'bundle-refused',
      );
    });
});

describe('where a resolved Manifest belongs', () => {
  const folders = ['/home/ada/tides', '/home/ada'];

  it('is beside the project file, or that of its workspace', () => {
    for (const folder of folders)
      for (const name of ['Manifest.toml', 'JuliaManifest.toml', 'Manifest-v1.12.toml'])
        assert.equal(hostPathOf(`${placeOf(folder)}/${name}`, folders), join(folder, name));
  });

  it('is a folder below another one where the drive has a letter', () => {
    assert.equal(placeOf('C:\\Users\\ada\\tides'), '/julia-kaggle/resolve/C/Users/ada/tides');
  });

  it('is nowhere else, whatever the image says', () => {
    const root = placeOf('/home/ada/tides');
    const said = [
      '/etc/Manifest.toml',
      '/root/.julia/environments/v1.5/Manifest.toml',
      `${root}/../../../Manifest.toml`,
      `${root}/../tides/Manifest.toml`,
      `${root}/sub/Manifest.toml`,
      `${root}/.bashrc`,
      `${root}/Project.toml`,
      `${root}/Manifest-v1.12.toml/../x`,
      `${root}/..`,
      root,
      '',
    ];
    for (const told of said) assert.equal(hostPathOf(told, folders), undefined, told);
  });
});
