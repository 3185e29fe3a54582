import type Dockerode from 'dockerode';
import type { ContainerSpec, GpuWay } from './engine.ts';

/** The engine's create options for a container of ours. Pure. */
export function containerOptions(spec: ContainerSpec): Dockerode.ContainerCreateOptions {
  return {
    Image: spec.image,
    // The image's own entry point (NVIDIA's images have one that prints banners) has no say in what we run.
    Entrypoint: [...spec.command],
    Cmd: [],
    Env: Object.entries(environmentOf(spec)).map(([name, value]) => `${name}=${value}`),
    ...(spec.workingFolder === undefined ? {} : { WorkingDir: spec.workingFolder }),
    Labels: { ...spec.labels },
    Tty: false,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      // As PID 1 a program without handlers ignores signals and reaps nothing; Docker's init does both.
      Init: true,
      NetworkMode: spec.network,
      ...(spec.network === 'bridge' ? { ExtraHosts: ['host.docker.internal:host-gateway'] } : {}),
      // `Mounts`, not `Binds`: a mistake in a name is refused instead of turned into an empty folder.
      Mounts: (spec.mounts ?? []).map((mount) => ({
        Type: 'volume' as const,
        Source: mount.volume,
        Target: mount.target,
        ReadOnly: mount.readOnly,
        // What the image has at that place (Kaggle's may hold a depot) must not flow into an empty volume.
        VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: '', Options: {} } },
      })),
      ...limits(spec),
      ...gpuOptions(spec.gpu),
      // We read the output as it comes; the engine's own copy would write gigabytes of a tar stream to its disk.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

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
