import { isUserError } from '../base/errors.ts';
import { formatJuliaVersion } from './julia-version.ts';
import { type JuliaReleasesOptions, portsOf, serverOf } from './releases.ts';
import { stableReleases } from './versions-index.ts';
import { fetchVersions, keptVersions } from './versions-list.ts';

/**
 * The releases of Julia that there are for Linux x86-64, the newest first: those of the server, or, when it does not
 * answer, those that it had when it was asked last.
 * @throws UserError `julia-download-failed` when nothing is known, `wrong-usage`; CancelledError.
 */
export async function publishedVersions(
  options: JuliaReleasesOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const [server, ports] = [serverOf(options), portsOf(options)];
  try {
    return stableReleases(await fetchVersions(server, ports, signal)).map(formatJuliaVersion);
  } catch (error) {
    const known = stableReleases(await keptVersions(server, ports.folder)).map(formatJuliaVersion);
    if (known.length === 0 || !isUserError(error, 'julia-download-failed')) throw error;
    return known;
  }
}
