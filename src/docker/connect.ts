import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { messageOf } from '../base/errors.ts';
import { findProgram } from '../base/programs.ts';
import type { EnginePlace, Machine } from './engine-places.ts';
import { SshAgent } from './ssh-agent.ts';

/** An address that nobody can connect to, with the reason in words. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/**
 * dockerode for a place; connects to nothing yet. dockerode is loaded here and nowhere else, since it is big.
 * @throws AddressError when the address cannot be used.
 */
export async function connect(place: EnginePlace, environment: Machine['environment']): Promise<Dockerode> {
  const options = await connectOptions(place, environment);
  const { default: Client } = await import('dockerode');
  try {
    return new Client({ ...NO_DEFAULTS, ...options });
  } catch (error) {
    // It reads this process's DOCKER_HOST and DOCKER_CERT_PATH all the same, and fails when they are wrong.
    throw new AddressError(messageOf(error));
  }
}

/** dockerode fills what it is not told from this process's DOCKER_HOST; these say that there is nothing to fill. */
const NO_DEFAULTS = {
  socketPath: undefined,
  host: undefined,
  port: undefined,
  protocol: 'http',
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
} as const satisfies Dockerode.DockerOptions;

const UNIX_DEFAULT = '/var/run/docker.sock';
const PIPE_DEFAULT = '//./pipe/docker_engine';

/** The agent is docker-modem's, below dockerode; the published types leave it out. */
type ConnectOptions = Dockerode.DockerOptions & { readonly agent?: Agent };

/** dockerode's options for a place. @throws AddressError. */
async function connectOptions(
  place: EnginePlace,
  environment: Machine['environment'],
): Promise<ConnectOptions> {
  if (place.address === '') throw new AddressError(l10n.t('there is no such context'));
  const { scheme, rest } = split(place.address);
  switch (scheme) {
    case 'unix':
      return { socketPath: rest || UNIX_DEFAULT };
    case 'npipe':
      return { socketPath: rest || PIPE_DEFAULT };
    case 'tcp':
    case 'http':
    case 'https':
      // Of the scheme http a URL forgets the port 80.
      return tcpOptions(parseUrl(`tcp://${rest}`, place), scheme === 'https', place);
    case 'ssh':
      return sshOptions(parseUrl(place.address, place), environment);
    default:
      throw new AddressError(l10n.t('"{0}" is not a kind of address that can be used', scheme));
  }
}

function sshOptions(url: URL, environment: Machine['environment']): ConnectOptions {
  const ssh = findProgram('ssh', { environment });
  if (ssh === undefined) throw new AddressError(l10n.t('the program ssh is not installed here'));
  // The name in the URL is for nobody: the agent makes the connection.
  return { host: 'docker.over.ssh', port: 80, agent: new SshAgent(url, ssh) };
}

/** `docker` takes an address without a scheme for tcp. */
function split(address: string): { scheme: string; rest: string } {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/.exec(address) ?? [];
  return { scheme, rest };
}

function parseUrl(text: string, place: EnginePlace): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '')
    throw new AddressError(l10n.t('"{0}" is not an address', place.address));
  return url;
}

async function tcpOptions(url: URL, isHttps: boolean, { tls }: EnginePlace): Promise<ConnectOptions> {
  const isTls = isHttps || tls !== undefined;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (isTls ? 2376 : 2375),
    protocol: isTls ? 'https' : 'http',
    ...(tls === undefined ? {} : await certificates(tls)),
  };
}

async function certificates({ folder, verify }: NonNullable<EnginePlace['tls']>): Promise<ConnectOptions> {
  const read = (name: string): Promise<Buffer | undefined> =>
    readFile(join(folder, name)).catch(() => undefined);
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { ca, cert, key, ...(verify ? {} : { agent: new HttpsAgent({ rejectUnauthorized: false }) }) };
}
