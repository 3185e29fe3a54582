import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { isCancelled, isUserError } from '../base/errors.ts';
import { readTextIfPresent, writeOwn } from '../base/files.ts';
import { readJson } from '../base/json.ts';
import type { ContainerSpec, Engine, GpuWay } from './engine.ts';
import { runScript } from './run-script.ts';

/** In the order in which they are tried; the first is the article's. */
const GPU_WAYS: readonly GpuWay[] = ['runtime', 'device-request', 'cdi'];

/** What was found by trying. */
export interface GpuProbe {
  /** The way that works and the names of the GPUs, e.g. `Tesla T4`; undefined when none works. */
  readonly found: { readonly way: GpuWay; readonly devices: readonly string[] } | undefined;
  /** The ways that were tried before and did not work, each with the reason in words. */
  readonly refusals: readonly { readonly way: GpuWay; readonly reason: string }[];
}

export interface ProbeOptions {
  /** Any image that the engine has; NVIDIA's tools come into it from outside. */
  readonly image: string;
  /** Knows what worked for this engine the last time, which is tried first, and learns what works now. */
  readonly memory?: GpuMemory | undefined;
}

/** A broken driver can make nvidia-smi hang. */
const PROBE_LIMIT_MS = 60_000;

/**
 * Finds the way in which this engine gives containers a GPU, by running `nvidia-smi -L` in each way. What the engine
 * says about itself is wrong both ways: a runtime without a card, and cards without a registered runtime (WSL 2).
 * @throws UserError of the engine (not `gpu-unavailable`, which is an answer), CancelledError.
 */
export async function probeGpu(engine: Engine, options: ProbeOptions): Promise<GpuProbe> {
  const { memory } = options;
  const known = await memory?.recall(engine.address);
  const ways = known === undefined ? GPU_WAYS : [known, ...GPU_WAYS.filter((way) => way !== known)];
  const refusals: { way: GpuWay; reason: string }[] = [];
  for (const way of ways) {
    const answer = await tryWay(engine, way, options);
    if (typeof answer === 'string') {
      refusals.push({ way, reason: answer });
      continue;
    }
    if (way !== known) await memory?.remember(engine.address, way);
    return { found: { way, devices: answer }, refusals };
  }
  return { found: undefined, refusals };
}

/** The names of the GPUs, or why there are none. */
async function tryWay(
  engine: Engine,
  gpu: GpuWay,
  { image }: ProbeOptions,
): Promise<readonly string[] | string> {
  const spec: ContainerSpec = { image, command: ['nvidia-smi', '-L'], gpu, network: 'none' };
  const signal = AbortSignal.any([engine.signal, AbortSignal.timeout(PROBE_LIMIT_MS)]);
  try {
    const { exit, lines } = await runScript(engine.bound({ signal }), spec);
    return judge(exit.exitCode, lines);
  } catch (error) {
    if (isUserError(error, 'gpu-unavailable')) return error.detail ?? error.title;
    if (isCancelled(error) && !engine.signal.aborted)
      return l10n.t('nvidia-smi did not end within {0} s', PROBE_LIMIT_MS / 1000);
    throw error;
  }
}

const COMMAND_NOT_FOUND = 127;

function judge(exitCode: number, lines: readonly string[]): readonly string[] | string {
  const devices = readDevices(lines);
  if (exitCode === 0 && devices.length > 0) return devices;
  if (exitCode === COMMAND_NOT_FOUND) return l10n.t('nvidia-smi did not come into the container');
  const words = lines.filter((line) => line.trim() !== '').at(-1) ?? l10n.t('it found no GPU');
  return l10n.t('nvidia-smi ended with exit code {0}: {1}', exitCode, words);
}

/** Pure: the names in lines such as `GPU 0: Tesla T4 (UUID: GPU-6c7e…)`. */
function readDevices(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^GPU \d+: (.+?)(?: \(UUID: [^)]*\))?\s*$/.exec(line)?.[1] ?? []);
}

/** Which way gave containers a GPU the last time, by the engine's address. It only saves tries: loss does no harm. */
export interface GpuMemory {
  recall(address: string): Promise<GpuWay | undefined>;
  remember(address: string, way: GpuWay): Promise<void>;
}

const memoryFile = z.object({ ways: z.record(z.string(), z.enum(['runtime', 'device-request', 'cdi'])) });

/** Kept in `gpu.json` of the folder. What cannot be read counts as nothing known; what cannot be written is not kept. */
export function fileGpuMemory(folder: string): GpuMemory {
  const path = join(folder, 'gpu.json');
  const read = async (): Promise<Readonly<Record<string, GpuWay>>> => {
    const kept = await readTextIfPresent(path).catch(() => undefined);
    return readJson(memoryFile, kept)?.ways ?? {};
  };
  return {
    recall: async (address) => (await read())[address],
    remember: async (address, way) => {
      const content = { ways: { ...(await read()), [address]: way } };
      await writeOwn(path, `${JSON.stringify(content, undefined, 1)}\n`).catch(() => undefined);
    },
  };
}
