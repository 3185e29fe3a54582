import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import { formatJuliaVersion, parseJuliaVersion } from './julia-version.ts';
import { stableReleases, type VersionsIndex } from './versions-index.ts';

/**
 * Which Julia, in the words of juliaup: an exact version, `release`, `lts`, or the newest patch of `1.10` or of `1`
 * (julia-facts section 1, "juliaup channels").
 */
export type Channel =
  | { readonly kind: 'exact'; readonly version: string }
  | { readonly kind: 'lts' }
  | { readonly kind: 'newest'; readonly major?: number; readonly minor?: number };

const SERIES = /^(\d{1,6})(?:\.(\d{1,6}))?$/;

/** Pure: reads `1.10.5`, `1.10`, `1`, `release`, `lts`; undefined for anything else (`nightly`, a linked name). */
export function parseChannel(text: string): Channel | undefined {
  if (text === 'lts') return { kind: 'lts' };
  if (text === 'release') return { kind: 'newest' };
  const exact = parseJuliaVersion(text);
  if (exact !== undefined) return { kind: 'exact', version: formatJuliaVersion(exact) };
  const [, major, minor] = SERIES.exec(text) ?? [];
  if (major === undefined) return undefined;
  return {
    kind: 'newest',
    major: Number(major),
    ...(minor === undefined ? {} : { minor: Number(minor) }),
  };
}

/** Pure: the newest stable version of that series which there is for Linux x86-64, or undefined. */
export function newestOf(
  index: VersionsIndex,
  { major, minor }: { readonly major?: number; readonly minor?: number },
): string | undefined {
  const newest = stableReleases(index).find(
    (version) => (major ?? version.major) === version.major && (minor ?? version.minor) === version.minor,
  );
  return newest === undefined ? undefined : formatJuliaVersion(newest);
}

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
