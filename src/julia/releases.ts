import { join } from 'node:path';
import { cancellable, type Clock, systemClock } from '../base/abort.ts';
import { isUserError } from '../base/errors.ts';
import { withLock } from '../base/lock.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { versionUnknown } from './download-errors.ts';
import { download, type OnBytes } from './download.ts';
import type { HttpPorts } from './http.ts';
import { resolveChannel, type ResolveOptions } from './resolve-channel.ts';
import { isVerified, writeStamp } from './tarball-cache.ts';
import { findRelease, type JuliaRelease, nearestVersion } from './versions-index.ts';
import { fetchVersions, keptVersions } from './versions-list.ts';

/** Where official Julia binaries come from (julia-facts section 1). */
export interface JuliaReleases {
  /**
   * Brings the official Linux x86-64 tarball of an exact version into the cache and checks size and sha256 against
   * `versions.json`. A cached file that passed before is used again without a request.
   * @throws UserError `julia-version-unknown`, `julia-download-failed`, `checksum-mismatch`, `disk-full`.
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
  /** Has `bin/versions.json`; the files' own URLs are used as they stand there. */
  readonly serverUrl?: string | undefined;
  /** Tarballs go into its subfolder `julia`. */
  readonly cacheFolder: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

export const JULIA_SERVER_URL = 'https://julialang-s3.julialang.org';

/** The official binaries, or those of a mirror, with a cache on disk that several processes may share. */
export function juliaReleases(options: JuliaReleasesOptions): JuliaReleases {
  const server = (options.serverUrl ?? JULIA_SERVER_URL).replace(/\/+$/, '');
  const folder = join(options.cacheFolder, 'julia');
  const ports: HttpPorts = {
    fetch: options.fetch ?? globalThis.fetch,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    folder,
  };
  return {
    fetchTarball: (version, onBytes, signal) =>
      cancellable(signal, async () => {
        const release = await lookUp(version, server, ports, signal);
        const file = join(folder, release.fileName);
        await whenFree(`${file}.lock`, ports.clock, signal, (held) =>
          bring(release, file, ports, onBytes, held),
        );
        return { version, file, bytes: release.bytes, sha256: release.sha256 };
      }),
    resolve: (channel, resolving, signal) =>
      cancellable(signal, () => resolveChannel(channel, resolving, server, ports, signal)),
  };
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
  if (known !== undefined) return known;
  const index = await fetchVersions(server, ports, signal);
  const release = findRelease(index, version);
  if (release === undefined) throw versionUnknown(version, nearestVersion(index, version), server);
  return release;
}
