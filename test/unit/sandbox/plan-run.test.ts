import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { planRun, type RunPlan } from '../../../src/sandbox/execute.ts';

const ENGINE = {
  version: '1',
  apiVersion: '1.41',
  platform: 'linux/x86_64',
  cpus: 16,
  memoryBytes: 64e9,
  runtimes: ['runc'],
};
const PLAN: RunPlan = {
  kernel: { kernelType: 'notebook' },
  version: {
    version: 1,
    createdAt: '2026-03-02T12:00:00Z',
    language: 'python',
    enableGpu: false,
    enableTpu: false,
    enableInternet: true,
    machineShape: '',
    sources: [],
    source: '',
    status: 'QUEUED',
    outputs: [],
  },
  source: '{}',
  image: 'image',
  mounts: [],
  engine: ENGINE,
};

describe('sandbox: the plan of a run', () => {
  it("gives Kaggle's machine, or as much of it as the engine has", () => {
    const whole = planRun(PLAN);
    assert.deepEqual([whole.cpus, whole.memoryBytes], [4, 30e9]);
    const small = planRun({ ...PLAN, engine: { ...ENGINE, cpus: 2, memoryBytes: 8e9 } });
    assert.deepEqual([small.cpus, small.memoryBytes], [2, 7e9]);
  });

  it('ends after twelve hours at the latest', () => {
    assert.equal(planRun(PLAN).timeoutSeconds, 12 * 3600);
    const asked = (sessionTimeoutSeconds: number) => ({
      ...PLAN,
      version: { ...PLAN.version, sessionTimeoutSeconds },
    });
    assert.equal(planRun(asked(60)).timeoutSeconds, 60);
    assert.equal(planRun(asked(1e6)).timeoutSeconds, 12 * 3600);
  });

  it("has no internet in a rerun, whatever was asked for, and the competition's time", () => {
    const rerun = planRun({ ...PLAN, rerun: { timeLimitSeconds: 600 } });
    assert.deepEqual([rerun.network, rerun.timeoutSeconds], ['none', 600]);
    assert.equal(rerun.environment?.['KAGGLE_IS_COMPETITION_RERUN'], '1');
    assert.equal(planRun(PLAN).environment?.['KAGGLE_IS_COMPETITION_RERUN'], undefined);
    assert.equal(planRun(PLAN).network, 'bridge');
  });

  it('uses the NVIDIA runtime where there is one', () => {
    const gpu = { ...PLAN, version: { ...PLAN.version, enableGpu: true } };
    assert.equal(planRun(gpu).gpu, undefined);
    assert.equal(planRun({ ...gpu, engine: { ...ENGINE, runtimes: ['nvidia'] } }).gpu, 'runtime');
    assert.equal(planRun({ ...PLAN, engine: { ...ENGINE, runtimes: ['nvidia'] } }).gpu, undefined);
  });
});
