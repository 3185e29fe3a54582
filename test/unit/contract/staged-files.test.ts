import assert from 'node:assert/strict';
import { isUserError } from '../../../src/base/errors.ts';
import { differingFiles, proveStaged, stagedHashes } from '../../../src/core/contract/depot/staged-files.ts';
import { tarOfFiles } from '../../../src/docker/tar-files.ts';
import { sha256 } from '../../../src/base/hash.ts';

const file = (place: string, text: string) => ({
  place,
  source: `/p/${place}`,
  bytes: text.length,
  sha256: sha256(text),
  executable: false,
});

const PROJECT = { name: 'Tides', files: [file('Tides/src/Tides.jl', 'a'), file('Tides/deps/deps.jl', 'b')] };
const staged = (more: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries({ 'Tides/src/Tides.jl': 'a', 'Tides/deps/deps.jl': 'b', ...more }).map(([place, text]) => [
      place,
      sha256(text),
    ]),
  );

describe('the project’s files in a depot', () => {
  it('are read from an archive of the depot, whatever lies beside them', async () => {
    const archive = tarOfFiles([
      { path: 'dev/Tides/src/Tides.jl', from: { text: 'a' } },
      { path: 'dev/Tides/deps/deps.jl', from: { text: 'b' } },
      { path: 'dev/Tides/deps/build.log', from: { text: 'made' } },
    ]);
    const found = await stagedHashes({ getArchive: () => Promise.resolve(archive) });
    assert.deepEqual(differingFiles(PROJECT, found), {});
    proveStaged(PROJECT, {}, found);
  });

  it('are proven when only what the build itself changed differs', () => {
    const now = staged({ 'Tides/deps/deps.jl': 'built' });
    const changedFiles = differingFiles(PROJECT, now);
    assert.deepEqual(changedFiles, { 'Tides/deps/deps.jl': sha256('built') });
    proveStaged(PROJECT, { changedFiles }, now);
  });

  for (const [what, now] of [
    ['changed', staged({ 'Tides/src/Tides.jl': 'other' })],
    ['gone', new Map([...staged({})].slice(1))],
    ['changed once more after the build', staged({ 'Tides/deps/deps.jl': 'later' })],
  ] as const)
    it(`are not packed when one is ${what}`, () => {
      const built = { changedFiles: { 'Tides/deps/deps.jl': sha256('built') } };
      assert.throws(
        () => proveStaged(PROJECT, built, now),
        (error) => isUserError(error, 'file-changed') && /Tides\/(src|deps)/.test(error.detail ?? ''),
      );
    });
});
