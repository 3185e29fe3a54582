import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import { formatJuliaVersion, parseJuliaVersion } from './julia-version.ts';

/** juliaup's database for Linux x86-64: the only place that says which release has long-term support. */
const databaseSchema = z.object({
  AvailableChannels: z.object({ lts: z.object({ Version: z.string() }) }),
});

/** Where the number of juliaup's current database stands (julia-facts section 1). */
export const DATABASE_NUMBER_PATH = 'juliaup/RELEASECHANNELDBVERSION';

/** Pure: the path of the database of that number, or undefined when the text is no such number. */
export function databasePath(number: string): string | undefined {
  const clean = number.trim();
  if (!/^\d+(\.\d+){1,3}$/.test(clean)) return undefined;
  return `juliaup/versiondb/versiondb-${clean}-x86_64-unknown-linux-gnu.json`;
}

/** Pure: the release with long-term support by that database; its entry looks like `1.10.12+0.x64.linux.gnu`. */
export function ltsOf(text: string): string | undefined {
  const database = readJson(databaseSchema, text);
  const version = parseJuliaVersion(database?.AvailableChannels.lts.Version ?? '');
  return version && formatJuliaVersion(version);
}
