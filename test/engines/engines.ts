import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CACHE, read, run, StepError } from '../../scripts/lib/steps.mjs';
import { ownAddress } from '../../src/docker/host-address.ts';
import { makeEngine } from '../support/second-engine.ts';

const execute = promisify(execFile);
const ANSWER_LIMIT_MS = 60_000;
/** The number of the plain user: no other of this machine has it. */
const GUEST = '20001';

/** An engine that is not this machine's; `close` ends it, with all that it holds. */
export interface OtherEngine {
  /** What DOCKER_HOST is. */
  readonly address: string;
  /** This machine, as its containers reach it. */
  readonly host: string;
  close(): Promise<void>;
}

/** A machine may allow less than Podman's defaults, which then start no container. */
const CONTAINERS_CONF = `[containers]
default_ulimits = ["nofile=16384:16384", "nproc=16384:16384"]
[engine]
runtime = "crun"
`;

/** Podman of this Debian, as root, or as a plain user in namespaces of its own. */
async function podman(isRootless: boolean): Promise<OtherEngine> {
  await read('bash', ['scripts/setup/podman.sh']);
  const folder = await mkdtemp(join(tmpdir(), 'julia-kaggle-podman-'));
  const conf = join(folder, 'containers.conf');
  await writeFile(conf, CONTAINERS_CONF);
  const rootless = ['--mount', '--propagation', 'slave', 'bash', 'test/engines/rootless.sh', folder, GUEST];
  const stores = ['--root', join(folder, 'images'), '--runroot', join(folder, 'run')];
  const [program, ...before] = isRootless ? ['unshare', ...rootless, 'podman'] : ['podman', ...stores];
  const address = `unix://${join(folder, 'run', 'podman.sock')}`;
  await mkdir(join(folder, 'run'));
  const service = spawn(program, [...before, 'system', 'service', '--time=0', address], {
    env: { ...process.env, CONTAINERS_CONF: conf },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const close = async (): Promise<void> => {
    service.kill('SIGTERM');
    if (isRootless) await execute('pkill', ['-KILL', '-u', GUEST]).catch(() => undefined);
    else await execute('podman', [...stores, 'system', 'reset', '--force']).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilItAnswers(address, () => service.exitCode === null);
    return { address, host: (isRootless ? ownAddress() : await gatewayOfPodman()) ?? '127.0.0.1', close };
  } catch (error) {
    await close();
    throw error;
  }
}

function gatewayOfPodman(): Promise<string> {
  return read('podman', ['network', 'inspect', 'podman', '--format', '{{(index .Subnets 0).Gateway}}']);
}

/** Docker of a newer Debian, in a root of its own, with the containerd image store. */
async function docker(suite: string): Promise<OtherEngine> {
  const root = join(CACHE, `docker-${suite}`);
  if (!existsSync(root)) {
    const mirror = await read('bash', ['scripts/setup/mmdebstrap.sh', suite]);
    const half = `${root}.half`;
    await rm(half, { recursive: true, force: true });
    await mkdir(CACHE, { recursive: true });
    // A mirror may be some weeks behind: what it has is signed all the same.
    const options = ['APT::Install-Recommends "false"', 'Acquire::Check-Valid-Until "false"'];
    const args = [
      '--mode=root',
      '--variant=apt',
      '--quiet',
      ...options.map((option) => `--aptopt=${option}`),
    ];
    const packages = '--include=docker.io,iptables,ca-certificates';
    await run('mmdebstrap', [...args, packages, suite, half, mirror]);
    await rename(half, root);
  }
  const { engine, close } = await makeEngine(root);
  return { address: engine.address, host: engine.hostAddress, close };
}

export const ENGINES: Readonly<Record<string, () => Promise<OtherEngine>>> = {
  podman: () => podman(false),
  'podman-rootless': () => podman(true),
  // Debian 13.
  'docker-26': () => docker('trixie'),
  'docker-28': () => docker('sid'),
};

/** The name and version that an engine gives itself. */
export async function nameOf({ address }: OtherEngine): Promise<string> {
  const format =
    '{{with index .Server.Components 0}}{{.Name}} {{.Version}}{{end}}, API {{.Server.APIVersion}}';
  return read('docker', ['--host', address, 'version', '--format', format]);
}

/** Copies an image from this machine's engine. */
export async function copyImage(name: string, { address }: OtherEngine): Promise<void> {
  await execute('sh', ['-c', 'docker save "$1" | docker --host "$2" load --quiet', 'sh', name, address]);
}

async function untilItAnswers(address: string, isAlive: () => boolean): Promise<void> {
  const end = Date.now() + ANSWER_LIMIT_MS;
  const isThere = async (): Promise<boolean> =>
    execute('docker', ['--host', address, 'version']).then(
      () => true,
      () => false,
    );
  while (isAlive() && Date.now() < end) {
    if (await isThere()) return;
    await sleep(200);
  }
  throw new StepError(`the engine at ${address} does not answer`);
}
