import { join } from 'node:path';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import type { StageName } from '../stages.ts';
import { RECORD_FOLDER } from './record.ts';

/** As much of the end of a log as is read: who shows it keeps no more lines. */
const END_BYTES = 512 * 1024;

/** Where a run writes what a stage says. @param folder `<project>/.julia-kaggle`. */
export function stageLog(folder: string, stage: StageName): string {
  return join(folder, 'logs', `${stage}.log`);
}

/**
 * The last lines of what a run wrote to the log of this stage; none when there is no such file.
 * @param root of the project. @throws UserError `unsafe-path`, `file-unreadable`.
 */
export async function readStageLog(root: string, stage: StageName): Promise<string[]> {
  const file = await new GuardedFolder(root).open(stageLog(RECORD_FOLDER, stage));
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
