import assert from 'node:assert/strict';
import { knownOf } from '../../../src/core/build/build-stage.ts';
import {
  depotVolumeName,
  doubtVolumes,
  ensureDepotVolume,
  juliaVolumeName,
  noteBuild,
} from '../../../src/core/build/volumes.ts';
import { inputMount } from '../../../src/core/contract/image/input-mount.ts';
import type { Labels } from '../../../src/docker/engine.ts';
import { retryIfChanged } from '../../../src/docker/filled-volume.ts';
import { tarOfFiles } from '../../../src/docker/tar-files.ts';
import { fileVolumeMemory } from '../../../src/docker/volume-memory.ts';
import { aDepot, aProject } from '../../support/artefacts.ts';
import { playedEngine } from '../../support/played-engine.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

/** An engine that has volumes, and a context that remembers them. */
async function remembering() {
  const volumes = new Map<string, Labels>();
  let looks = 0;
  const engine = playedEngine(() => ({}), {
    container: {
      use: (_, work) => {
        looks += 1;
        const container = {
          has: () => Promise.resolve(false),
          putArchive: (_folder: string, tar: NodeJS.ReadableStream) =>
            new Promise((done) => tar.on('end', done).resume()),
        };
        return work(container as never);
      },
    },
    volume: {
      ensure: (name, labels = {}) => {
        if (!volumes.has(name)) volumes.set(name, labels);
        return Promise.resolve();
      },
      find: (name) => {
        const labels = volumes.get(name);
        return Promise.resolve(labels && { name, labels });
      },
      remove: (name) => {
        volumes.delete(name);
        return Promise.resolve();
      },
      list: () => Promise.resolve([]),
    },
  });
  const { context } = keptContext({});
  const volumeMemory = fileVolumeMemory(await tempFolder());
  return {
    engine,
    volumes,
    looks: () => looks,
    context: { ...context, ports: { ...context.ports, volumeMemory } },
  };
}

describe('what is remembered of volumes', () => {
  it('says of which build a depot is, without a look into it, until something works on it again', async () => {
    const { engine, volumes, looks, context } = await remembering();
    const image = { name: 'image', id: 'sha256:image' };
    const { julia } = aDepot();
    const volume = depotVolumeName(context.checkout, { juliaVersion: julia.version }, image);
    await ensureDepotVolume(engine, volume, context);
    const juliaVolume = juliaVolumeName(julia, image, context.checkout);
    await engine.volume.ensure(juliaVolume, { 'julia-kaggle.content': 'julia' });
    await context.ports.volumeMemory.remember('julia', julia.sha256);
    const because = async (buildId: string): Promise<string | undefined> =>
      (await doubtVolumes(engine, aDepot({ image, volume, juliaVolume, buildId }), context))?.because;
    await noteBuild(engine, volume, 'one', context);
    assert.deepEqual([await because('one'), looks()], [undefined, 0]);
    assert.deepEqual([await because('two'), looks()], ['since the depot is of another build', 1]);
    await noteBuild(engine, volume, undefined, context);
    assert.deepEqual([await because('one'), looks()], ['since the depot is of another build', 2]);
    await noteBuild(engine, volume, 'one', context);
    volumes.delete(volume);
    await ensureDepotVolume(engine, volume, context);
    assert.deepEqual([await because('one'), looks()], ['since the depot is of another build', 3]);
  });

  it('keeps inputs from being compared with what they are not; small ones are read back where they are used', async () => {
    const { engine, looks, context } = await remembering();
    const mount = (text: string) => {
      const files = [{ path: 'test.csv', from: { text } }];
      return inputMount(engine, { key: { data: 'one' }, target: '/in', image: 'image', files }, context);
    };
    await mount('a');
    assert.equal(looks(), 1, 'filled');
    await mount('b');
    assert.equal(looks(), 2, 'filled anew');
    const large = 'c'.repeat(4_000_001);
    await mount(large);
    assert.equal(looks(), 3, 'filled anew');
    assert.equal((await mount(large)).verify, undefined, 'known');
    await mount('b');
    assert.equal(looks(), 4, 'filled anew');
    const holding = (text: string) => ({
      getArchive: () => Promise.resolve(tarOfFiles([{ path: 'in/test.csv', from: { text } }])),
    });
    await (await mount('b')).verify?.(holding('b'), '/in');
    assert.equal(looks(), 4, 'read back in the container that uses it');
    let uses = 0;
    await retryIfChanged(async () => {
      uses += 1;
      await (await mount('b')).verify?.(holding('changed by others'), '/in');
    });
    assert.deepEqual([looks(), uses], [5, 2], 'filled anew, and used once more');
  });
});

describe('what is known of an environment from the last build', () => {
  const last = aDepot({
    packages: ['packages/CSV/x'],
    buildScripts: ['CSV'],
    image: { name: aProject().image, id: 'sha256:image' },
  });
  const known = (project: Parameters<typeof aProject>[0], depot = last): boolean =>
    knownOf(aProject(project), depot) !== undefined;
  const file = (place: string) => ({ place, source: `/${place}`, bytes: 1, sha256: 'a', executable: false });

  it('is all where the environment is the same', () => assert.equal(known({}), true));
  it('is nothing where Manifest, Julia or image are others', () => {
    assert.equal(known({ environmentFingerprint: 'environment-2' }), false);
    assert.equal(known({ juliaVersion: '1.11.0' }), false);
    assert.equal(known({ image: 'other' }), false);
  });
  it('is nothing where a package of this machine has a build script, or had one', () => {
    assert.equal(known({ files: [file('TideFeatures/deps/build.jl')] }), false);
    assert.equal(known({}, { ...last, buildScripts: ['TideFeatures'] }), false);
  });
});
