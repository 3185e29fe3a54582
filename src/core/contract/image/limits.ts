import type { EngineInfo } from '../../../docker/engine.ts';
import { KAGGLE_CPUS, KAGGLE_MEMORY_BYTES } from '../../kaggle-machines.ts';

const GIB = 1024 ** 3;

/** What the engine's machine keeps for itself when it is smaller than Kaggle's. */
const RESERVED_BYTES = GIB;

export interface Limits {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/**
 * Kaggle's limits, or as much of them as this engine has, or the memory that `JULIA_KAGGLE_MEMORY_GB` leaves to us on
 * a machine that has other things to do.
 */
export function kaggleLimits(
  engine: EngineInfo,
  environment: Readonly<Record<string, string | undefined>>,
): Limits {
  const spare = Math.max(GIB, engine.memoryBytes - RESERVED_BYTES);
  const chosen = Number(environment['JULIA_KAGGLE_MEMORY_GB']) * 1e9;
  return {
    cpus: Math.min(KAGGLE_CPUS, engine.cpus),
    memoryBytes: Math.floor(Math.min(KAGGLE_MEMORY_BYTES, spare, ...(chosen > 0 ? [chosen] : []))),
  };
}

/** Whether the limit is Kaggle's own, and not what a smaller engine has. */
export function isKaggleMemory({ memoryBytes }: Limits): boolean {
  return memoryBytes >= KAGGLE_MEMORY_BYTES;
}

/**
 * What a container may take that only works for us (build, compile, pack): Kaggle's memory at most, and on a machine with
 * more processors than Kaggle's all but one, so that it stays usable.
 */
export function workLimits(engine: EngineInfo): Limits {
  return { ...kaggleLimits(engine, {}), cpus: Math.max(Math.min(KAGGLE_CPUS, engine.cpus), engine.cpus - 1) };
}
