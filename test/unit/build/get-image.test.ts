import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { UserError, isUserError } from '../../../src/base/errors.ts';
import { getImage, layersInWords } from '../../../src/core/build/get-image.ts';
import type { ImageInfo, PullLayer, PullProgress } from '../../../src/docker/engine.ts';
import { ENGINE_INFO, playedEngine } from '../../support/played-engine.ts';
import { keptContext } from '../../support/stage-context.ts';

const NAME = 'gcr.io/kaggle-images/python';
const IMAGE: ImageInfo = { name: NAME, id: 'sha256:1', digest: `${NAME}@sha256:2`, bytes: 20e9 };
/** Where nothing can be measured, nothing is refused. */
const ELSEWHERE = { ...ENGINE_INFO, hostName: 'elsewhere' };

function layer(id: string, phase: PullLayer['phase'], doneBytes = 0, totalBytes = 0): PullLayer {
  return { id, phase, doneBytes, totalBytes };
}

describe('getImage', () => {
  it('pulls nothing that is there', async () => {
    const engine = playedEngine(() => assert.fail(), { image: { find: () => Promise.resolve(IMAGE) } });
    assert.equal(await getImage(engine, NAME, keptContext({}).context), IMAGE);
  });

  it('refuses one of another architecture than Kaggle’s, with the way to the right one', async () => {
    const found = (architecture: string) =>
      playedEngine(() => assert.fail(), {
        image: { find: () => Promise.resolve({ ...IMAGE, architecture }) },
      });
    assert.equal((await getImage(found('amd64'), NAME, keptContext({}).context)).id, IMAGE.id);
    await assert.rejects(
      getImage(found('arm64'), NAME, keptContext({}).context),
      (error) =>
        isUserError(error, 'image-missing') &&
        error.title.includes("is one for arm64; Kaggle's machines are amd64") &&
        error.actions[0].title.endsWith(`docker pull --platform linux/amd64 ${NAME}`),
    );
  });

  it('tells of the layers on their way, the rate and the time left, and logs each layer that is done', async () => {
    const { context, log, progress } = keptContext({});
    const step = (...layers: PullLayer[]): PullProgress => ({
      doneBytes: layers.reduce((sum, each) => sum + each.doneBytes, 0),
      totalBytes: layers.reduce((sum, each) => sum + each.totalBytes, 0),
      text: 'downloading',
      layers,
    });
    const engine = playedEngine(() => assert.fail(), {
      info: () => Promise.resolve(ELSEWHERE),
      image: {
        find: () => Promise.resolve(undefined),
        pull: async (_, onProgress) => {
          onProgress(step(layer('aaa', 'ready'), layer('bbb', 'downloading', 0, 100e6)));
          await context.ports.clock.sleep(2000, context.signal);
          onProgress(step(layer('aaa', 'ready'), layer('bbb', 'downloading', 20e6, 100e6)));
          await context.ports.clock.sleep(2000, context.signal);
          onProgress(step(layer('aaa', 'ready'), layer('bbb', 'ready', 100e6, 100e6)));
          return IMAGE;
        },
      },
    });
    assert.equal(await getImage(engine, NAME, context), IMAGE);
    assert.equal(progress[1], `Pulling ${NAME}: downloading, bbb 20%, 10.0 MB/s, 8.0 s left`);
    assert.equal(progress[2], `Pulling ${NAME}: downloading`);
    assert.deepEqual(log, [
      'layer aaa: was there already',
      'layer bbb: 100 MB, done',
      `Pulled ${NAME}: ${NAME}@sha256:2, 20.0 GB`,
    ]);
  });

  it('looks at the disk of an engine of this machine before it pulls, unless told not to', async () => {
    const pulled = new Error('it pulls');
    const engine = playedEngine(() => assert.fail(), {
      // A file system that never has a free byte.
      info: () => Promise.resolve({ ...ENGINE_INFO, hostName: hostname(), dataFolder: '/proc' }),
      image: { find: () => Promise.resolve(undefined), pull: () => Promise.reject(pulled) },
    });
    const { context } = keptContext({});
    await assert.rejects(
      getImage(engine, NAME, context),
      (error) => isUserError(error, 'disk-full') && error.title.includes('23.0 GB'),
    );
    const environment = { JULIA_KAGGLE_DISK_CHECK: 'off' };
    const unchecked = { ...context, ports: { ...context.ports, environment } };
    await assert.rejects(getImage(engine, NAME, unchecked), pulled);
    await assert.rejects(getImage(engine, 'my/image', context), pulled);
  });

  it('passes on why it cannot be had', async () => {
    const missing = new UserError({ code: 'image-missing', title: 'No.', actions: [{ title: 'Do.' }] });
    const engine = playedEngine(() => assert.fail(), {
      info: () => Promise.resolve(ELSEWHERE),
      image: { find: () => Promise.resolve(undefined), pull: () => Promise.reject(missing) },
    });
    await assert.rejects(getImage(engine, NAME, keptContext({}).context), missing);
  });
});

describe('layersInWords', () => {
  it('names three and counts the rest', () => {
    const layers = ['a', 'b', 'c', 'd', 'e'].map((id) => layer(id, 'downloading', 1, 3));
    assert.deepEqual(layersInWords(layers), ['a 33%', 'b 33%', 'c 33%', '2 more']);
    assert.deepEqual(layersInWords([layer('x', 'ready', 1, 1), layer('y', 'downloading')]), []);
  });
});
