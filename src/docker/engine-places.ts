import * as l10n from '@vscode/l10n';
import { posix } from 'node:path';
import { nonEmpty } from '../base/non-empty.ts';
import { currentContext, dockerFolder } from './docker-context.ts';

/** This machine, as far as it decides where an engine may be. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly platform: NodeJS.Platform;
  /** Name of the Docker context that the person chose in the program; it comes before all that the environment says. */
  readonly context?: string | undefined;
  /** Number of the user, for the sockets of rootless engines; absent on Windows. */
  readonly userId?: number | undefined;
}

/** A place where an engine may answer. */
export interface EnginePlace {
  /** `unix:///…`, `npipe:////./pipe/…`, `tcp://host:port`, `http(s)://host:port`, `ssh://user@host`. */
  readonly address: string;
  /** Who says so: `DOCKER_HOST`, `context gpu-box`, `default`, `rootless`, ... */
  readonly origin: string;
  /** The person chose it, so nothing else is tried when it does not answer. */
  readonly chosen: boolean;
  /** Certificates for TLS over tcp. */
  readonly tls?: { readonly folder: string; readonly verify: boolean };
}

/** The places in the order in which they are tried; the choice of the person, if there is one, stands alone. */
export async function enginePlaces(machine: Machine): Promise<readonly EnginePlace[]> {
  const { environment, context: chosen } = machine;
  const folder = dockerFolder(environment, machine.homeFolder);
  const host = nonEmpty(environment['DOCKER_HOST']);
  if (host !== undefined && chosen === undefined)
    return [{ address: host, origin: 'DOCKER_HOST', chosen: true, ...tlsOf(environment, folder) }];
  const context = await currentContext(environment, folder, chosen);
  if (context === undefined) return usualPlaces(machine);
  return [
    {
      address: context.host ?? '',
      origin: l10n.t('context {0}', context.name),
      chosen: true,
      ...(context.tlsFolder === undefined
        ? {}
        : { tls: { folder: context.tlsFolder, verify: !context.skipTlsVerify } }),
    },
  ];
}

/** DOCKER_TLS switches TLS on, DOCKER_TLS_VERIFY also checks the engine's certificate, as for the `docker` command. */
function tlsOf(environment: Machine['environment'], folder: string): Pick<EnginePlace, 'tls'> {
  const verify = nonEmpty(environment['DOCKER_TLS_VERIFY']) !== undefined;
  if (!verify && nonEmpty(environment['DOCKER_TLS']) === undefined) return {};
  return { tls: { folder: nonEmpty(environment['DOCKER_CERT_PATH']) ?? folder, verify } };
}

function usualPlaces(machine: Machine): EnginePlace[] {
  const places = machine.platform === 'win32' ? windowsPipes() : unixSockets(machine);
  return places.map(([address, origin]) => ({ address, origin, chosen: false }));
}

type NamedAddress = readonly [address: string, origin: string];

function windowsPipes(): NamedAddress[] {
  return [
    ['npipe:////./pipe/docker_engine', 'default'],
    ['npipe:////./pipe/dockerDesktopLinuxEngine', 'Docker Desktop'],
    ['npipe:////./pipe/podman-machine-default', 'Podman'],
  ];
}

function unixSockets({ environment, homeFolder, userId }: Machine): NamedAddress[] {
  const runtimeFolders = new Set<string>();
  const runtimeFolder = nonEmpty(environment['XDG_RUNTIME_DIR']);
  if (runtimeFolder !== undefined) runtimeFolders.add(runtimeFolder);
  if (userId !== undefined) runtimeFolders.add(`/run/user/${userId}`);
  const unix = (path: string, origin: string): NamedAddress => [`unix://${path}`, origin];
  return [
    unix('/var/run/docker.sock', 'default'),
    ...[...runtimeFolders].map((folder) => unix(`${folder}/docker.sock`, 'rootless')),
    unix(posix.join(homeFolder, '.docker/run/docker.sock'), 'Docker Desktop'),
    ...[...runtimeFolders].map((folder) => unix(`${folder}/podman/podman.sock`, 'Podman')),
    unix('/run/podman/podman.sock', 'Podman'),
    unix(posix.join(homeFolder, '.local/share/containers/podman/machine/podman.sock'), 'Podman machine'),
  ];
}
