import { join, resolve } from 'node:path';
import { systemClock } from '../../base/abort.ts';
import { AgreedPlaces } from '../../base/agreed-places.ts';
import type { Logger } from '../../base/logger.ts';
import { nonEmpty } from '../../base/non-empty.ts';
import { findEngine } from '../../docker/find-engine.ts';
import { fileGpuMemory } from '../../docker/gpu-memory.ts';
import { fileVolumeMemory } from '../../docker/volume-memory.ts';
import { JULIA_SERVER_URL, juliaReleases } from '../../julia/releases.ts';
import { connectKaggle } from '../../kaggle/connect.ts';
import { type FoundCredentials, searchBehind, searchCredentials } from '../../kaggle/credentials.ts';
import { type CredentialKeeper, credentialsOf, signInPlace } from '../../kaggle/given-credentials.ts';
import { signInPath } from '../../kaggle/oauth/stored-sign-in.ts';
import { workLimits } from '../contract/limits.ts';
import type { OutsidePlaces, Ports } from '../stage.ts';

export const KAGGLE_API_URL = 'https://api.kaggle.com';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly platform: NodeJS.Platform;
  readonly logger: Logger;
  /** How the network is reached where Node's own way will not do. */
  readonly fetch?: typeof globalThis.fetch;
  /** The program's own place for credentials: what is there comes before all that is found on the machine. */
  readonly keeper?: CredentialKeeper;
  /** Asks for what a project wants to read outside of itself; absent: there is nobody to ask. */
  readonly askOutside?: OutsidePlaces['ask'];
}

/**
 * The real outside world. Variables of ours: `JULIA_KAGGLE_API_URL` (another Kaggle, such as the sandbox),
 * `JULIA_KAGGLE_SITE_URL` (its web site, where that is another address), `JULIA_KAGGLE_JULIA_SERVER` (a mirror of the
 * Julia download site), `JULIA_KAGGLE_CACHE` (folder for downloads, for uploads that were interrupted, and for what
 * projects may read outside of themselves).
 */
export function createPorts(surroundings: Surroundings): Ports {
  const {
    environment,
    homeFolder,
    platform,
    logger,
    keeper,
    askOutside,
    fetch = globalThis.fetch,
  } = surroundings;
  const people = { environment, homeFolder, platform };
  const siteUrl = nonEmpty(environment['JULIA_KAGGLE_SITE_URL']);
  const kaggle = {
    apiUrl: nonEmpty(environment['JULIA_KAGGLE_API_URL']) ?? KAGGLE_API_URL,
    ...(siteUrl === undefined ? {} : { siteUrl }),
    fetch,
    clock: systemClock,
    logger,
    userAgent: 'julia-on-kaggle',
  };
  const credentials = async (): Promise<FoundCredentials> => {
    const given = await keeper?.read();
    if (keeper === undefined || given === undefined) return searchCredentials(people);
    return searchBehind(credentialsOf(given, keeper), people);
  };
  const cache = cacheFolder(environment, homeFolder, platform);
  const sessionFolder = join(cache, 'uploads');
  return {
    engine: async (signal) => (await findEngine(people, signal)).bound({ limits: workLimits }),
    kaggle: async () => connectKaggle({ ...kaggle, ...(await credentials()), sessionFolder }),
    signIn: {
      ...kaggle,
      path: signInPath(homeFolder, platform),
      ...(keeper === undefined ? {} : { place: signInPlace(keeper) }),
    },
    julia: juliaReleases({
      serverUrl: nonEmpty(environment['JULIA_KAGGLE_JULIA_SERVER']) ?? JULIA_SERVER_URL,
      cacheFolder: cache,
      fetch,
      logger,
    }),
    gpuMemory: fileGpuMemory(cache),
    hashesFile: join(cache, 'model-hashes.json'),
    checkoutsFile: join(cache, 'checkouts.json'),
    volumeMemory: fileVolumeMemory(cache),
    outside: {
      places: agreedPlaces(cache),
      ...(askOutside === undefined ? {} : { ask: askOutside }),
    },
    clock: systemClock,
    logger,
    environment,
  };
}

/** What the user agreed that projects may read. @param cache the folder for downloads. */
export function agreedPlaces(cache: string): AgreedPlaces {
  return new AgreedPlaces(resolve(cache, 'agreed-places.json'));
}

/** Where downloads are kept for all projects, by the platform's custom. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
  platform: NodeJS.Platform,
): string {
  const ours = nonEmpty(environment['JULIA_KAGGLE_CACHE']);
  if (ours !== undefined) return ours;
  if (platform === 'darwin') return join(homeFolder, 'Library', 'Caches', 'julia-kaggle');
  if (platform === 'win32') return join(nonEmpty(environment['LOCALAPPDATA']) ?? homeFolder, 'julia-kaggle');
  return join(nonEmpty(environment['XDG_CACHE_HOME']) ?? join(homeFolder, '.cache'), 'julia-kaggle');
}
