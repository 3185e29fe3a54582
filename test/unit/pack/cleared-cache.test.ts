import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../../../src/core/artefacts.ts';
import { bringJulia } from '../../../src/core/contract/image/julia.ts';
import { packStage } from '../../../src/core/pack/pack-stage.ts';
import { depotKey, planApp } from '../../../src/core/pack/plan.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { playedEngine } from '../../support/played-engine.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

describe('a cache that was cleared after the build', () => {
  it('is missed by nobody, and Julia is fetched again by who reads it', async () => {
    const folder = await tempFolder();
    const julia = join(folder, 'julia');
    const input = {
      project: aProject({ models: [] }),
      build: aDepot({ julia: { ...aDepot().julia, file: julia } }),
      test: aTestReport(),
    };
    const last = await packedIn(folder, input);
    const kept = keptContext({}, { folder });
    const fetched: string[] = [];
    const ports: StageContext['ports'] = {
      ...kept.context.ports,
      // Everything else is as it was: no container is needed.
      engine: () => Promise.resolve(playedEngine(() => assert.fail('a container'))),
      julia: {
        resolve: () => assert.fail('a channel'),
        fetchTarball: async (version) => {
          fetched.push(version);
          await writeFile(julia, 'x'.repeat(100));
          return { version, file: julia, bytes: 100, sha256: 'j'.repeat(64) };
        },
      },
    };
    const context = { ...kept.context, ports };
    await rm(julia);
    assert.equal(await packStage.doubt?.(last, input, context), undefined);
    const bundle = await packStage.run(input, last, context);
    const files = bundle.parts.flatMap((part) => part.files);
    assert.deepEqual([fetched, files.find(({ name }) => name === 'julia')?.path], [[], julia]);
    assert.deepEqual(await bringJulia(files, '1.10.5', context), files);
    assert.deepEqual(fetched, ['1.10.5']);
    await bringJulia(files, '1.10.5', context);
    assert.equal(fetched.length, 1);
  });

  it('that lost a tarball of the project’s own is packed anew, and the plan says so', async () => {
    const folder = await tempFolder();
    const input = { project: aProject({ models: [] }), build: aDepot(), test: aTestReport() };
    const last = await packedIn(folder, input);
    await rm(join(folder, 'dotjulia'));
    const doubt = await packStage.doubt?.(last, input, keptContext({}, { folder }).context);
    assert.match(doubt?.because ?? '', /dotjulia is not where/);
    assert.equal(packStage.plan(input, last, doubt), 'pack what is missing');
  });
});

/** A bundle of these inputs whose files lie in the folder. */
async function packedIn(folder: string, input: Parameters<typeof planApp>[0]): Promise<Bundle> {
  const base = aBundle();
  const parts = base.parts
    .filter(({ kind }) => kind !== 'models')
    .map((part) => ({
      ...part,
      ...(part.kind === 'inferenceapp' && { fingerprint: planApp(input).fingerprint }),
      files: part.files.map((file) => ({ ...file, path: join(folder, file.name) })),
    }));
  for (const { path, bytes } of parts.flatMap(({ files }) => files)) await writeFile(path, 'x'.repeat(bytes));
  return {
    ...base,
    parts,
    codec: { codec: 'zstd', reason: 'as before', wanted: 'auto', imageId: input.build.image.id },
    depot: { key: depotKey(input), neededBytes: 50, largest: [], leftOutBytes: 0, leftOut: [] },
  };
}
