import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { cancellable, type Clock, systemClock } from '../base/abort.ts';
import { isUserError } from '../base/errors.ts';
import { isOwnServer, mayLeadTo, serverAddress } from '../base/addresses.ts';
import { withLock } from '../base/lock.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { PUBLISHED_SHA256 } from './checksums.ts';
import { downloadFailed, otherThanPublished, unvouched, versionUnknown } from './download-errors.ts';
import { download, type OnBytes } from './download.ts';
import type { HttpPorts } from './http.ts';
import { formatJuliaVersion } from './julia-version.ts';
import { resolveChannel, type ResolveOptions } from './resolve-channel.ts';
import { isVerified, writeStamp } from './tarball-cache.ts';
import { findRelease, type JuliaRelease, nearestVersion, stableReleases } from './versions-index.ts';
import { fetchVersions, keptVersions } from './versions-list.ts';

/** Where official Julia binaries come from (julia-facts section 1). */
export interface JuliaReleases {
  /**
   * Brings the official Linux x86-64 tarball of an exact version into the cache and checks size and sha256: those of
   * the server's `versions.json`, which must be those that were published (see `vouchedFor`). A cached file that passed
   * before is used again without a request.
   * @throws UserError `julia-version-unknown`, `julia-download-failed`, `checksum-mismatch`, `disk-full`; `wrong-usage`
   * for a server that is neither https nor on this machine.
   */
  fetchTarball(
    version: string,
    onBytes: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<JuliaTarball>;
  /**
   * The exact version that a channel of juliaup stands for: `lts`, `release`, `1.10`, `1`; an exact one is itself and
   * costs no request. An answer serves for a day, and without a network for ever.
   * @throws UserError `julia-version-unknown`, `julia-download-failed`; CancelledError.
   */
  resolve(channel: string, options: ResolveOptions, signal: AbortSignal): Promise<string>;
}

export interface JuliaTarball {
  readonly version: string;
  /** Absolute path in the cache. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface JuliaReleasesOptions {
  /** Has `bin/versions.json`; the files' own URLs are used as they stand there. By https, or on this machine. */
  readonly serverUrl?: string | undefined;
  /** Tarballs go into its subfolder `julia`. */
  readonly cacheFolder: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** A number in [0, 1), for the chance part of waits. */
  readonly random?: () => number;
  /** How long the server may be silent, in milliseconds. */
  readonly silenceMs?: number;
}

/** How long the download site may be silent. */
const SILENCE_MS = 60_000;

export const JULIA_SERVER_URL = 'https://julialang-s3.julialang.org';

/** The official binaries, or those of a mirror, with a cache on disk that several processes may share. */
export function juliaReleases(options: JuliaReleasesOptions): JuliaReleases {
  const ports = portsOf(options);
  return {
    fetchTarball: (version, onBytes, signal) =>
      cancellable(signal, async () => {
        const release = await lookUp(version, serverOf(options), ports, signal);
        const file = join(ports.folder, release.fileName);
        await whenFree(`${file}.lock`, ports.clock, signal, (held) =>
          bring(release, file, ports, onBytes, held),
        );
        return { version, file, bytes: release.bytes, sha256: release.sha256 };
      }),
    resolve: (channel, resolving, signal) =>
      cancellable(signal, () => resolveChannel(channel, resolving, serverOf(options), ports, signal)),
  };
}

/** What the requests of these options need. */
function portsOf({
  cacheFolder,
  fetch = globalThis.fetch,
  clock = systemClock,
  random = Math.random,
  logger = silentLogger,
  silenceMs = SILENCE_MS,
}: JuliaReleasesOptions): HttpPorts {
  return { fetch, clock, random, logger, silenceMs, folder: join(cacheFolder, 'julia') };
}

/** The server's address without a final slash. @throws UserError `wrong-usage`. */
function serverOf({ serverUrl = JULIA_SERVER_URL }: JuliaReleasesOptions): string {
  return serverAddress(serverUrl, l10n.t('{0} is no address that Julia is downloaded from.', serverUrl));
}

async function bring(
  release: JuliaRelease,
  file: string,
  ports: HttpPorts,
  onBytes: OnBytes,
  signal: AbortSignal,
): Promise<void> {
  if (await isVerified(file, release, signal)) return;
  ports.logger.info(`Downloading ${release.url}`);
  await download(release, file, ports, onBytes, signal);
  await writeStamp(file, release);
}

/** Waits while another process downloads the same file; then it is there. */
async function whenFree(
  lock: string,
  clock: Clock,
  signal: AbortSignal,
  use: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      await withLock(lock, signal, use, { milliseconds: Infinity, clock });
      return;
    } catch (error) {
      // Taken over while this machine slept: the other one downloads it now.
      if (!isUserError(error, 'run-locked')) throw error;
    }
  }
}

/** The release by the list that is kept on disk; by a new one when the kept one does not have it. */
async function lookUp(
  version: string,
  server: string,
  ports: HttpPorts,
  signal: AbortSignal,
): Promise<JuliaRelease> {
  const known = findRelease(await keptVersions(server, ports.folder), version);
  // A list that was kept may be one that has been put right since.
  if (known !== undefined && (isOwnServer(server) || isPublished(known)))
    return vouchedFor(known, server, ports.folder);
  const index = await fetchVersions(server, ports, signal);
  const release = findRelease(index, version);
  if (release === undefined) throw versionUnknown(version, nearestVersion(index, version), server);
  return vouchedFor(release, server, ports.folder);
}

/**
 * The release, if more than the server itself says that it is Julia: for the versions known when the program was
 * released the checksum that comes with it; for later ones the list of Julia's own site, which is asked by https. A
 * server on this machine is the user's own, and its list is believed (docs/decisions/0027).
 * @throws UserError `checksum-mismatch`, `julia-version-unknown`, `julia-download-failed`.
 */
function vouchedFor(release: JuliaRelease, server: string, folder: string): JuliaRelease {
  if (!mayLeadTo(server, release.url)) {
    const failure = { kind: 'unreadable', text: l10n.t('it names an address that is not https') } as const;
    throw downloadFailed(release.url, failure, folder);
  }
  if (isOwnServer(server)) return release;
  const published = PUBLISHED_SHA256.get(release.version);
  if (published === undefined && server !== JULIA_SERVER_URL) throw unvouched(release, server);
  if (!isPublished(release)) throw otherThanPublished(release, published ?? '', server);
  return release;
}

/** Whether nothing is known against it. */
function isPublished({ version, sha256 }: JuliaRelease): boolean {
  return (PUBLISHED_SHA256.get(version) ?? sha256) === sha256;
}

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
