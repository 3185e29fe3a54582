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
