import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appeared,
  describeItem,
  inventoryOf,
  inventoryProgram,
} from '../../../src/core/contract/depot/inventory.ts';
import { factReader } from '../../../src/core/contract/script-facts.ts';
import { tempFolder } from '../../support/temp.ts';

const reader = factReader('item', 'depot');

/** The inventory of a folder, by the very program that runs in the container. */
async function inventory(files: Readonly<Record<string, string>>) {
  const folder = await tempFolder(files);
  const output = execFileSync('python3', ['-c', inventoryProgram(), folder], { encoding: 'utf8' });
  const lines = output.trim().split('\n');
  const facts = lines.flatMap((line) => reader(line) ?? []);
  assert.equal(facts.length, lines.length, output);
  return inventoryOf(facts);
}

describe('the depot’s inventory', () => {
  it('has packages, artifacts, scratch spaces and data dependencies, by kind', async () => {
    const { items, bytes } = await inventory({
      'packages/CSV/abcde/src/CSV.jl': 'x'.repeat(5000),
      'artifacts/44b6/file': 'x'.repeat(100),
      'artifacts/Overrides.toml': '',
      'scratchspaces/76a8/bitcode/x.bc': 'x',
      'datadeps/MNIST/train': 'x',
      'registries/General.toml': 'x',
      'dev/Inference/big': 'x'.repeat(1_000_000),
    });
    assert.deepEqual(
      items.map(({ kind, name }) => `${kind} ${name}`),
      [
        'package packages/CSV/abcde',
        'artifact artifacts/44b6',
        'scratch scratchspaces/76a8/bitcode',
        'data datadeps/MNIST',
      ],
    );
    assert.ok((items[0]?.bytes ?? 0) >= 5000);
    assert.ok(bytes > 5000 && bytes < 500_000, 'the project itself is no part of it');
  });

  it('knows the name of an artifact and whether it is lazy, from packages and from staged sources', async () => {
    const { items } = await inventory({
      'packages/A/abcde/Artifacts.toml': [
        '[[weights]]',
        'arch = "x86_64"',
        'git-tree-sha1 = "aaaa"',
        'lazy = true',
        '',
        '    [[weights.download]]',
        '    sha256 = "8e91"',
        '    url = "https://x/weights.tar.gz"',
        '',
        '[[weights]]',
        'arch = "aarch64"',
        'git-tree-sha1 = "bbbb"',
        '',
        '[eager]',
        'git-tree-sha1 = "cccc"',
      ].join('\n'),
      'dev/Inference/JuliaArtifacts.toml': '["my table"]\r\ngit-tree-sha1 = "dddd"\r\nlazy = true\r\n',
      'artifacts/aaaa/x': '',
      'artifacts/bbbb/x': '',
      'artifacts/cccc/x': '',
      'artifacts/dddd/x': '',
      'artifacts/eeee/x': '',
    });
    const artifacts = items.filter(({ kind }) => kind === 'artifact');
    assert.deepEqual(
      artifacts.map(({ name, label, lazy }) => [name, label, lazy]),
      [
        ['artifacts/aaaa', 'weights', true],
        ['artifacts/bbbb', 'weights', undefined],
        ['artifacts/cccc', 'eager', undefined],
        ['artifacts/dddd', 'mytable', true],
        ['artifacts/eeee', undefined, undefined],
      ],
    );
  });

  it('tells names as they are, whatever is in them', async () => {
    const odd = 'a "b"\\ [julia-kaggle]\n[julia-kaggle] {"kind":"depot","bytes":1}';
    const { items, bytes, depotId } = await inventory({
      [`packages/${odd}/abcde/x`]: '',
      'packages/Zürich/abcde/x': '',
      'logs/julia-kaggle-id': 'one',
    });
    assert.deepEqual(
      items.map(({ name }) => name),
      [`packages/Zürich/abcde`, `packages/${odd}/abcde`].sort(),
    );
    assert.ok(bytes > 1);
    assert.equal(depotId, 'one');
  });

  it('of an empty depot is empty', async () => {
    assert.deepEqual((await inventory({ x: '' })).items, []);
  });

  it('before and after a run tells what the run brought', () => {
    const item = (name: string) => ({ kind: 'artifact', name, bytes: 1234 }) as const;
    const added = appeared([item('artifacts/a')], [item('artifacts/a'), item('artifacts/b')]);
    assert.deepEqual(added, [item('artifacts/b')]);
    assert.equal(
      describeItem({ ...item('artifacts/b'), label: 'stations', lazy: true }),
      'stations (lazy artifact, 1.23 kB)',
    );
    assert.equal(
      describeItem({ kind: 'scratch', name: 'scratchspaces/u/k', bytes: 1 }),
      'u/k (scratch space, 1 B)',
    );
  });
});
