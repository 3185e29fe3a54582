import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  artifactFilesOf,
  artifactFilesProgram,
  type ArtifactsFile,
  lazyMissing,
} from '../../../src/core/contract/depot/artifact-files.ts';
import { factReader } from '../../../src/core/contract/script-facts.ts';
import { tempFolder } from '../../support/temp.ts';

const reader = factReader('artifacts');
const PROJECT = { packages: [{ name: 'Inference', uuid: '5f0c', place: 'work/Inference' }] };

/** What the very program that runs in the container prints for a depot. */
async function filesOf(
  depot: Readonly<Record<string, string>>,
  ...folders: string[]
): Promise<{ files: ArtifactsFile[]; rest: string[] }> {
  const program = ['-c', artifactFilesProgram(), await tempFolder(depot), ...folders];
  const output = execFileSync('python3', program, { encoding: 'utf8' });
  const lines = output.split('\n').filter((line) => line !== '');
  return {
    files: artifactFilesOf(
      lines.flatMap((line) => reader(line) ?? []),
      PROJECT,
    ),
    rest: lines.filter((line) => reader(line) === undefined),
  };
}

const LAZY = '[weights]\ngit-tree-sha1 = "aaaa"\nlazy = true';

describe('Artifacts.toml files of a depot', () => {
  it('are read with their owner, without those that have nothing lazy', async () => {
    const { files, rest } = await filesOf({
      'packages/Metalhead/abcde/Artifacts.toml': LAZY,
      'packages/Zlib_jll/abcde/Artifacts.toml': '[Zlib]\ngit-tree-sha1 = "bbbb"\n',
      'packages/Both/abcde/Artifacts.toml': LAZY,
      'packages/Both/abcde/JuliaArtifacts.toml': '# lazy\n',
    });
    assert.deepEqual(rest, []);
    assert.deepEqual(
      files.map(({ package: owner, text, isLocal }) => [owner, text, isLocal]),
      [
        ['Both', '# lazy\n', false],
        ['Metalhead', LAZY, false],
      ],
    );
  });

  it('are those of the given folders only: others are left from earlier Manifests', async () => {
    const depot = {
      'packages/Metalhead/old/Artifacts.toml': LAZY,
      'packages/Metalhead/new/Artifacts.toml': LAZY,
      'dev/work/Inference/Artifacts.toml': LAZY,
    };
    const { files } = await filesOf(depot, 'dev/work/Inference', 'packages/Metalhead/new', 'packages/Gone/x');
    assert.deepEqual(
      files.map(({ file, package: owner, isLocal }) => [file, owner, isLocal]),
      [
        ['dev/work/Inference/Artifacts.toml', 'Inference', true],
        ['packages/Metalhead/new/Artifacts.toml', 'Metalhead', false],
      ],
    );
  });
});

describe('an Artifacts.toml that is longer than a line may be', () => {
  it('is told in pieces', async () => {
    const text = `${LAZY}\n${'# "é"\n'.repeat(30_000)}`;
    const { files, rest } = await filesOf({ 'packages/Large/abcde/Artifacts.toml': text });
    assert.deepEqual(rest, []);
    assert.equal(files[0]?.text, text);
  });
});

describe('lazyMissing', () => {
  const missing = (text: string, ...hashes: string[]) =>
    lazyMissing(
      [{ package: 'P', file: 'packages/P/x/Artifacts.toml', text, isLocal: false }],
      hashes.map((hash) => ({ name: `artifacts/${hash}` })),
    );

  it('names what is lazy and did not come', () => {
    assert.deepEqual(missing(LAZY), [{ name: 'weights', package: 'P' }]);
    assert.deepEqual(missing(LAZY, 'aaaa'), []);
    assert.deepEqual(missing(LAZY.replace('lazy = true', '')), []);
  });

  it('takes one variant for all, as of toolkits that a preference chooses', () => {
    const toolkits = ['12.6', '12.8']
      .map(
        (cuda) => `[[CUDA_Runtime]]\ncuda = "${cuda}"\ngit-tree-sha1 = "t${cuda}"\nlazy = true\nos = "linux"`,
      )
      .join('\n');
    assert.deepEqual(missing(toolkits, 't12.8'), []);
    assert.deepEqual(missing(toolkits), [{ name: 'CUDA_Runtime', package: 'P' }]);
  });

  it('leaves out what is for other machines, and files that nobody can read', () => {
    assert.deepEqual(missing(`${LAZY}\nos = "macos"`), []);
    assert.deepEqual(missing('[['), []);
  });
});
