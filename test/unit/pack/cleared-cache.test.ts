import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../../../src/core/artefacts.ts';
import { packStage } from '../../../src/core/pack/pack-stage.ts';
import { depotKey, planApp } from '../../../src/core/pack/plan.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { playedEngine } from '../../support/played-engine.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

describe('a cache that was cleared after the build', () => {
  it('is no result that stands, and Julia is fetched again', async () => {
    const folder = await tempFolder();
    const input = { project: aProject({ models: [] }), build: aDepot(), test: aTestReport() };
    const last = await packedIn(folder, input);
    const { context } = keptContext({}, { folder });
    const julia = join(folder, 'julia');
    const fetched: string[] = [];
    const ports: StageContext['ports'] = {
      ...context.ports,
      // Everything else is as it was: no container is needed.
      engine: () => Promise.resolve(playedEngine(() => assert.fail('a container'))),
      julia: {
        resolve: () => assert.fail('a channel'),
        fetchTarball: async (version) => {
          fetched.push(version);
          await writeFile(julia, 'x'.repeat(100));
          return { version, file: julia, bytes: 100, sha256: 'a'.repeat(64) };
        },
      },
    };
    assert.equal(await packStage.doubt?.(last, input, { ...context, ports }), undefined);
    await rm(julia);
    assert.match((await packStage.doubt?.(last, input, { ...context, ports }))?.because ?? '', /julia/);
    const bundle = await packStage.run(input, last, { ...context, ports });
    assert.deepEqual(fetched, [input.build.julia.version]);
    assert.equal(await packStage.doubt?.(bundle, input, { ...context, ports }), undefined);
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
