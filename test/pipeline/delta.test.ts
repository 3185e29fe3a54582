import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { JULIA_CACHES } from '../../scripts/lib/test-julia.mjs';
import { GuardedFolder } from '../../src/base/guarded-folder.ts';
import type { Codec } from '../../src/core/packing.ts';
import { packTarball } from '../../src/core/pack/tarball/pack-tarball.ts';
import { findEngine } from '../../src/docker/find-engine.ts';
import { withTempFolder } from '../support/temp.ts';
import { putIntoDepot } from '../support/depot-content.ts';
import { startWorld, type World } from '../support/world.ts';
import { edit, type PackageServer, packageServerFor, TOY, useToy } from './package-server.ts';

interface Part {
  readonly kind: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

interface Result {
  readonly artefacts: {
    readonly build: { readonly volume: string };
    readonly pack: { readonly parts: readonly Part[]; readonly codec: { readonly codec: Codec } };
    readonly upload?: {
      readonly datasets: readonly { readonly slug: string; readonly uploadedBytes: number }[];
    };
    readonly submit?: { readonly state: string; readonly publicScore: string };
  };
}

const GROWTH = 'datadeps/Soundings';

describe('a project whose Manifest and models change, with the real engine and the sandbox', function () {
  this.timeout(600_000);
  const signal = new AbortController().signal;
  let world: World;
  let packages: PackageServer;
  let environment: Readonly<Record<string, string>>;
  let first: Result;

  async function run(...args: string[]): Promise<Result> {
    const command = ['run', world.project, '--image', world.image, '--json', ...args];
    const { code, stdout, stderr } = await world.julia(command, { environment });
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
  }

  const partOf = ({ artefacts }: Result, kind: string): Part | undefined =>
    artefacts.pack.parts.find((part) => part.kind === kind);

  /** What was sent, by the end of the dataset's slug. */
  const sentBy = ({ artefacts }: Result): Record<string, number> =>
    Object.fromEntries(
      (artefacts.upload?.datasets ?? [])
        .filter(({ uploadedBytes }) => uploadedBytes > 0)
        .map(({ slug, uploadedBytes }) => [slug.replace(/^.*-inference-/, ''), uploadedBytes]),
    );

  /** The added package and its caches alone, packed as the product packs. */
  const packedSize = ({ artefacts: { build, pack } }: Result): Promise<number> =>
    withTempFolder(async (folder) => {
      const people = { environment: process.env, homeFolder: homedir(), platform: process.platform };
      const request = {
        image: world.image,
        mounts: [{ volume: build.volume, target: '/root/.julia', readOnly: true }],
        root: '/root',
        paths: [`.julia/packages/${TOY.name}`, `.julia/compiled/${JULIA_CACHES}/${TOY.name}`],
        codec: pack.codec.codec,
        folder: new GuardedFolder(folder),
        target: join(folder, 'package'),
      };
      const labels = { 'julia-kaggle.project': world.project };
      const engine = (await findEngine(people, signal)).bound({ labels });
      return (await packTarball(engine, request, () => undefined)).bytes;
    });

  before(async () => {
    world = await startWorld();
    ({ server: packages, environment } = await packageServerFor(world));
    await edit(join(world.project, 'JuliaKaggle.toml'), (text) =>
      text
        .replace('files = ["../models/model.csv"]', 'files = ["../models"]')
        .replace('{models}/', '{models}/models/'),
    );
    const built = await run('--until', 'build');
    await putIntoDepot(world, built.artefacts.build.volume, {
      path: 'datadeps/Charts/old',
      bytes: 1_000_000,
    });
    first = await run('--until', 'upload');
  });

  after(async () => {
    await packages.close();
    await world.close();
  });

  it('has the model’s folder below the mount, found there by the rehearsal', async () => {
    assert.deepEqual(
      partOf(first, 'models')?.files.map(({ name }) => name),
      ['models/model.csv'],
    );
    const log = await readFile(join(world.project, '.julia-kaggle', 'logs', 'rehearse.log'), 'utf8');
    assert.match(log, /wrote 60 rows/);
  });

  it('after a package was added sends that package and the project only, and comes to its score', async () => {
    await useToy(world.project, packages);
    const added = await run();
    assert.deepEqual(partOf(added, 'dotjulia'), partOf(first, 'dotjulia'));
    const delta = partOf(added, 'dotjulia-delta');
    assert.ok(delta);
    const sent = sentBy(added);
    assert.deepEqual(Object.keys(sent).sort(), ['dotjulia-delta', 'inferenceapp']);
    const alone = await packedSize(added);
    const ratio = (sent['dotjulia-delta'] ?? 0) / alone;
    assert.ok(ratio > 0.8 && ratio < 1.2, `${ratio} times ${alone} bytes`);
    // The package is in the delta and the stations are in the base: without either, there would be no score.
    assert.equal(added.artefacts.submit?.state, 'complete');
    assert.ok(Number(added.artefacts.submit.publicScore) < 0.2, added.artefacts.submit.publicScore);
  });

  it('makes a new base when the delta outgrows its share, and leaves the delta behind', async () => {
    await putIntoDepot(world, first.artefacts.build.volume, { path: `${GROWTH}/new`, bytes: 1_000_000 });
    await edit(join(world.project, 'JuliaKaggle.toml'), (text) => `${text}\n[pack]\nkeep = ["${GROWTH}"]\n`);
    const grown = await run('--until', 'rehearse');
    assert.equal(partOf(grown, 'dotjulia-delta'), undefined);
    const base = partOf(grown, 'dotjulia')?.files[0];
    assert.notEqual(base?.sha256, partOf(first, 'dotjulia')?.files[0]?.sha256);
    assert.ok((base?.bytes ?? 0) > 2e6);
    const log = await readFile(join(world.project, '.julia-kaggle', 'logs', 'pack.log'), 'utf8');
    assert.match(log, /dotjulia is packed whole: too much was added/);
  });
});
