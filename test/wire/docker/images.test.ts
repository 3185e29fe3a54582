import assert from 'node:assert/strict';
import { CancelledError, isUserError } from '../../../src/base/errors.ts';
import type { PullProgress } from '../../../src/docker/engine.ts';
import { type Answer, CONTAINER_ID, json, withFakeDocker } from '../../support/fake-docker.ts';
import { engineOver, SPEC } from '../../support/docker-link.ts';

const NAME = 'gcr.io/kaggle-images/python:v1';
const ID = `sha256:${'ab'.repeat(32)}`;
const INSPECT = `GET /images/${NAME}/json`;
const HAVE = json(200, {
  Id: ID,
  Size: 1234,
  RepoDigests: ['other/name@sha256:1', 'gcr.io/kaggle-images/python@sha256:2'],
});

function lines(...values: object[]): Answer {
  return (response) => response.end(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}

/** Pulls from an engine that answers so; returns what came out and the progress that was told. */
async function pull(answer: Answer, inspect = HAVE) {
  const progress: PullProgress[] = [];
  const image = await withFakeDocker(
    { answers: { 'POST /images/create': answer, [INSPECT]: inspect } },
    async (fake) => (await engineOver(fake)).image.pull(NAME, (step) => void progress.push(step)),
  );
  return { image, progress };
}

function failsWith(code: string, words: RegExp) {
  return (error: unknown): boolean => isUserError(error) && error.code === code && words.test(error.message);
}

describe('what is asked of the engine', () => {
  it('is Kaggle’s platform, where an image is pulled and where a container is made', async () => {
    const asked: Record<string, string | null> = {};
    const noting =
      (what: string, answer: Answer): Answer =>
      (response, request) => {
        const { searchParams } = new URL(request.url ?? '', 'http://fake');
        asked[what] = searchParams.get('platform');
        if (what === 'create') assert.deepEqual([...searchParams.keys()], ['platform']);
        answer(response, request);
      };
    await withFakeDocker(
      {
        answers: {
          'POST /images/create': noting(
            'pull',
            lines({ status: `Digest: ${ID}` }, { status: 'Status: Image is up to date' }),
          ),
          'POST /containers/create': noting('create', json(201, { Id: CONTAINER_ID })),
          [INSPECT]: json(200, { Id: ID, Size: 1, Architecture: 'arm64' }),
        },
      },
      async (fake) => {
        const engine = await engineOver(fake);
        assert.equal((await engine.image.pull(NAME, () => undefined)).architecture, 'arm64');
        await engine.container.use(SPEC, () => Promise.resolve());
      },
    );
    assert.deepEqual(asked, { pull: 'linux/amd64', create: 'linux/amd64' });
  });
});

describe('image.find', () => {
  it('gives id, size and the digest of the repository asked for', () =>
    withFakeDocker({ answers: { [INSPECT]: HAVE } }, async (fake) => {
      const image = await (await engineOver(fake)).image.find(NAME);
      assert.deepEqual(image, {
        name: NAME,
        id: ID,
        digest: 'gcr.io/kaggle-images/python@sha256:2',
        bytes: 1234,
      });
    }));

  it('is undefined for an image that the engine does not have', () =>
    withFakeDocker({}, async (fake) => {
      assert.equal(await (await engineOver(fake)).image.find(NAME), undefined);
    }));

  it('throws when the engine is gone', () =>
    withFakeDocker({}, async (fake) => {
      const engine = await engineOver(fake);
      fake.die();
      await assert.rejects(engine.image.find(NAME), failsWith('engine-unreachable', /./));
    }));
});

describe('image.pull', () => {
  const layer = (status: string, id: string, current?: number, total?: number): object => ({
    status,
    id,
    progressDetail: current === undefined ? {} : { current, total },
  });

  it('tells bytes over all layers and ends with the image', async () => {
    const { image, progress } = await pull(
      lines(
        { status: 'Pulling from kaggle-images/python', id: 'v1' },
        layer('Already exists', 'a'),
        layer('Pulling fs layer', 'b'),
        layer('Pulling fs layer', 'c'),
        layer('Downloading', 'b', 10, 100),
        layer('Downloading', 'c', 30, 50),
        layer('Download complete', 'b'),
        layer('Extracting', 'b', 5, 100),
        layer('Pull complete', 'b'),
        layer('Download complete', 'c'),
        layer('Pull complete', 'c'),
        { status: 'Digest: sha256:2' },
        { status: `Status: Downloaded newer image for ${NAME}` },
      ),
    );
    assert.equal(image.id, ID);
    const at = (index: number): PullProgress | undefined => progress[index];
    assert.deepEqual(at(5), {
      doneBytes: 40,
      totalBytes: 150,
      text: 'downloading, 1 of 3 layers done',
      layers: [
        { id: 'a', doneBytes: 0, totalBytes: 0, phase: 'ready' },
        { id: 'b', doneBytes: 10, totalBytes: 100, phase: 'downloading' },
        { id: 'c', doneBytes: 30, totalBytes: 50, phase: 'downloading' },
      ],
    });
    assert.equal(at(9)?.text, 'unpacking, 2 of 3 layers done');
    assert.deepEqual([at(9)?.doneBytes, at(9)?.totalBytes], [150, 150]);
    assert.match(progress.at(-1)?.text ?? '', /^Status: /);
  });

  it('fails at an error line although the status was 200', async () => {
    const failing = lines(layer('Downloading', 'b', 1, 9), {
      errorDetail: { message: 'boom' },
      error: 'boom',
    });
    await assert.rejects(pull(failing), failsWith('engine-failed', /could not pull .*boom/s));
  });

  it('fails when the stream ends without a word of success, even if an older image is there', async () => {
    await assert.rejects(
      pull(lines(layer('Downloading', 'b', 1, 9), layer('Download complete', 'b'))),
      failsWith('engine-failed', /before it was complete/),
    );
  });

  it('fails when the connection is cut', async () => {
    const cut: Answer = (response) => {
      response.write(`${JSON.stringify(layer('Downloading', 'b', 1, 9))}\n`, () => response.destroy());
    };
    await assert.rejects(pull(cut), failsWith('engine-unreachable', /cut/));
  });

  it("takes Podman's last line for success: the id of the image itself", async () => {
    const { image } = await pull(
      lines(layer('Download complete', 'b'), layer('Download complete', 'abababababab')),
    );
    assert.equal(image.id, ID);
  });

  it('knows a full disk', async () => {
    const message = 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device';
    await assert.rejects(
      pull(lines({ errorDetail: { message }, error: message })),
      failsWith('disk-full', /space/),
    );
  });

  it('says that the registry does not have the image', async () => {
    const message = `manifest for ${NAME} not found: manifest unknown`;
    await assert.rejects(pull(json(404, { message })), failsWith('image-missing', /manifest unknown/));
    // Docker 20.10, of a registry that says no more than that.
    const brief = json(500, { message: 'manifest unknown' });
    await assert.rejects(pull(brief), failsWith('image-missing', /manifest unknown/));
  });

  it('says that the registry cannot be reached', async () => {
    const message = 'Get "https://gcr.io/v2/": dial tcp: lookup gcr.io: no such host';
    await assert.rejects(pull(json(500, { message })), (error) => {
      assert.ok(failsWith('engine-failed', /no such host/)(error) && isUserError(error));
      const [network, restart] = error.actions.map(({ title }) => title);
      assert.match(network ?? '', /network of the engine.*proxy/);
      assert.match(restart ?? '', /restart/);
      return true;
    });
  });

  it('stops at once when it is cancelled', async () => {
    const cancel = new AbortController();
    let closed = false;
    const endless: Answer = (response) => {
      response.on('close', () => (closed = true));
      response.write(`${JSON.stringify(layer('Downloading', 'b', 1, 9))}\n`);
    };
    await withFakeDocker({ answers: { 'POST /images/create': endless } }, async (fake) => {
      const engine = await engineOver(fake);
      await assert.rejects(
        engine.bound({ signal: cancel.signal }).image.pull(NAME, () => cancel.abort()),
        CancelledError,
      );
      await new Promise((resolve) => setImmediate(resolve));
    });
    assert.ok(closed, 'the engine was told to stop');
  });
});
