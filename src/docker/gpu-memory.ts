import { join } from 'node:path';
import * as z from 'zod/mini';
import { readTextIfPresent, writeOwn } from '../base/files.ts';
import { readJson } from '../base/json.ts';
import type { GpuWay } from './engine.ts';

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
