import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { CancelledError, isUserError, messageOf } from '../../../src/base/errors.ts';
import type { Container, ContainerSpec, EngineInfo, RunOutput } from '../../../src/docker/engine.ts';
import {
  CONTAINER_ID,
  type FakeDocker,
  type FakeDockerScript,
  frame,
  json,
  state,
  withFakeDocker,
} from '../../support/fake-docker.ts';
import { engineOver, SPEC } from '../../support/docker-link.ts';

const REMOVED = 'DELETE /containers';

function failsWith(code: string, words: RegExp) {
  return (error: unknown): boolean => isUserError(error) && error.code === code && words.test(error.message);
}

/** Runs a container whose output and end the script plays. */
async function run(script: FakeDockerScript, output?: RunOutput) {
  return withFakeDocker(script, async (fake) => {
    const engine = await engineOver(fake);
    const exit = await engine.container.use(SPEC, (container) => container.run(output));
    return { exit, requests: fake.requests };
  });
}

async function collect(script: FakeDockerScript): Promise<string[]> {
  const lines: string[] = [];
  await run(script, { onLine: (stream, line) => void lines.push(`${stream}: ${line}`) });
  return lines;
}

describe('run', () => {
  it('attaches before it starts, and removes afterwards', async () => {
    const { exit, requests } = await run({ answers: { 'GET /containers/json': state(false, 3) } });
    assert.deepEqual(exit, { exitCode: 3, outOfMemory: false });
    const order = ['POST /containers/create', 'POST /containers/attach', 'POST /containers/start'];
    assert.deepEqual(requests.slice(0, 3), order);
    assert.equal(requests.at(-1), REMOVED);
  });

  it('delivers both streams as whole lines', async () => {
    const attached = (output: Writable): void => {
      output.write(Buffer.concat([frame(1, 'on'), frame(2, 'err\n'), frame(1, 'e\ntwo')]));
      output.end();
    };
    assert.deepEqual(await collect({ attached }), ['stderr: err', 'stdout: one', 'stdout: two']);
  });

  it('waits for the end of a container whose output ended before', async () => {
    let looks = 0;
    const { exit } = await run({
      answers: {
        'GET /containers/json': (response, request) => {
          looks += 1;
          (looks < 3 ? state(true) : state(false, 7))(response, request);
        },
      },
    });
    assert.equal(exit.exitCode, 7);
    assert.equal(looks, 3);
  });

  it('says that the engine stopped when it dies in the middle: the output just ends', async () => {
    await withFakeDocker({ attached: (output) => output.write(frame(1, 'working\n')) }, async (fake) => {
      const engine = await engineOver(fake);
      const running = engine.container.use(SPEC, (container) => container.run({ onLine: () => fake.die() }));
      await assert.rejects(running, failsWith('engine-unreachable', /stopped while a container was running/));
    });
  });

  it('says the same of an engine that still listens but answers nothing', async () => {
    const script = { answers: { 'GET /containers/json': () => undefined } };
    await withFakeDocker(script, async (fake) => {
      const engine = await engineOver(fake, 30);
      const running = engine.container.use(SPEC, (container) => container.run());
      await assert.rejects(running, failsWith('engine-unreachable', /stopped while a container was running/));
    });
  });

  it('says the same of an engine that shuts down in order: it ends its containers and answers a moment longer', async () => {
    const shutdown: { fake?: FakeDocker } = {};
    const answers: FakeDockerScript['answers'] = {
      'GET /containers/json': (response, request) => {
        response.on('close', () => shutdown.fake?.die());
        state(false, 143)(response, request);
      },
    };
    await withFakeDocker({ answers }, async (fake) => {
      shutdown.fake = fake;
      const engine = await engineOver(fake);
      const running = engine.container.use(SPEC, (container) => container.run());
      await assert.rejects(running, failsWith('engine-unreachable', /stopped while a container was running/));
    });
  });

  it('lets a program be ended by a signal while the engine stays', async () => {
    const { exit } = await run({ answers: { 'GET /containers/json': state(false, 143) } });
    assert.deepEqual(exit, { exitCode: 143, outOfMemory: false });
  });

  it('does not take output for complete that ends inside a frame', async () => {
    const attached = (output: Writable): void => void output.end(frame(1, 'half a').subarray(0, 10));
    await assert.rejects(run({ attached }), failsWith('engine-failed', /cut short/));
  });

  it('does not take for output what is not in frames', async () => {
    const attached = (output: Writable): void => void output.end('plain text');
    await assert.rejects(run({ attached }), failsWith('engine-failed', /not in frames/));
  });

  it('does not take a refused start for a run', async () => {
    const start = json(400, { message: 'exec: "nope": executable file not found in $PATH' });
    await assert.rejects(
      run({ answers: { 'POST /containers/start': start } }),
      failsWith('engine-failed', /start a container.*executable file not found/s),
    );
  });

  it('tells a GPU runtime that is there but does not work', async () => {
    const info = {
      ServerVersion: '27',
      OSType: 'linux',
      Architecture: 'x86_64',
      NCPU: 2,
      MemTotal: 4,
      Runtimes: { runc: {}, nvidia: {} },
    };
    const answers = {
      'GET /info': json(200, info),
      'GET /version': json(200, { ApiVersion: '1.47' }),
      'POST /containers/start': json(500, { message: 'nvidia-container-cli: driver not loaded' }),
    };
    await withFakeDocker({ answers }, async (fake) => {
      const engine = await engineOver(fake);
      const running = engine.container.use({ ...SPEC, gpu: 'runtime' }, (container) => container.run());
      await assert.rejects(running, failsWith('gpu-unavailable', /driver not loaded/));
    });
  });

  it('ends a sink with the output', async () => {
    const sink = new PassThrough();
    const taken = sink.toArray();
    await run(
      { attached: (output) => output.end(Buffer.concat([frame(1, 'a'), frame(2, 'x'), frame(1, 'b')])) },
      { stdout: sink },
    );
    assert.equal(Buffer.concat(await taken).toString(), 'ab');
  });

  it('destroys a sink when the run fails, so that its reader does not wait', async () => {
    const sink = new PassThrough();
    const reading = sink.toArray();
    reading.catch(() => undefined);
    const attached = (output: Writable): void => void output.end('garbage!');
    await assert.rejects(run({ attached }, { stdout: sink }), failsWith('engine-failed', /frames/));
    await assert.rejects(reading, failsWith('engine-failed', /frames/));
  });

  it("fails with a sink's own error, unchanged", async () => {
    const full = Object.assign(new Error('disk full'), { code: 'ENOSPC' });
    const sink = new Writable({ write: (_chunk, _encoding, done) => done(full) });
    const attached = (output: Writable): void => void output.end(frame(1, 'a'));
    await assert.rejects(run({ attached }, { stdout: sink }), (error) => error === full);
  });

  it('may be called once', () =>
    withFakeDocker({}, async (fake) => {
      const engine = await engineOver(fake);
      const twice = async (container: Container): Promise<void> => {
        await container.run();
        await container.run();
      };
      await assert.rejects(engine.container.use(SPEC, twice), /once/);
    }));
});

describe('container.use', () => {
  it('names the missing image and how to get it', async () => {
    const create = json(404, { message: 'No such image: some/image:1' });
    await assert.rejects(
      run({ answers: { 'POST /containers/create': create } }),
      (error) =>
        isUserError(error, 'image-missing') && error.actions[0].title.includes('docker pull some/image:1'),
    );
  });

  it('removes the container when `work` throws, and throws that', async () => {
    const mine = new Error('mine');
    await withFakeDocker({}, async (fake) => {
      const engine = await engineOver(fake);
      await assert.rejects(
        engine.container.use(SPEC, () => Promise.reject(mine)),
        (error) => error === mine,
      );
      assert.equal(fake.requests.at(-1), REMOVED);
    });
  });

  it('does not let a failing removal hide the error, or the result', async () => {
    const remove = (_response: unknown, fake: FakeDocker): void => fake.die();
    for (const use of [() => Promise.resolve('fine'), () => Promise.reject(new Error('mine'))]) {
      const script: { fake?: FakeDocker } = {};
      const answers = { [REMOVED]: () => remove(undefined, script.fake ?? assert.fail()) };
      await withFakeDocker({ answers }, async (fake) => {
        script.fake = fake;
        const engine = await engineOver(fake);
        const outcome = await engine.container.use(SPEC, use).catch(messageOf);
        assert.ok(['fine', 'mine'].includes(outcome));
      });
    }
  });

  it('asks again when the engine is too busy to remove', async () => {
    let tries = 0;
    const { requests } = await run({
      answers: {
        [REMOVED]: (response, request) => {
          tries += 1;
          json(tries === 1 ? 409 : 404, { message: 'removal is already in progress' })(response, request);
        },
      },
    });
    assert.equal(requests.filter((request) => request === REMOVED).length, 2);
  });

  it('removes at once when it is cancelled, and waits for `work` to end', async () => {
    const cancel = new AbortController();
    let ended = false;
    await withFakeDocker({ attached: (output) => output.write(frame(1, 'x\n')) }, async (fake) => {
      const engine = await engineOver(fake);
      const running = engine.bound({ signal: cancel.signal }).container.use(SPEC, async (container) => {
        await assert.rejects(container.run({ onLine: () => cancel.abort() }), CancelledError);
        ended = true;
      });
      await assert.rejects(running, CancelledError);
      assert.equal(fake.requests.at(-1), REMOVED);
      assert.ok(ended);
    });
  });

  it('removes what a cancelled create made after all', async () => {
    const cancel = new AbortController();
    const answers: FakeDockerScript['answers'] = {
      'POST /containers/create': (response, request) => {
        cancel.abort();
        setImmediate(() => json(201, { Id: CONTAINER_ID })(response, request));
      },
    };
    await withFakeDocker({ answers }, async (fake) => {
      const engine = await engineOver(fake);
      const running = engine
        .bound({ signal: cancel.signal })
        .container.use(SPEC, () => assert.fail('it was cancelled'));
      await assert.rejects(running, CancelledError);
      assert.equal(fake.requests.at(-1), REMOVED);
    });
  });

  it('asks for nothing when it is cancelled before', () =>
    withFakeDocker({}, async (fake) => {
      const engine = await engineOver(fake);
      const running = engine
        .bound({ signal: AbortSignal.abort() })
        .container.use(SPEC, () => assert.fail('it was cancelled'));
      await assert.rejects(running, CancelledError);
      assert.deepEqual(fake.requests, []);
    }));
});

describe('archives', () => {
  const inContainer = <T>(script: FakeDockerScript, use: (container: Container) => Promise<T>): Promise<T> =>
    withFakeDocker(script, async (fake) => (await engineOver(fake)).container.use(SPEC, use));

  it('fail as an archive whose connection is cut, not as one that ended', async () => {
    const answers: FakeDockerScript['answers'] = {
      'GET /containers/archive': (response) => response.write('half', () => response.destroy()),
    };
    await inContainer({ answers }, async (container) => {
      const archive = await container.getArchive('/x');
      await assert.rejects(archive.toArray(), failsWith('engine-unreachable', /cut/));
    });
  });

  it("fail with the tar's own error, unchanged, even when it has a code that a socket could have", async () => {
    const mine = Object.assign(new Error('gone'), { code: 'ENOENT' });
    const broken = new Readable({ read: (): void => void broken.destroy(mine) });
    const answers: FakeDockerScript['answers'] = { 'PUT /containers/archive': () => undefined };
    await inContainer({ answers }, async (container) => {
      await assert.rejects(container.putArchive('/', broken), (error) => error === mine);
    });
  });

  it('stop reading the tar when the engine refuses it', async () => {
    const endless = new Readable({ read: (): void => void endless.push(Buffer.alloc(65536)) });
    const answers = {
      'PUT /containers/archive': json(500, { message: 'write /z: no space left on device' }),
    };
    await inContainer({ answers }, async (container) => {
      await assert.rejects(container.putArchive('/', endless), failsWith('disk-full', /space/));
    });
    assert.ok(endless.destroyed);
  });
});

describe('container.remove', () => {
  it('never runs without a label', () =>
    withFakeDocker({}, async (fake) => {
      await assert.rejects((await engineOver(fake)).container.remove({}), /label/);
      assert.deepEqual(fake.requests, []);
    }));
});

describe('a bound engine', () => {
  const INFO = { ServerVersion: '27', OSType: 'linux', Architecture: 'x86_64', NCPU: 8, MemTotal: 64e9 };

  /** What the engine was asked to create. */
  async function created(spec: Partial<ContainerSpec>): Promise<Record<string, unknown>> {
    let body = '';
    const answers: FakeDockerScript['answers'] = {
      'GET /info': json(200, INFO),
      'GET /version': json(200, { ApiVersion: '1.47' }),
      'POST /containers/create': (response, request) => {
        void request.toArray().then((chunks: Buffer[]) => {
          body = Buffer.concat(chunks).toString();
          json(201, { Id: CONTAINER_ID })(response, request);
        });
      },
    };
    await withFakeDocker({ answers }, async (fake) => {
      const limits = ({ cpus, memoryBytes }: EngineInfo) => ({
        cpus: cpus - 1,
        memoryBytes: memoryBytes / 2,
      });
      const engine = (await engineOver(fake)).bound({ labels: { run: '7' }, limits });
      const both = engine.bound({ labels: { checkout: '8' } });
      await both.container.use({ ...SPEC, ...spec }, () => Promise.resolve());
    });
    return JSON.parse(body) as Record<string, unknown>;
  }

  it('labels each container with all that it is bound to', async () => {
    assert.deepEqual((await created({}))['Labels'], { run: '7', checkout: '8' });
  });

  it('limits each container by what the engine has, unless it asks for limits of its own', async () => {
    const { Memory, NanoCpus } = (await created({}))['HostConfig'] as Record<string, unknown>;
    assert.deepEqual([Memory, NanoCpus], [32e9, 7e9]);
    const own = (await created({ memoryBytes: 1e9 }))['HostConfig'] as Record<string, unknown>;
    assert.equal(own['Memory'], 1e9);
  });
});
