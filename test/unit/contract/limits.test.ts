import assert from 'node:assert/strict';
import { isKaggleMemory, kaggleLimits, workLimits } from '../../../src/core/contract/image/limits.ts';
import { KAGGLE_MEMORY_BYTES } from '../../../src/core/kaggle-machines.ts';
import { ENGINE_INFO } from '../../support/played-engine.ts';

describe('kaggleLimits', () => {
  it('are those of Kaggle where the engine has as much', () => {
    const limits = kaggleLimits(ENGINE_INFO, {});
    assert.deepEqual(limits, { cpus: 4, memoryBytes: KAGGLE_MEMORY_BYTES });
    assert.ok(isKaggleMemory(limits));
  });

  it('leave a smaller engine something for itself', () => {
    const limits = kaggleLimits({ ...ENGINE_INFO, cpus: 2, memoryBytes: 8 * 1024 ** 3 }, {});
    assert.deepEqual(limits, { cpus: 2, memoryBytes: 7 * 1024 ** 3 });
    assert.ok(!isKaggleMemory(limits));
  });

  it('can be lowered for a machine with other things to do, and not raised', () => {
    const memory = (value: string) =>
      kaggleLimits(ENGINE_INFO, { JULIA_KAGGLE_MEMORY_GB: value }).memoryBytes;
    assert.equal(memory('2.5'), 2.5e9);
    for (const value of ['500', '', '0', '-3', 'much'])
      assert.equal(memory(value), KAGGLE_MEMORY_BYTES, value);
  });
});

describe('workLimits', () => {
  it('leave a processor of a large engine to others, and no more memory than Kaggle has', () => {
    assert.deepEqual(workLimits(ENGINE_INFO), { cpus: 7, memoryBytes: KAGGLE_MEMORY_BYTES });
    for (const cpus of [1, 2, 4]) assert.equal(workLimits({ ...ENGINE_INFO, cpus }).cpus, cpus);
    assert.equal(workLimits({ ...ENGINE_INFO, memoryBytes: 8 * 1024 ** 3 }).memoryBytes, 7 * 1024 ** 3);
  });
});
