import type Dockerode from 'dockerode';
import { defined } from '../base/defined.ts';
import type { ContainerSpec, GpuWay, Labels } from './engine.ts';

/** The engine's create options for a container of ours. Pure. */
export function containerOptions(
  spec: ContainerSpec,
  labels: Labels,
  host: string | undefined,
): Dockerode.ContainerCreateOptions {
  return {
    Image: spec.image,
    // The image's own entry point (NVIDIA's images have one that prints banners) has no say in what we run.
    Entrypoint: [...spec.command],
    Cmd: [],
    Env: Object.entries(environmentOf(spec)).map(([name, value]) => `${name}=${value}`),
    ...defined({ WorkingDir: spec.workingFolder }),
    Labels: { ...labels },
    Tty: false,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      // As PID 1 a program without handlers ignores signals and reaps nothing; Docker's init does both.
      Init: true,
      NetworkMode: typeof spec.network === 'string' ? spec.network : `container:${spec.network.of}`,
      ...hostsOf(spec, host),
      // `Mounts`, not `Binds`: a mistake in a name is refused instead of turned into an empty folder.
      Mounts: (spec.mounts ?? []).map((mount) => ({
        Type: 'volume' as const,
        Source: mount.volume,
        Target: mount.target,
        ReadOnly: mount.readOnly,
        // What the image has at that place (Kaggle's may hold a depot) must not flow into an empty volume.
        VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: '', Options: {} } },
      })),
      CapDrop: ['ALL'],
      CapAdd: [...CAPABILITIES, ...(spec.installs === true ? INSTALLING : [])],
      // A program with the setuid bit gives nobody more than that.
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: MOST_PROCESSES,
      ...limits(spec),
      ...gpuOptions(spec.gpu),
      // We read the output as it comes; the engine's own copy would write gigabytes of a tar stream to its disk.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

function hostsOf({ network, hosts = {} }: ContainerSpec, host: string | undefined): Dockerode.HostConfig {
  const all = {
    ...(network === 'bridge' && host !== undefined && { 'host.docker.internal': host }),
    ...hosts,
  };
  const lines = Object.entries(all).map(([name, address]) => `${name}:${address}`);
  return lines.length === 0 ? {} : { ExtraHosts: lines };
}

/**
 * What root keeps in every container, as far as files go; the names are those of capabilities(7). Kaggle runs notebooks
 * as root, and so do we: without these, root is a user like any other.
 * - CHOWN: tar gives what it unpacks to the owners in the archive.
 * - DAC_OVERRIDE: what belongs to another user, or was left without write permission, is read, replaced and removed.
 * - FOWNER: tar and cp set times and permissions of what belongs to another user.
 */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'] as const;

/**
 * What `apt-get install` takes besides, which build scripts and notebooks with internet may run; found by leaving each
 * out. It fetches as the user `_apt` (SETGID, SETUID), and the setgid bit of what it unpacks is lost without FSETID.
 */
const INSTALLING = ['FSETID', 'SETGID', 'SETUID'] as const;

/** Threads count too; Julia starts one for each core, and some for libraries. Docker has no limit, Podman 2048. */
const MOST_PROCESSES = 4096;

/** Swap equal to memory means none besides: without it a container gets as much again, and Kaggle gives none. */
function limits(spec: ContainerSpec): Dockerode.HostConfig {
  const memory = spec.memoryBytes ?? 0;
  const cpus = spec.cpus ?? 0;
  return {
    ...(memory > 0 ? { Memory: memory, MemorySwap: memory } : {}),
    ...(cpus > 0 ? { NanoCpus: Math.round(cpus * 1e9) } : {}),
  };
}

/** NVIDIA's runtime gives a GPU to containers that have these variables, and to no others; the image may lack them. */
const NVIDIA_ENVIRONMENT = {
  NVIDIA_VISIBLE_DEVICES: 'all',
  NVIDIA_DRIVER_CAPABILITIES: 'compute,utility',
} as const;

function environmentOf({ gpu, environment = {} }: ContainerSpec): Readonly<Record<string, string>> {
  return gpu === 'runtime' ? { ...NVIDIA_ENVIRONMENT, ...environment } : environment;
}

/** What the docker command sends for `--runtime nvidia`, `--gpus all` and `--device nvidia.com/gpu=all`. */
function gpuOptions(way: GpuWay | undefined): Dockerode.HostConfig {
  switch (way) {
    case undefined:
      return {};
    case 'runtime':
      return { Runtime: 'nvidia' };
    case 'device-request':
      return { DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']] }] };
    case 'cdi':
      return { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }] };
  }
}
