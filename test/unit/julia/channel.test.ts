import assert from 'node:assert/strict';
import { databasePath, ltsOf, newestOf, parseChannel } from '../../../src/julia/channel.ts';
import { parseIndex } from '../../../src/julia/versions-index.ts';

describe('parseChannel', () => {
  const cases: readonly (readonly [text: string, channel: ReturnType<typeof parseChannel>])[] = [
    ['lts', { kind: 'lts' }],
    ['release', { kind: 'newest' }],
    ['1', { kind: 'newest', major: 1 }],
    ['1.10', { kind: 'newest', major: 1, minor: 10 }],
    ['10', { kind: 'newest', major: 10 }],
    ['1.10.5', { kind: 'exact', version: '1.10.5' }],
    ['1.13.0-rc3', { kind: 'exact', version: '1.13.0-rc3' }],
    // No published checksum, or nothing that another machine would know.
    ['nightly', undefined],
    ['1.12-nightly', undefined],
    ['rc', undefined],
    ['1.10~x86', undefined],
    ['', undefined],
    ['1.', undefined],
    [' 1.10', undefined],
  ];
  for (const [text, channel] of cases) {
    it(`reads "${text}" as ${channel?.kind ?? 'none'}`, () => {
      assert.deepEqual(parseChannel(text), channel);
    });
  }
});

describe('newestOf', () => {
  const of = (version: string, stable: boolean, triplet = 'x86_64-linux-gnu') => {
    const file = {
      url: `https://x/julia-${version}.tar.gz`,
      triplet,
      kind: 'archive',
      sha256: 'a'.repeat(64),
    };
    return [version, { stable, files: [{ ...file, extension: 'tar.gz', size: 1 }] }] as const;
  };
  const index =
    parseIndex(
      JSON.stringify(
        Object.fromEntries([
          of('1.9.4', true),
          of('1.10.2', true),
          of('1.10.12', true),
          of('1.10.9', true),
          of('1.12.7', true),
          of('1.13.0-rc3', false),
          of('1.13.0', true, 'aarch64-linux-gnu'),
          of('2.0.0-alpha1', false),
        ]),
      ),
    ) ?? {};

  for (const [name, wanted, newest] of [
    ['a release is no prerelease, and one for this system', {}, '1.12.7'],
    ['patches are numbers, not text', { major: 1, minor: 10 }, '1.10.12'],
    ['a major has its newest minor', { major: 1 }, '1.12.7'],
    ['a series of prereleases only has none', { major: 1, minor: 13 }, undefined],
    ['an unknown series has none', { major: 3 }, undefined],
  ] as const) {
    it(`${name}: ${newest ?? 'undefined'}`, () => {
      assert.equal(newestOf(index, wanted), newest);
    });
  }
});

describe('juliaup’s version database', () => {
  it('has its number in its name', () => {
    const path = 'juliaup/versiondb/versiondb-1.0.91-x86_64-unknown-linux-gnu.json';
    assert.equal(databasePath('1.0.91\n'), path);
    for (const odd of ['', '<html>', '1', '../../x', '1.0.91/..']) assert.equal(databasePath(odd), undefined);
  });

  it('says the release with long-term support', () => {
    const database = {
      AvailableVersions: { '1.10.12+0.x64.linux.gnu': { UrlPath: 'bin/…' } },
      AvailableChannels: {
        release: { Version: '1.12.7+0.x64.linux.gnu' },
        lts: { Version: '1.10.12+0.x64.linux.gnu' },
      },
      Version: '1.0.91',
    };
    assert.equal(ltsOf(JSON.stringify(database)), '1.10.12');
    for (const odd of ['{}', 'x', '{"AvailableChannels":{"lts":{"Version":"newest"}}}'])
      assert.equal(ltsOf(odd), undefined);
  });
});
