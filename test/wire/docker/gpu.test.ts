import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError, UserError, isUserError } from '../../../src/base/errors.ts';
import type { GpuWay } from '../../../src/docker/engine.ts';
import { fileGpuMemory, probeGpu } from '../../../src/docker/gpu.ts';
import { frame, json, state, withFakeDocker } from '../../support/fake-docker.ts';
import { type Played, playedEngine } from '../../support/played-engine.ts';
import { tempFolder } from '../../support/temp.ts';
import { engineOver } from '../../support/docker-link.ts';

const T4 = 'GPU 0: Tesla T4 (UUID: GPU-6c7e)';
const WORKS: Played = { lines: [T4] };
const NOT_THERE: Played = { exitCode: 127, lines: ['exec nvidia-smi failed: No such file or directory'] };

function unavailable(detail: string): UserError {
  return new UserError({ code: 'gpu-unavailable', title: 'No.', detail, actions: [{ title: 'Do.' }] });
}

function engineWith(ways: Readonly<Record<GpuWay, Played>>) {
  return playedEngine(({ command, gpu = 'cdi' }) => {
    assert.deepEqual(command, ['nvidia-smi', '-L']);
    return ways[gpu];
  });
}

function triedOn({ created }: ReturnType<typeof engineWith>): (GpuWay | undefined)[] {
  return created.map(({ gpu }) => gpu);
}

const OPTIONS = { image: 'some/image' };

describe('probeGpu', () => {
  it('takes the first way that gives a GPU, and tells why the earlier ones did not', async () => {
    const engine = engineWith({ runtime: NOT_THERE, 'device-request': WORKS, cdi: WORKS });
    assert.deepEqual(await probeGpu(engine, OPTIONS), {
      found: { way: 'device-request', devices: ['Tesla T4'] },
      refusals: [{ way: 'runtime', reason: 'nvidia-smi did not come into the container' }],
    });
    assert.deepEqual(triedOn(engine), ['runtime', 'device-request']);
  });

  it('takes the names of GPUs, and not those of their parts', async () => {
    const lines = [
      'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-1)',
      '  MIG 1g.5gb Device 0: (UUID: MIG-2)',
      'GPU 1: Tesla T4',
    ];
    const { found } = await probeGpu(
      engineWith({ runtime: { lines }, 'device-request': WORKS, cdi: WORKS }),
      OPTIONS,
    );
    assert.deepEqual(found?.devices, ['NVIDIA A100-SXM4-40GB', 'Tesla T4']);
  });

  it('does not believe a runtime without a card, nor a tool that fails', async () => {
    const engine = engineWith({
      runtime: {
        exitCode: 9,
        lines: ['NVIDIA-SMI has failed because it could not communicate with the driver.'],
      },
      'device-request': { lines: ['No devices found.'] },
      cdi: unavailable('unresolvable CDI devices nvidia.com/gpu=all'),
    });
    const { found, refusals } = await probeGpu(engine, OPTIONS);
    assert.equal(found, undefined);
    assert.deepEqual(
      refusals.map(({ reason }) => reason),
      [
        'nvidia-smi ended with exit code 9: NVIDIA-SMI has failed because it could not communicate with the driver.',
        'nvidia-smi ended with exit code 0: No devices found.',
        'unresolvable CDI devices nvidia.com/gpu=all',
      ],
    );
  });

  it('begins with the way that worked before, and remembers another when that fails', async () => {
    const folder = await tempFolder();
    const memory = fileGpuMemory(folder);
    const first = engineWith({ runtime: NOT_THERE, 'device-request': NOT_THERE, cdi: WORKS });
    await probeGpu(first, { ...OPTIONS, memory });
    const second = engineWith({ runtime: WORKS, 'device-request': WORKS, cdi: WORKS });
    await probeGpu(second, { ...OPTIONS, memory });
    assert.deepEqual(triedOn(second), ['cdi']);
    const third = engineWith({ runtime: WORKS, 'device-request': WORKS, cdi: NOT_THERE });
    assert.equal((await probeGpu(third, { ...OPTIONS, memory })).found?.way, 'runtime');
    assert.equal(await memory.recall(third.address), 'runtime');
  });

  it('goes on after an answer and stops at an error', async () => {
    const gone = new UserError({ code: 'engine-unreachable', title: 'Gone.', actions: [{ title: 'Do.' }] });
    const engine = engineWith({ runtime: gone, 'device-request': WORKS, cdi: WORKS });
    await assert.rejects(probeGpu(engine, OPTIONS), (error) => isUserError(error, 'engine-unreachable'));
    const cancelled = engineWith({ runtime: new CancelledError(), 'device-request': WORKS, cdi: WORKS });
    await assert.rejects(probeGpu(cancelled.bound({ signal: AbortSignal.abort() }), OPTIONS), CancelledError);
  });

  it('asks a real engine’s protocol for CDI by its own driver, and takes its refusal for an answer', async () => {
    const bodies: string[] = [];
    const refuse = json(500, { message: 'could not select device driver "" with capabilities: [[gpu]]' });
    const answers = {
      'GET /info': json(200, {
        ServerVersion: '27.3.1',
        OSType: 'linux',
        Architecture: 'x86_64',
        NCPU: 4,
        MemTotal: 1e10,
        Runtimes: { runc: {} },
      }),
      'GET /version': json(200, { ApiVersion: '1.47' }),
      'POST /containers/create': (response, request) => {
        void request.toArray().then((chunks: Buffer[]) => {
          bodies.push(Buffer.concat(chunks).toString());
          json(201, { Id: 'c0ffee' })(response, request);
        });
      },
      'POST /containers/start': (response, request) => {
        if (bodies.at(-1)?.includes('"cdi"') === true) response.writeHead(204).end();
        else refuse(response, request);
      },
      'GET /containers/json': state(false),
    } satisfies NonNullable<Parameters<typeof withFakeDocker>[0]['answers']>;
    const attached = (output: NodeJS.WritableStream): void => void output.end(frame(1, `${T4}\n`));
    await withFakeDocker({ answers, attached }, async (fake) => {
      const { found, refusals } = await probeGpu(await engineOver(fake), OPTIONS);
      assert.deepEqual(found, { way: 'cdi', devices: ['Tesla T4'] });
      assert.deepEqual(refusals, [
        { way: 'runtime', reason: 'no runtime "nvidia" is registered, only runc' },
        {
          way: 'device-request',
          reason: 'could not select device driver "" with capabilities: [[gpu]]',
        },
      ]);
    });
    assert.match(bodies.at(-1) ?? '', /"Driver":"cdi","DeviceIDs":\["nvidia\.com\/gpu=all"\]/);
  });
});

describe('fileGpuMemory', () => {
  it('keeps engines apart', async () => {
    const memory = fileGpuMemory(await tempFolder());
    await memory.remember('a', 'cdi');
    await memory.remember('b', 'runtime');
    assert.deepEqual([await memory.recall('a'), await memory.recall('b')], ['cdi', 'runtime']);
    assert.equal(await memory.recall('c'), undefined);
  });

  it('takes a file that it cannot read for an empty one', async () => {
    const folder = await tempFolder({ 'gpu.json': '{"ways": {"a": "by magic"}}' });
    const memory = fileGpuMemory(folder);
    assert.equal(await memory.recall('a'), undefined);
    await memory.remember('a', 'cdi');
    assert.match(await readFile(join(folder, 'gpu.json'), 'utf8'), /"a": "cdi"/);
  });

  it('does without a folder that cannot be written', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'file'), '');
    const memory = fileGpuMemory(join(folder, 'file'));
    await memory.remember('a', 'cdi');
    assert.equal(await memory.recall('a'), undefined);
  });
});
