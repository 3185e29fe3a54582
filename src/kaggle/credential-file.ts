import { stat } from 'node:fs/promises';

/** Readable by the group or by everybody; the official client warns of the same. (kaggle-api 0.7) */
const READABLE_BY_OTHERS = 0o044;

/**
 * What is to be said about a file with a credential. Windows has no such modes.
 * @param source a path, or the name of what is no file.
 */
export async function warningsAbout(source: string, platform: NodeJS.Platform): Promise<readonly string[]> {
  if (platform === 'win32') return [];
  const mode = (await stat(source).catch(() => undefined))?.mode ?? 0;
  if ((mode & READABLE_BY_OTHERS) === 0) return [];
  return [`Others on this machine can read your Kaggle credential: run \`chmod 600 ${source}\`.`];
}
