import assert from 'node:assert/strict';
import { fitsKaggle, hookTags, parseArtifacts } from '../../../src/julia/artifacts.ts';

const HASH = 'ab'.repeat(20);
const [OTHER, THIRD] = ['cd'.repeat(20), 'ef'.repeat(20)];

const TEXT = `
[stations]
git-tree-sha1 = "${HASH}"
lazy = true

    [[stations.download]]
    sha256 = "00"
    url = "https://example.org/stations.tar.gz"

[[solver]]
arch = "x86_64"
git-tree-sha1 = "${OTHER}"
libc = "glibc"
os = "linux"
cuda = "12"

[[solver]]
arch = "x86_64"
git-tree-sha1 = "${THIRD}"
os = "macos"
lazy = false

[notes]
author = "nobody"

[meta]
lazy = "true"
git-tree-sha1 = 7
`;

describe('Artifacts.toml', () => {
  it('has each variant of an artifact in its order, and nothing that is no artifact', () => {
    const entries = parseArtifacts(TEXT, 'Artifacts.toml');
    assert.deepEqual(
      entries.map(({ name, treeHash, lazy, tags }) => ({ name, treeHash, lazy, tags })),
      [
        { name: 'stations', treeHash: HASH, lazy: true, tags: {} },
        {
          name: 'solver',
          treeHash: OTHER,
          lazy: false,
          tags: { arch: 'x86_64', libc: 'glibc', os: 'linux', cuda: '12' },
        },
        { name: 'solver', treeHash: THIRD, lazy: false, tags: { arch: 'x86_64', os: 'macos' } },
      ],
    );
    assert.equal(entries[0]?.table['git-tree-sha1'], HASH);
  });

  it('may have anything at its top that is no table', () => {
    assert.deepEqual(parseArtifacts('a = 1\nb = "x"\nc = [1, "y"]\n', 'Artifacts.toml'), []);
  });

  it('is not tagged by what is no text, nor by how and when it is fetched', () => {
    const odd = `[a]\ngit-tree-sha1 = "${HASH}"\nlazy = "true"\ndownload = "x"\nbuild = 3\nos = "linux"\n`;
    assert.deepEqual(
      parseArtifacts(odd, 'Artifacts.toml').map(({ lazy, tags }) => ({ lazy, tags })),
      [{ lazy: false, tags: { os: 'linux' } }],
    );
  });

  const tagged = (tags: Readonly<Record<string, string>>) => {
    const lines = Object.entries(tags).map(([tag, value]) => `${tag} = "${value}"`);
    const [entry] = parseArtifacts(
      ['[a]', `git-tree-sha1 = "${HASH}"`, ...lines].join('\n'),
      'Artifacts.toml',
    );
    assert.ok(entry !== undefined);
    return entry;
  };

  for (const [tags, fits] of [
    [{}, true],
    [{ os: 'linux' }, true],
    [{ os: 'linux', arch: 'x86_64', libc: 'glibc', cuda: '12' }, true],
    [{ os: 'macos' }, false],
    [{ os: 'linux', arch: 'aarch64' }, false],
    [{ os: 'linux', arch: 'x86_64', libc: 'musl' }, false],
  ] as const)
    it(`with the tags ${JSON.stringify(tags)} is ${fits ? '' : 'not '}for Kaggle's machine`, () => {
      assert.equal(fitsKaggle(tagged(tags)), fits);
    });

  it('leaves to the package what Julia does not choose by', () => {
    const own = ['os', 'arch', 'libc', 'call_abi', 'os_version', 'libgfortran_version', 'cxxstring_abi'];
    const julias = [...own, 'libstdcxx_version', 'julia_version'];
    const all = Object.fromEntries([...julias, 'cuda', 'sanitize'].map((tag) => [tag, 'x']));
    assert.deepEqual(hookTags(tagged(all)), ['cuda', 'sanitize']);
  });
});
