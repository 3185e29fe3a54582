import { join } from 'node:path';
import { systemClock } from '../base/abort.ts';
import { silentLogger } from '../base/logger.ts';
import { isUserError } from '../base/errors.ts';
import { compareJuliaVersions, formatJuliaVersion, parseJuliaVersion } from './julia-version.ts';
import { JULIA_SERVER_URL, type JuliaReleasesOptions } from './releases.ts';
import { findRelease, isStable, type VersionsIndex } from './versions-index.ts';
import { fetchVersions, keptVersions } from './versions-list.ts';

/**
 * The releases of Julia that there are for Linux x86-64, the newest first: those of the server, or, when it does not
 * answer, those that it had when it was asked last.
 * @throws UserError `julia-download-failed` when nothing is known; CancelledError.
 */
export async function publishedVersions(
  options: JuliaReleasesOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const { fetch = globalThis.fetch, clock = systemClock, logger = silentLogger } = options;
  const server = (options.serverUrl ?? JULIA_SERVER_URL).replace(/\/+$/, '');
  const folder = join(options.cacheFolder, 'julia');
  try {
    return releasesOf(await fetchVersions(server, { fetch, clock, logger, folder }, signal));
  } catch (error) {
    const known = releasesOf(await keptVersions(server, folder));
    if (known.length === 0 || !isUserError(error, 'julia-download-failed')) throw error;
    return known;
  }
}

function releasesOf(index: VersionsIndex): string[] {
  return Object.keys(index)
    .filter((text) => isStable(index, text) && findRelease(index, text) !== undefined)
    .flatMap((text) => parseJuliaVersion(text) ?? [])
    .sort((a, b) => compareJuliaVersions(b, a))
    .map(formatJuliaVersion);
}
