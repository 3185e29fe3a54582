import type { EngineInfo, VolumeMount } from '../docker/engine.ts';
import type { NotebookRequest } from '../docker/notebook-runner.ts';
import type { Kernel, KernelVersion } from './records.ts';

/** Kaggle's notebook machine and its longest run without a TPU (kaggle-api 5.2). */
const KAGGLE_CPUS = 4;
const KAGGLE_MEMORY_BYTES = 30e9;
const LONGEST_RUN_SECONDS = 12 * 3600;
/** What the engine's machine keeps for itself when it is smaller than Kaggle's. */
const RESERVED_BYTES = 1e9;

export interface RunPlan {
  readonly kernel: Pick<Kernel, 'kernelType'>;
  readonly version: KernelVersion;
  /** The source text. */
  readonly source: string;
  readonly image: string;
  readonly mounts: readonly VolumeMount[];
  readonly engine: EngineInfo;
  /** Set for a scoring rerun. */
  readonly rerun?: { readonly timeLimitSeconds: number };
}

/** Pure: how a notebook version is executed. A rerun has no internet, whatever the version asked for (kaggle-api 5.5). */
export function planRun(plan: RunPlan): NotebookRequest {
  const { version, engine, rerun } = plan;
  const asked = Math.min(version.sessionTimeoutSeconds ?? LONGEST_RUN_SECONDS, LONGEST_RUN_SECONDS);
  return {
    image: plan.image,
    source: plan.kernel.kernelType === 'notebook' ? plan.source : asNotebook(plan.source),
    mounts: plan.mounts,
    environment: {
      KAGGLE_KERNEL_RUN_TYPE: 'Batch',
      ...(rerun === undefined ? {} : { KAGGLE_IS_COMPETITION_RERUN: '1' }),
    },
    network: version.enableInternet && rerun === undefined ? 'bridge' : 'none',
    cpus: Math.min(KAGGLE_CPUS, engine.cpus),
    memoryBytes: Math.min(KAGGLE_MEMORY_BYTES, Math.max(RESERVED_BYTES, engine.memoryBytes - RESERVED_BYTES)),
    ...(version.enableGpu && engine.runtimes.includes('nvidia') ? { gpu: 'runtime' as const } : {}),
    timeoutSeconds: rerun === undefined ? asked : Math.min(asked, rerun.timeLimitSeconds),
  };
}

/** A script is a notebook of one cell. */
function asNotebook(script: string): string {
  return JSON.stringify({
    cells: [
      { cell_type: 'code', id: 'script', execution_count: null, metadata: {}, outputs: [], source: script },
    ],
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
