import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { CancelledError, isUserError } from '../../../src/base/errors.ts';
import type { ContainerSpec, Engine, ExitState } from '../../../src/docker/engine.ts';
import { IMAGE, ownLabels, realEngine } from './real-engine.ts';

const labels = ownLabels();
let engine: Engine;

function spec(command: readonly string[], more: Partial<ContainerSpec> = {}): ContainerSpec {
  return { image: IMAGE, command, network: 'none', ...more };
}

function shell(script: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return spec(['sh', '-c', script], more);
}

async function run(what: ContainerSpec): Promise<{ exit: ExitState; stdout: string[]; stderr: string[] }> {
  const out = { stdout: [] as string[], stderr: [] as string[] };
  const exit = await engine.container.use(what, (container) =>
    container.run({ onLine: (stream, line) => void out[stream].push(line) }),
  );
  return { exit, ...out };
}

function failsWith(code: string, words: RegExp) {
  return (error: unknown): boolean => isUserError(error) && error.code === code && words.test(error.message);
}

describe('a container of the real engine', () => {
  before(async () => {
    engine = await realEngine(labels);
  });
  afterEach(async () => {
    assert.equal(await engine.container.remove(labels), 0, 'a container was left');
  });

  it('tells about the engine and the image', async () => {
    const info = await engine.info();
    assert.match(info.platform, /^linux\//);
    assert.ok(info.cpus >= 1 && info.memoryBytes > 1e8 && info.runtimes.includes('runc'));
    const image = await engine.image.find(IMAGE);
    assert.match(image?.id ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.ok((image?.bytes ?? 0) > 1e7);
    assert.equal(await engine.image.find('julia-kaggle/no-such-image:0'), undefined);
  });

  it('gives stdout, stderr and the exit code', async () => {
    const { exit, stdout, stderr } = await run(shell('echo out; echo err >&2; printf "é😀"; exit 3'));
    assert.deepEqual(exit, { exitCode: 3, outOfMemory: false });
    assert.deepEqual(stdout, ['out', 'é😀']);
    assert.deepEqual(stderr, ['err']);
  });

  it('has the environment and the working folder, made when it is missing', async () => {
    const more = { environment: { GREETING: 'good day = x' }, workingFolder: '/made/for/it' };
    assert.deepEqual((await run(shell('echo $GREETING; pwd', more))).stdout, [
      'good day = x',
      '/made/for/it',
    ]);
  });

  it('delivers 300,000 lines, all of them and in order', async () => {
    let next = 1;
    const { exitCode } = await engine.container.use(shell('seq 1 300000'), (container) =>
      container.run({
        onLine: (_, line) => {
          if (line !== String(next)) assert.fail(`${line} instead of ${next}`);
          next += 1;
        },
      }),
    );
    assert.equal(exitCode, 0);
    assert.equal(next, 300_001);
  });

  it('runs while its output is slowly taken, in little memory', async () => {
    const megabytes = 100;
    let bytes = 0;
    let wrong = 0;
    let most = 0;
    const before = process.memoryUsage();
    const sink = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        if (!chunk.every((byte) => byte === 0)) wrong += 1;
        const { rss, arrayBuffers } = process.memoryUsage();
        most = Math.max(most, rss - before.rss, arrayBuffers - before.arrayBuffers);
        setImmediate(done);
      },
    });
    const { exitCode } = await engine.container.use(
      shell(`head -c ${megabytes}000000 /dev/zero`),
      (container) => container.run({ stdout: sink }),
    );
    assert.equal(exitCode, 0);
    assert.equal(bytes, megabytes * 1e6);
    assert.equal(wrong, 0);
    assert.ok(sink.writableFinished);
    assert.ok(most < 80e6, `it took ${Math.round(most / 1e6)} MB`);
  });

  it('waits for a sink that takes nothing, instead of reading on', async () => {
    let taken = 0;
    let begun = (): void => undefined;
    const first = new Promise<void>((resolve) => (begun = resolve));
    const sink = new Writable({
      highWaterMark: 1,
      // It never says that it is done.
      write: (chunk: Buffer) => {
        taken += chunk.length;
        begun();
      },
    });
    const cancel = new AbortController();
    const command = 'head -c 50000000 /dev/zero; echo all written >&2';
    const running = engine
      .bound({ signal: cancel.signal })
      .container.use(shell(command), (container) =>
        container.run({ stdout: sink, onLine: () => assert.fail('the program got rid of all its output') }),
      );
    await Promise.race([first, running]);
    // Another container comes and goes meanwhile: time enough for 50 MB.
    await run(shell('true'));
    assert.ok(taken < 1e6, `it took ${taken} bytes`);
    cancel.abort();
    await assert.rejects(running, CancelledError);
  });

  it('says that memory ran out, of the program and of a child', async () => {
    const hog = 'x = b"a" * 500_000_000';
    const main = await run(spec(['python3', '-c', hog], { memoryBytes: 64e6 }));
    assert.deepEqual(main.exit, { exitCode: 137, outOfMemory: true });
    const child = await run(shell(`python3 -c '${hog}'; echo survived`, { memoryBytes: 64e6 }));
    assert.deepEqual(child.exit, { exitCode: 0, outOfMemory: true });
    assert.deepEqual(child.stdout, ['survived']);
  });

  it('has no network but loopback when told so, and the host by name otherwise', async () => {
    const look =
      'ls /sys/class/net; getent hosts host.docker.internal > /dev/null && echo knows the host; true';
    assert.deepEqual((await run(shell(look))).stdout, ['lo']);
    const route = await run(shell('curl -sS -m 5 http://192.0.2.1/'));
    assert.equal(route.exit.exitCode, 7);
    const online = (await run(shell(look, { network: 'bridge' }))).stdout;
    assert.ok(online.length >= 3 && online.includes('knows the host'));
  });

  it('is gone when it is cancelled, wherever it was, before a docker stop would have killed it', async () => {
    for (const moment of ['create', 'start', 'output'] as const) {
      const cancel = new AbortController();
      const running = engine
        .bound({ signal: cancel.signal })
        .container.use(shell('echo there; sleep 1000'), (container) => {
          if (moment === 'start') setImmediate(() => cancel.abort());
          return container.run({ onLine: () => cancel.abort() });
        });
      if (moment === 'create') setImmediate(() => cancel.abort());
      let cancelledAt = 0;
      cancel.signal.addEventListener('abort', () => (cancelledAt = Date.now()));
      await assert.rejects(running, CancelledError, moment);
      assert.ok(Date.now() - cancelledAt < 10_000, moment);
      assert.equal(await engine.container.remove(labels), 0, moment);
    }
  });

  it('says which image is missing', async () => {
    const missing = spec(['true'], { image: 'julia-kaggle/no-such-image:0' });
    await assert.rejects(run(missing), failsWith('image-missing', /no-such-image:0/));
  });

  it('says that there is no NVIDIA runtime, and which there are', async () => {
    await assert.rejects(
      run(spec(['true'], { gpu: 'runtime' })),
      failsWith('gpu-unavailable', /nvidia.*runc/s),
    );
  });

  it('says that no driver answers a request for a GPU', async () => {
    for (const gpu of ['device-request', 'cdi'] as const)
      await assert.rejects(run(spec(['true'], { gpu })), failsWith('gpu-unavailable', /device driver/));
  });

  it('ends with 127 when there is no such program', async () => {
    const { exit, stderr } = await run(spec(['no-such-program']));
    assert.equal(exit.exitCode, 127);
    assert.match(stderr.join('\n'), /no-such-program/);
  });

  it('is found and removed by its label when an earlier run left it', async () => {
    const leftover = ownLabels();
    const removed = await engine
      .bound({ labels: leftover })
      .container.use(shell('sleep 1000'), async (container) => {
        const running = container.run().catch((error: unknown) => error);
        assert.equal(await engine.container.remove({ ...leftover, more: 'x' }), 0);
        const count = await engine.container.remove(leftover);
        await running;
        return count;
      });
    assert.equal(removed, 1);
  });
});
