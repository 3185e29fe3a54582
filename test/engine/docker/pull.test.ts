import assert from 'node:assert/strict';
import { CancelledError, isUserError } from '../../../src/base/errors.ts';
import { connect } from '../../../src/docker/connect.ts';
import type { Engine, PullProgress } from '../../../src/docker/engine.ts';
import { realEngine } from './real-engine.ts';
import { type LayerService, tinyRegistry } from './tiny-registry.ts';

let engine: Engine;

/** The engine port has no way to remove an image, since the program never does. */
async function removeImage(name: string): Promise<void> {
  const [address = ''] = engine.address.split(' ');
  const docker = await connect({ address, origin: 'test', chosen: true }, process.env);
  await docker.getImage(name).remove({ force: true });
}

async function withRegistry(
  serve: LayerService,
  use: (image: string) => Promise<void>,
  layers = 1,
): Promise<void> {
  const registry = await tinyRegistry(serve, layers);
  try {
    await use(registry.image);
  } finally {
    registry.close();
  }
}

describe('a pull by the real engine', () => {
  before(async () => {
    engine = await realEngine();
  });

  it('tells its progress and ends with the image and its digest', () =>
    withRegistry(
      (response, layer) => response.end(layer),
      async (name) => {
        const progress: PullProgress[] = [];
        const image = await engine.image.pull(name, (step) => void progress.push(step));
        try {
          assert.match(image.digest ?? '', /^127\.0\.0\.1:\d+\/tiny\/image@sha256:[0-9a-f]{64}$/);
          assert.deepEqual(await engine.image.find(name), image);
          assert.ok(progress.some(({ text }) => text === 'unpacking, 1 of 1 layers done'));
          assert.ok(progress.every(({ doneBytes, totalBytes }) => doneBytes <= totalBytes));
          assert.match(progress.at(-1)?.text ?? '', /^Status: Downloaded newer image/);
        } finally {
          await removeImage(name);
        }
      },
    ));

  it('says that the registry does not have the image', () =>
    withRegistry(
      () => assert.fail('no layer was asked for'),
      async (name) => {
        await assert.rejects(
          engine.image.pull(name.replace(':v1', ':v2'), () => undefined),
          (error) => isUserError(error, 'image-missing') && error.message.includes('manifest'),
        );
      },
    ));

  it('says that there is no registry', async () => {
    await assert.rejects(
      engine.image.pull('127.0.0.1:1/tiny/image:v1', () => undefined),
      (error) => isUserError(error, 'engine-failed') && error.message.includes('connection refused'),
    );
  });

  it('fails at a damaged layer, which the engine only tells after it said that all is well', () =>
    withRegistry(
      (response, layer) => response.end(Buffer.from(layer).fill('x', 1000, 2000)),
      async (name) => {
        await assert.rejects(
          engine.image.pull(name, () => undefined),
          (error) => isUserError(error, 'engine-failed') && error.message.includes('verification failed'),
        );
        assert.equal(await engine.image.find(name), undefined);
      },
    ));

  it('goes on in the middle of a layer when the connection was cut', async () => {
    const ranges: (string | undefined)[] = [];
    await withRegistry(
      (response, layer) => {
        const { range } = response.req.headers;
        ranges.push(range);
        const [, start] = /^bytes=(\d+)-/.exec(range ?? '') ?? [];
        if (start === undefined) {
          response.setHeader('Content-Length', layer.length);
          response.write(layer.subarray(0, 100_000), () => response.destroy());
          return;
        }
        const from = Number(start);
        response.setHeader('Content-Range', `bytes ${from}-${layer.length - 1}/${layer.length}`);
        response.writeHead(206).end(layer.subarray(from));
      },
      async (name) => {
        await engine.image.pull(name, () => undefined);
        await removeImage(name);
        assert.equal(ranges.length, 2);
        assert.match(ranges[1] ?? '', /^bytes=[1-9]\d*-/);
      },
    );
  });

  it('can be begun again after a cancel, and tells of each layer', async () => {
    const cancel = new AbortController();
    let isFirst = true;
    await withRegistry(
      (response, layer, index) => {
        if (index === 0 || !isFirst) response.end(layer);
        else response.write(layer.subarray(0, 100_000), () => cancel.abort());
      },
      async (name) => {
        await assert.rejects(
          engine.bound({ signal: cancel.signal }).image.pull(name, () => undefined),
          CancelledError,
        );
        isFirst = false;
        const steps: PullProgress[] = [];
        try {
          const image = await engine.image.pull(name, (step) => void steps.push(step));
          assert.equal((await engine.image.find(name))?.id, image.id);
          const layers = steps.at(-1)?.layers ?? [];
          assert.deepEqual(
            layers.map(({ phase }) => phase),
            ['ready', 'ready'],
          );
          assert.ok(layers.every(({ id }) => /^[0-9a-f]{12}$/.test(id)));
        } finally {
          await removeImage(name);
        }
      },
      2,
    );
  });

  it('stops when it is cancelled in the middle of a layer', () => {
    const cancel = new AbortController();
    return withRegistry(
      (response, layer) => {
        response.setHeader('Content-Length', layer.length);
        response.write(layer.subarray(0, 100_000), () => cancel.abort());
      },
      async (name) => {
        await assert.rejects(
          engine.bound({ signal: cancel.signal }).image.pull(name, () => undefined),
          CancelledError,
        );
        assert.equal(await engine.image.find(name), undefined);
      },
    );
  });
});
