import { join } from 'node:path';
import { systemClock } from '../base/abort.ts';
import { silentLogger } from '../base/logger.ts';
import { isUserError } from '../base/errors.ts';
import { formatJuliaVersion } from './julia-version.ts';
import { JULIA_SERVER_URL, type JuliaReleasesOptions } from './releases.ts';
import { stableReleases } from './versions-index.ts';
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
    return stableReleases(await fetchVersions(server, { fetch, clock, logger, folder }, signal)).map(
      formatJuliaVersion,
    );
  } catch (error) {
    const known = stableReleases(await keptVersions(server, folder)).map(formatJuliaVersion);
    if (known.length === 0 || !isUserError(error, 'julia-download-failed')) throw error;
    return known;
  }
}
