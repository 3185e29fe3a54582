import { join } from 'node:path';
import { GuardedFolder } from '../base/guarded-folder.ts';
import type { StageName } from '../core/stages.ts';

/** As much of the end of a log as is read: more lines than the page keeps have no use. */
const END_BYTES = 512 * 1024;

/** The last lines that an earlier run wrote to the log of this stage; none when there is no such file. */
export async function readEarlierLog(folder: string, stage: StageName): Promise<string[]> {
  const file = await new GuardedFolder(folder).open(join('.julia-kaggle', 'logs', `${stage}.log`));
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - END_BYTES);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    // The first line may be cut, and after the last end of line there is none.
    return lines.slice(start === 0 ? 0 : 1, lines.at(-1) === '' ? -1 : undefined);
  } finally {
    await file.close();
  }
}
