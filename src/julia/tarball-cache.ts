import { stat } from 'node:fs/promises';
import * as z from 'zod/mini';
import { cancellable } from '../base/abort.ts';
import { readTextIfPresent, writeOwn } from '../base/files.ts';
import { sha256OfFile } from '../base/hash.ts';
import { readJson } from '../base/json.ts';
import type { JuliaRelease } from './versions-index.ts';

/** What is noted beside a file that was verified, so that it need not be read again. */
const stampSchema = z.object({ sha256: z.string(), bytes: z.number(), modifiedMs: z.number() });

/**
 * Whether `file` is the release. One with a stamp, unchanged since, is believed; any other is read and compared, and
 * gets a stamp when it fits.
 */
export async function isVerified(file: string, release: JuliaRelease, signal: AbortSignal): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found?.size !== release.bytes) return false;
  const stamp = await readStamp(file);
  const unchanged = stamp?.bytes === found.size && stamp.modifiedMs === found.mtimeMs;
  if (unchanged) return stamp.sha256 === release.sha256;
  const sha256 = await cancellable(signal, () => sha256OfFile(file, signal));
  if (sha256 !== release.sha256) return false;
  await writeStamp(file, release);
  return true;
}

/** Notes that `file` was found to be the release. */
export async function writeStamp(file: string, { sha256, bytes }: JuliaRelease): Promise<void> {
  const { mtimeMs: modifiedMs } = await stat(file);
  await writeOwn(stampOf(file), `${JSON.stringify({ sha256, bytes, modifiedMs })}\n`);
}

async function readStamp(file: string): Promise<z.infer<typeof stampSchema> | undefined> {
  return readJson(stampSchema, await readTextIfPresent(stampOf(file)));
}

function stampOf(file: string): string {
  return `${file}.json`;
}
