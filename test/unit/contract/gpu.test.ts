import assert from 'node:assert/strict';
import { isUserError } from '../../../src/base/errors.ts';
import type { GpuReport } from '../../../src/core/artefacts.ts';
import { chooseGpu, gpuInWords, gpuOf } from '../../../src/core/contract/image/gpu.ts';
import { aProject } from '../../support/artefacts.ts';
import { type Played, playedEngine } from '../../support/played-engine.ts';
import { keptContext } from '../../support/stage-context.ts';

const WITH_GPU = aProject({ notebook: { title: 'some title', accelerator: 'NvidiaTeslaT4' } });
const T4: Played = { lines: ['GPU 0: Tesla T4 (UUID: GPU-1)'] };
const NONE: Played = { exitCode: 127 };

/** What is chosen on an engine whose containers do so; `answers` are those of the person. */
function choose(played: Played, answers?: readonly boolean[], previous?: GpuReport, project = WITH_GPU) {
  const kept = keptContext({});
  const asked: string[] = [];
  const confirmWithoutGpu =
    answers === undefined
      ? undefined
      : (reason: string) => {
          asked.push(reason);
          return Promise.resolve(answers[asked.length - 1] ?? assert.fail('asked too often'));
        };
  const context = { ...kept.context, confirmWithoutGpu };
  const engine = playedEngine(() => played);
  const choosing = chooseGpu(engine, project, { image: 'x', previous }, context);
  return { choosing, asked, warnings: kept.warnings, created: engine.created };
}

describe('chooseGpu', () => {
  it('looks for none when the notebook has none', async () => {
    const { choosing, created } = choose(T4, [], undefined, aProject());
    assert.equal(await choosing, undefined);
    assert.deepEqual(created, []);
  });

  it('reports the GPUs and their way', async () => {
    const { choosing, asked, warnings } = choose(T4, []);
    assert.deepEqual(await choosing, { way: 'runtime', devices: ['Tesla T4'] });
    assert.deepEqual([...asked, ...warnings], []);
  });

  it('asks once, with the reason of each way, and goes on without after a warning', async () => {
    const { choosing, asked, warnings } = choose(NONE, [true]);
    assert.deepEqual(await choosing, { way: 'none', devices: [] });
    assert.match(asked[0] ?? '', /^--runtime nvidia: .*; --gpus all: .*; --device nvidia\.com\/gpu=all: /);
    assert.match(warnings[0] ?? '', /gives no GPU: Inference is tested without one/);
    const again = choose(NONE, [], { way: 'none', devices: [] });
    assert.deepEqual(await again.choosing, { way: 'none', devices: [] });
    assert.equal(again.warnings.length, 1);
  });

  it('ends when the person does not want to go without', async () => {
    const { choosing } = choose(NONE, [false]);
    await assert.rejects(choosing, (error) => isUserError(error, 'gpu-unavailable'));
  });

  it('goes on where there is nobody to ask', async () => {
    const { choosing, warnings } = choose(NONE);
    assert.deepEqual(await choosing, { way: 'none', devices: [] });
    assert.equal(warnings.length, 1);
  });
});

describe('a GPU report', () => {
  it('becomes a part of a container’s spec, and words', () => {
    assert.deepEqual(gpuOf(undefined), {});
    assert.deepEqual(gpuOf({ way: 'none', devices: [] }), {});
    assert.deepEqual(gpuOf({ way: 'cdi', devices: ['Tesla T4'] }), { gpu: 'cdi' });
    assert.equal(gpuInWords({ way: 'none', devices: [] }), 'without a GPU');
    assert.equal(
      gpuInWords({ way: 'cdi', devices: ['Tesla T4'] }),
      'with 1 GPU (Tesla T4; --device nvidia.com/gpu=all)',
    );
  });
});
