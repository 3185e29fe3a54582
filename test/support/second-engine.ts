import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { after } from './hooks.ts';

const execute = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..', '..');
const FAKE_NVIDIA = join(import.meta.dirname, 'second-engine');

/** Where the programs that stand for NVIDIA's lie in the engine's file system. */
const NVIDIA = '/run/fake-nvidia';
/** A suite may point TMPDIR elsewhere later. */
const TEMPORARY = tmpdir();
const ANSWER_LIMIT_MS = 60_000;
/** As it was before a suite pointed DOCKER_HOST at the second engine. */
const FIRST_ENVIRONMENT = { ...process.env };

/** How the second engine gives containers a GPU. */
export type GpuMode = 'runtime' | 'device-request' | 'none';

/**
 * An engine as on another machine: a dockerd of its own in namespaces of its own (mount, network, process, host name),
 * reached over TCP. This machine's temporary folder and this repository do not exist there, images and volumes lie in
 * memory, and the first engine's network is not touched. All of it is gone when its first process is, which ends
 * when this process does, however that comes.
 */
export interface SecondEngine {
  /** What DOCKER_HOST is. */
  readonly address: string;
  /** This machine, as the engine and its containers reach it. */
  readonly hostAddress: string;
  /** Runs the docker command on it and gives its trimmed output. */
  docker(...args: string[]): Promise<string>;
  /** Ends dockerd, as a crash does (SIGKILL) unless told otherwise; its images, volumes and containers stay. */
  kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  start(): Promise<void>;
  setGpu(mode: GpuMode): Promise<void>;
  /** Runs a shell script where dockerd runs, and gives what it prints. */
  inside(script: string): Promise<string>;
  /** Copies an image from the first engine, unless it is there. */
  ensureImage(name: string): Promise<void>;
}

let shared: Promise<{ engine: SecondEngine; close: () => Promise<void> }> | undefined;

/** The one for all suites of this process; it is made when it is first asked for. Needs root and dockerd. */
export async function secondEngine(): Promise<SecondEngine> {
  shared ??= makeEngine();
  return (await shared).engine;
}

/** Ends it; a suite needs not call this. */
export async function closeSecondEngine(): Promise<void> {
  const made = await shared?.catch(() => undefined);
  shared = undefined;
  await made?.close();
}

after(closeSecondEngine);

/**
 * @param root a Debian whose dockerd is taken, with the containerd image store; empty: this machine's own, as it comes.
 */
export async function makeEngine(root = ''): Promise<{ engine: SecondEngine; close: () => Promise<void> }> {
  const name = `jok${process.pid.toString(36)}`;
  const subnet = `10.213.${process.pid % 250}`;
  const hostAddress = `${subnet}.1`;
  const address = `tcp://${subnet}.2:2375`;
  // Of processes that were killed; those in use cannot be removed.
  await removeCgroups('jok');
  const machine = await makeMachine(name);
  const inside = (script: string, input = ''): Promise<string> => enter(machine.pid, script, input);
  let daemon: ChildProcess | undefined;

  const engine: SecondEngine = {
    address,
    hostAddress,
    docker: async (...args) => {
      const { stdout } = await execute('docker', ['--host', address, ...args], { maxBuffer: 1e8 });
      return stdout.trim();
    },
    start: async () => {
      daemon = spawn('nsenter', [...namespaces(machine.pid), 'sh', '-c', daemonCommand(name, subnet, root)], {
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      await untilItAnswers(`http://${subnet}.2:2375/_ping`, daemon);
    },
    kill: async (signal = 'SIGKILL') => {
      if (daemon?.pid === undefined) throw new Error('The second engine does not run.');
      const ended = once(daemon, 'exit');
      process.kill(await onlyChild(daemon.pid), signal);
      await ended;
    },
    inside,
    setGpu: async (mode) => {
      await inside(`cat > ${NVIDIA}/mode`, mode);
    },
    ensureImage: async (image) => {
      if ((await engine.docker('images', '--quiet', image)) === '')
        await execute('sh', ['-c', 'docker save "$1" | docker --host "$2" load', 'sh', image, address], {
          env: FIRST_ENVIRONMENT,
        });
    },
  };
  const close = async (): Promise<void> => {
    await machine.close();
    // The cable goes with its other end, but some time later.
    await execute('ip', ['link', 'delete', name]).catch(() => undefined);
    await removeCgroups(name);
  };
  try {
    await connectNetwork(name, subnet, machine.pid);
    await inside(
      [
        'set -e',
        // In this order: the temporary folder may lie in the repository or the other way round.
        ...[TEMPORARY, ROOT, '/run', '/etc/docker', '/var/lib/docker'].map(inMemory),
        ...(root === '' ? [] : rootCommands(root)),
        `mkdir ${NVIDIA}`,
      ].join('\n'),
    );
    for (const program of await readdir(FAKE_NVIDIA)) {
      const text = await readFile(join(FAKE_NVIDIA, program), 'utf8');
      await inside(`cat > ${NVIDIA}/${program}; chmod +x ${NVIDIA}/${program}`, text);
    }
    await engine.setGpu('none');
    await engine.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { engine, close };
}

/** The namespaces, kept by a shell that waits for this process to end; with it, every process in them ends. */
async function makeMachine(name: string): Promise<{ pid: number; close: () => Promise<void> }> {
  const separate = ['--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc'];
  const keep = `echo ${name} > /proc/sys/kernel/hostname; echo ready; read -r end`;
  const holder = spawn('unshare', [...separate, 'sh', '-c', keep], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: holder.stdout }), 'line')) as [string];
  if (line !== 'ready' || holder.pid === undefined) throw new Error(`unshare said: ${line}`);
  return {
    pid: await onlyChild(holder.pid),
    close: async () => {
      const closed = once(holder, 'close');
      holder.kill('SIGKILL');
      await closed;
    },
  };
}

async function onlyChild(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const child = Number.parseInt(children, 10);
  if (Number.isNaN(child)) throw new Error(`Process ${pid} has no child.`);
  return child;
}

function namespaces(pid: number): string[] {
  return ['--target', String(pid), '--mount', '--net', '--pid', '--ipc', '--uts'];
}

async function enter(pid: number, script: string, input: string): Promise<string> {
  const running = execute('nsenter', [...namespaces(pid), 'sh', '-c', script]);
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** A cable between the two; it goes with the namespace at its other end. Containers get out by dockerd's own rules. */
async function connectNetwork(name: string, subnet: string, pid: number): Promise<void> {
  const ip = (...args: string[]) => execute('ip', args);
  await ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
  await ip('address', 'add', `${subnet}.1/30`, 'dev', name);
  await ip('link', 'set', name, 'up');
  await enter(
    pid,
    [
      'set -e',
      `ip address add ${subnet}.2/30 dev eth0`,
      'ip link set lo up',
      'ip link set eth0 up',
      `ip route add default via ${subnet}.1`,
    ].join('\n'),
    '',
  );
}

function inMemory(path: string): string {
  return `mkdir -p ${path}; mount -t tmpfs tmpfs ${path}`;
}

/** What makes another Debian's dockerd find its machine. */
function rootCommands(root: string): string[] {
  return [
    // dockerd unpacks archives in a root of its own, for which this one has to be a mount.
    `mount --bind ${root} ${root}`,
    ...['/run', '/etc/docker', '/var/lib/docker'].map((path) => inMemory(root + path)),
    ...['/proc', '/sys', '/dev'].map((path) => `mount --rbind ${path} ${root}${path}`),
    `echo '${CONTAINERD_STORE}' > ${root}/etc/docker/daemon.json`,
  ];
}

/** The default of Docker 29; those from 23 on have it behind a switch. */
const CONTAINERD_STORE = JSON.stringify({ features: { 'containerd-snapshotter': true } });

function daemonCommand(name: string, subnet: string, root: string): string {
  return [
    // What a killed dockerd leaves; a process of that number may live by now.
    `rm -f ${root}/run/docker.pid ${root}/run/docker/containerd/containerd.pid;`,
    root === '' ? `PATH=${NVIDIA}:$PATH exec dockerd` : `exec chroot ${root} /usr/sbin/dockerd`,
    `--host tcp://${subnet}.2:2375 --tls=false`,
    `--host-gateway-ip ${subnet}.1`,
    `--insecure-registry ${subnet}.1/32`,
    // So that a pull that is cut again and again ends soon.
    '--max-download-attempts 2',
    ...(root === '' ? [`--add-runtime nvidia=${NVIDIA}/nvidia-container-runtime`] : []),
    `--exec-opt native.cgroupdriver=cgroupfs --cgroup-parent /${name}`,
    '> /run/dockerd.log 2>&1',
  ].join(' ');
}

async function untilItAnswers(url: string, daemon: ChildProcess): Promise<void> {
  const end = Date.now() + ANSWER_LIMIT_MS;
  while (daemon.exitCode === null && Date.now() < end) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error('The second dockerd does not answer.');
}

/** Namespaces do not hold control groups: they are left empty. */
async function removeCgroups(name: string): Promise<void> {
  await execute('find', ['/sys/fs/cgroup', '-depth', '-type', 'd', '-path', `*/${name}*`, '-delete']).catch(
    () => undefined,
  );
}
