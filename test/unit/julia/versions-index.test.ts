import assert from 'node:assert/strict';
import { formatJuliaVersion } from '../../../src/julia/julia-version.ts';
import {
  findRelease,
  nearestVersion,
  parseIndex,
  stableReleases,
} from '../../../src/julia/versions-index.ts';

const SHA = 'AB'.repeat(32);

function file(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    url: 'https://julialang-s3.julialang.org/bin/linux/x64/1.10/julia-1.10.5-linux-x86_64.tar.gz',
    triplet: 'x86_64-linux-gnu',
    kind: 'archive',
    arch: 'x86_64',
    sha256: SHA,
    size: 12,
    version: '1.10.5',
    os: 'linux',
    extension: 'tar.gz',
    'a-new-key': { etag: 1 },
    ...change,
  };
}

describe('versions.json', () => {
  it('has the Linux tarball for glibc among others', () => {
    const files = [
      file({ triplet: 'x86_64-linux-musl' }),
      file({ extension: 'zip' }),
      file({ kind: 'installer' }),
      { odd: true },
      file(),
    ];
    assert.deepEqual(findRelease({ '1.10.5': { stable: true, files } }, '1.10.5'), {
      version: '1.10.5',
      url: file()['url'],
      fileName: 'julia-1.10.5-linux-x86_64.tar.gz',
      bytes: 12,
      sha256: SHA.toLowerCase(),
    });
  });

  for (const [name, entry] of Object.entries({
    'no version': undefined,
    'no files': {},
    'no such file': { files: [file({ triplet: 'aarch64-linux-gnu' })] },
    'a size of 0': { files: [file({ size: 0 })] },
    'no sha256': { files: [file({ sha256: 'abc' })] },
    'too long a sha256': { files: [file({ sha256: `${SHA}ab` })] },
    'a URL whose file name has odd signs': { files: [file({ url: 'https://x/-julia.tar.gz' })] },
    'a URL whose file name ends oddly': { files: [file({ url: 'https://x/julia.tar.gz;y' })] },
    'a URL without a file name': { files: [file({ url: 'https://x/..' })] },
    'a URL that is none': { files: [file({ url: 'julia.tar.gz' })] },
  })) {
    it(`is passed over where it has ${name}`, () => {
      assert.equal(findRelease({ '1.10.5': entry }, '1.10.5'), undefined);
    });
  }

  it('is no prototype of anything', () => {
    assert.equal(findRelease({}, 'constructor'), undefined);
  });

  it('tells releases from prereleases', () => {
    const files = [file()];
    const index = {
      '1.10.5': { stable: true, files },
      '1.11.0-rc1': { stable: false, files },
      '1.12.0': { files },
      '1.12.1': { stable: true, files: [] },
    };
    assert.deepEqual(stableReleases(index).map(formatJuliaVersion), ['1.10.5']);
  });

  it('has nothing near where nothing can be downloaded', () => {
    assert.equal(nearestVersion({}, '1.10.5'), undefined);
    const odd = { '1.10.5': { files: [] }, latest: { files: [file()] }, '1.9.0': { files: [file()] } };
    assert.equal(nearestVersion(odd, '1.10.5'), '1.9.0');
  });

  it('is told from other answers', () => {
    assert.equal(parseIndex('<html>'), undefined);
    assert.equal(parseIndex('[]'), undefined);
    assert.deepEqual(parseIndex('{"1.0.0": 3}'), { '1.0.0': 3 });
  });

  const published = ['1.9.4', '1.10.0', '1.10.5', '1.10.12', '1.13.0-rc3', '1.13.0-rc1', '2.0.0'];
  const index = Object.fromEntries(published.map((version) => [version, { files: [file()] }]));
  for (const [wanted, nearest] of [
    ['1.10.99', '1.10.12'],
    ['1.10.6', '1.10.5'],
    ['1.11.0', '1.10.0'],
    ['1.13.1', '1.13.0-rc3'],
    ['1.9.5', '1.9.4'],
    ['0.6.0', '1.9.4'],
    ['2.1.0', '2.0.0'],
    ['3.0.0', '2.0.0'],
    ['nightly', undefined],
  ] as const) {
    it(`has ${nearest ?? 'nothing'} nearest to ${wanted}`, () => {
      assert.equal(nearestVersion(index, wanted), nearest);
    });
  }
});
