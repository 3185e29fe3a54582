import type { EngineInfo } from '../../docker/engine.ts';

const GIB = 1024 ** 3;

/** Kaggle's notebook machine without an accelerator and with T4 x2 (kaggle-api 5.2). */
const KAGGLE_CPUS = 4;
const KAGGLE_MEMORY_BYTES = 30 * GIB;
/** What the engine's machine keeps for itself when it is smaller than Kaggle's. */
const RESERVED_BYTES = GIB;

export interface Limits {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** Kaggle's limits, or as much of them as this engine has. */
export function kaggleLimits(engine: EngineInfo): Limits {
  return {
    cpus: Math.min(KAGGLE_CPUS, engine.cpus),
    memoryBytes: Math.min(KAGGLE_MEMORY_BYTES, Math.max(GIB, engine.memoryBytes - RESERVED_BYTES)),
  };
}
