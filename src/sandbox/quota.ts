import type { KernelVersion } from './records.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Kaggle's weekly hours (kaggle-api 5.2, and 4.8 for their form). */
const GPU_HOURS = 30;
const TPU_HOURS = 20;
/** 1970-01-01 was a Thursday, so weeks that begin on Saturday begin two days later. */
const FIRST_SATURDAY_MS = 2 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;

/** The answer of GetAcceleratorQuotaStatistics: weeks begin on Saturday 00:00 UTC. */
export function quotaOf(versions: readonly KernelVersion[], now: number): object {
  const week = FIRST_SATURDAY_MS + Math.floor((now - FIRST_SATURDAY_MS) / WEEK_MS) * WEEK_MS;
  const accelerator = (runs: readonly KernelVersion[], hours: number): object => ({
    timeUsed: seconds(runs.reduce((sum, run) => sum + secondsSince(week, run, now), 0)),
    timeReserved: seconds(0),
    totalTimeAllowed: seconds(hours * 3600),
    minimumTimeAllowed: seconds(0),
    isPayToScaleEnabled: false,
    hasEverRun: runs.some(({ startedAt }) => startedAt !== undefined),
  });
  return {
    quotaRefreshTime: new Date(week + WEEK_MS).toISOString(),
    gpuQuota: accelerator(
      versions.filter(({ enableGpu }) => enableGpu),
      GPU_HOURS,
    ),
    tpuQuota: accelerator(
      versions.filter(({ enableTpu }) => enableTpu),
      TPU_HOURS,
    ),
  };
}

function secondsSince(start: number, { startedAt, finishedAt }: KernelVersion, now: number): number {
  if (startedAt === undefined) return 0;
  const end = finishedAt === undefined ? now : Date.parse(finishedAt);
  return Math.max(0, end - Math.max(start, Date.parse(startedAt))) / 1000;
}

/** With a fraction: some versions of the official client cannot read a duration without one. */
function seconds(value: number): string {
  return `${value.toFixed(3)}s`;
}
