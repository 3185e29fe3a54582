import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isUserError } from '../base/errors.ts';
import type { Engine } from './engine.ts';
import { runScript } from './run-script.ts';

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * Space on the disk where the engine keeps images and volumes. With an image that the engine has, a container of it
 * looks: its own file system lies on that disk. Without one, only an engine on this very machine can be told of.
 * @returns undefined when it cannot be measured. @throws UserError of the engine, CancelledError.
 */
export async function engineDisk(
  engine: Pick<Engine, 'address' | 'info' | 'container'>,
  image: string | undefined,
): Promise<DiskSpace | undefined> {
  return image === undefined ? localDisk(engine) : diskSeenBy(engine, image);
}

async function diskSeenBy(engine: Pick<Engine, 'container'>, image: string): Promise<DiskSpace | undefined> {
  const spec = { image, command: ['df', '-Pk', '/'], network: 'none' as const };
  try {
    return readDf((await runScript(engine, spec)).lines);
  } catch (error) {
    // On a full disk not even a container can be made: that is an answer.
    if (isUserError(error, 'disk-full')) return { freeBytes: 0, totalBytes: 0 };
    throw error;
  }
}

/** Pure: the line of the only file system in the output of `df -Pk` (POSIX): name, total, used and free kibibytes. */
export function readDf(lines: readonly string[]): DiskSpace | undefined {
  for (const line of lines) {
    const words = line.split(/\s+/);
    const at = words.findIndex((word) => /^\d{1,3}%$/.test(word));
    const [total, used, free] = words.slice(Math.max(1, at - 3), at);
    if ([total, used, free].every((word) => /^\d+$/.test(word ?? '')))
      return { freeBytes: Number(free) * 1024, totalBytes: Number(total) * 1024 };
  }
  return undefined;
}

/**
 * A socket of this machine can belong to an engine in a virtual machine (Docker Desktop), whose name is another; then
 * its folder is not one of ours, even if we have one of that name.
 */
async function localDisk(engine: Pick<Engine, 'address' | 'info'>): Promise<DiskSpace | undefined> {
  const { hostName, dataFolder } = await engine.info();
  if (!engine.address.startsWith('unix:') || hostName !== hostname() || dataFolder === undefined)
    return undefined;
  const disk = await statfs(dataFolder).catch(() => undefined);
  if (disk === undefined) return undefined;
  return { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize };
}
