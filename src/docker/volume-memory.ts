import { join } from 'node:path';
import * as z from 'zod/mini';
import { systemClock } from '../base/abort.ts';
import { readTextIfPresent, writePrivately } from '../base/files.ts';
import { readJson } from '../base/json.ts';
import { withLock } from '../base/lock.ts';

/**
 * Which volumes this user filled, or read back and found right, by the random id that each was made with. A volume whose
 * id is not here may hold anything: it is read back before it is used.
 */
export interface VolumeMemory {
  /** The key of the content that the volume with this id holds. */
  recall(id: string): Promise<string | undefined>;
  remember(id: string, key: string): Promise<void>;
  /** Runs `work` while no other process of this user fills or checks the volume of this name. */
  alone<T>(name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

const memoryFile = z.object({ format: z.literal(1), volumes: z.record(z.string(), z.string()) });

/** So many are kept, those that were filled last. */
const MOST_VOLUMES = 1000;
/** To send a large competition's data to an engine far away takes this long at most. */
const PATIENCE = { milliseconds: 3_600_000, clock: systemClock };

/**
 * Kept in `volumes.json` of the folder, readable by its user alone. What cannot be read counts as nothing known: then the
 * volumes are read back once more.
 */
export function fileVolumeMemory(folder: string): VolumeMemory {
  const path = join(folder, 'volumes.json');
  const read = async (): Promise<Readonly<Record<string, string>>> => {
    const kept = await readTextIfPresent(path).catch(() => undefined);
    return readJson(memoryFile, kept)?.volumes ?? {};
  };
  return {
    recall: async (id) => {
      const known = await read();
      return Object.hasOwn(known, id) ? known[id] : undefined;
    },
    remember: async (id, key) => {
      const volumes = Object.entries({ ...(await read()), [id]: key }).slice(-MOST_VOLUMES);
      const content = { format: 1, volumes: Object.fromEntries(volumes) };
      await writePrivately(path, `${JSON.stringify(content, undefined, 1)}\n`).catch(() => undefined);
    },
    alone: (name, signal, work) => withLock(join(folder, `${name}.lock`), signal, work, PATIENCE),
  };
}
