import { join, resolve } from 'node:path';
import { systemClock } from '../../base/abort.ts';
import { AgreedPlaces } from '../../base/agreed-places.ts';
import type { Logger } from '../../base/logger.ts';
import { nonEmpty } from '../../base/non-empty.ts';
import { findEngine } from '../../docker/find-engine.ts';
import { fileGpuMemory } from '../../docker/gpu.ts';
import { fileVolumeMemory } from '../../docker/volume-memory.ts';
import { JULIA_SERVER_URL, juliaReleases } from '../../julia/releases.ts';
import type { KaggleClient } from '../../kaggle/client.ts';
import { connectKaggle } from '../../kaggle/connect.ts';
import {
  type FoundCredentials,
  isSameFound,
  searchBehind,
  searchCredentials,
} from '../../kaggle/credentials.ts';
import { type CredentialKeeper, credentialsOf, signInPlace } from '../../kaggle/given-credentials.ts';
import { signInPath } from '../../kaggle/oauth/stored-sign-in.ts';
import { workLimits } from '../contract/image/limits.ts';
import type { Ports } from '../stage.ts';
import { kaggleAddresses } from '../kaggle-addresses.ts';

/** What the user set for this program, in place of what the environment and JuliaKaggle.toml say; absent: nothing. */
export interface CoreSettings {
  /** Address of another Kaggle. */
  readonly apiUrl?: string | undefined;
  /** A mirror of the Julia download site. */
  readonly juliaServer?: string | undefined;
  /** Name of a Docker context. */
  readonly dockerContext?: string | undefined;
  /** Image in place of the projects' own. */
  readonly image?: string | undefined;
}

export interface PortsEnvironment {
  readonly settings?: CoreSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly platform: NodeJS.Platform;
  readonly logger: Logger;
  /** How the network is reached where Node's own way will not do. */
  readonly fetch?: typeof globalThis.fetch;
  /** The program's own place for credentials: what is there comes before all that is found on the machine. */
  readonly keeper?: CredentialKeeper;
}

/**
 * The real outside world. Variables of ours: `JULIA_KAGGLE_API_URL` (another Kaggle, such as the sandbox),
 * `JULIA_KAGGLE_SITE_URL` (its web site, where that is another address), `JULIA_KAGGLE_JULIA_SERVER` (a mirror of the
 * Julia download site), `JULIA_KAGGLE_CACHE` (folder for downloads, for uploads that were interrupted, and for what
 * projects may read outside of themselves).
 */
export function createPorts(surroundings: PortsEnvironment): Ports {
  const {
    environment,
    homeFolder,
    platform,
    logger,
    keeper,
    fetch = globalThis.fetch,
    settings = {},
  } = surroundings;
  const people = { environment, homeFolder, platform };
  const kaggle = {
    ...kaggleAddresses(settings, environment),
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
  let kept: { readonly found: FoundCredentials; readonly client: KaggleClient } | undefined;
  const client = async (): Promise<KaggleClient> => {
    const found = await credentials();
    // It knows who one is; somebody may sign in or out at any time, here or elsewhere on the machine.
    if (kept === undefined || !isSameFound(kept.found, found))
      kept = { found, client: connectKaggle({ ...kaggle, ...found, sessionFolder }) };
    return kept.client;
  };
  const machine = { ...people, context: settings.dockerContext };
  const cache = cacheFolder(environment, homeFolder, platform);
  const sessionFolder = join(cache, 'uploads');
  return {
    engine: async (signal) => (await findEngine(machine, signal)).bound({ limits: workLimits }),
    kaggle: client,
    signIn: {
      ...kaggle,
      path: signInPath(homeFolder, platform),
      ...(keeper === undefined ? {} : { place: signInPlace(keeper) }),
    },
    julia: juliaReleases({
      serverUrl: juliaServer(settings, environment) ?? JULIA_SERVER_URL,
      cacheFolder: cache,
      fetch,
      logger,
    }),
    gpuMemory: fileGpuMemory(cache),
    hashesFile: join(cache, 'model-hashes.json'),
    stagedHashes: join(cache, 'file-hashes'),
    inputsFolder: join(cache, 'inputs'),
    checkoutsFile: join(cache, 'checkouts.json'),
    volumeMemory: fileVolumeMemory(cache),
    outside: { places: agreedPlaces(cache) },
    clock: systemClock,
    logger,
    environment,
  };
}

/** The mirror of the Julia download site, if there is one. */
export function juliaServer(
  { juliaServer: chosen }: CoreSettings,
  environment: PortsEnvironment['environment'],
): string | undefined {
  return chosen ?? nonEmpty(environment['JULIA_KAGGLE_JULIA_SERVER']);
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
