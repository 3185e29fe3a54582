import type { Readable, Writable } from 'node:stream';

/**
 * The container engine in our words: the only view of Docker that the rest of the program has.
 * Every method throws UserError (`engine-unreachable`, `engine-failed`, `image-missing`, `gpu-unavailable`, `disk-full`)
 * or CancelledError; nothing of dockerode comes through.
 */
export interface Engine {
  /** Where it was found, for people: `unix:///var/run/docker.sock (default)`. */
  readonly address: string;
  /** Ends whatever is asked of this engine. */
  readonly signal: AbortSignal;
  readonly container: EngineContainers;
  readonly image: EngineImages;
  readonly volume: EngineVolumes;
  info(): Promise<EngineInfo>;
  /** The same engine, bound to more: the signal replaces the one that it has, the labels come beside those it has. */
  bound(binding: EngineBinding): Engine;
}

/** What goes for everything that is asked of an engine, so that nobody has to say it each time. */
export interface EngineBinding {
  readonly signal?: AbortSignal;
  /** Of everything that is created. */
  readonly labels?: Labels;
  /** Of containers that ask for none of their own, by what the engine's machine has. */
  readonly limits?: ((info: EngineInfo) => Pick<ContainerSpec, 'memoryBytes' | 'cpus'>) | undefined;
}

export interface EngineContainers {
  /**
   * Creates a container, gives it to `work`, and removes it with its anonymous volumes whatever happens. When the
   * engine's signal is aborted the container is killed and removed at once and CancelledError is thrown.
   */
  use<T>(spec: ContainerSpec, work: (container: Container) => Promise<T>): Promise<T>;
  /** Removes containers that carry all these labels (leftovers of a run that was killed). Returns how many. */
  remove(labels: Labels): Promise<number>;
}

export interface EngineImages {
  /** The image as the engine has it, or undefined. Never pulls. */
  find(name: string): Promise<ImageInfo | undefined>;
  /**
   * Pulls an image; layers that are already there are taken up. A connection to the registry that is cut is taken up
   * by the engine itself. What a cancelled pull had fetched stays with the containerd image store (the default since
   * Docker 29) and Podman; the older store drops it.
   */
  pull(name: string, onProgress: (progress: PullProgress) => void): Promise<ImageInfo>;
  /** Makes an image from a Dockerfile alone. What its steps print goes to `onLine`. */
  build(recipe: ImageRecipe, onLine: (line: string) => void): Promise<ImageInfo>;
}

export interface EngineVolumes {
  /**
   * Makes the volume unless it is there; an existing one keeps its labels.
   * @param owner `nobody`: it gets these labels alone, and none of the engine's.
   */
  ensure(name: string, labels?: Labels, owner?: 'nobody'): Promise<void>;
  find(name: string): Promise<VolumeInfo | undefined>;
  /** Missing is fine, and nothing cancels it: it is part of cleaning up. */
  remove(name: string): Promise<void>;
  /** Those that carry all these labels. */
  list(labels: Labels): Promise<readonly VolumeInfo[]>;
  /** Bytes by name, of those whose size the engine can tell. It reads all of them, which takes a while. */
  sizes(): Promise<ReadonlyMap<string, number>>;
}

export type Labels = Readonly<Record<string, string>>;

export interface EngineInfo {
  readonly version: string;
  readonly apiVersion: string;
  /** `linux/x86_64`. */
  readonly platform: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Names of registered OCI runtimes; `nvidia` among them when NVIDIA's toolkit is set up. */
  readonly runtimes: readonly string[];
  /** Name of the engine's machine, e.g. `docker-desktop`. */
  readonly hostName?: string;
  /** The version of Podman, where it is no Docker. */
  readonly podman?: string;
  /** Podman run by a plain user: its container networks are not networks of this machine. */
  readonly isRootless?: true;
  /** Where the engine keeps images and volumes, in the file system of its own machine. */
  readonly dataFolder?: string;
}

/**
 * How a GPU comes into a container: by NVIDIA's OCI runtime (`--runtime nvidia`), by a device request (`--gpus all`), or
 * by the Container Device Interface (`--device nvidia.com/gpu=all`).
 */
export type GpuWay = 'runtime' | 'device-request' | 'cdi';

export interface ImageInfo {
  readonly name: string;
  /** `sha256:…` of the image's configuration; changes when the content does. */
  readonly id: string;
  /** `repository@sha256:…` when it came from a registry. */
  readonly digest: string | undefined;
  readonly bytes: number;
  /** `amd64`, as the image says. */
  readonly architecture?: string;
  /** When it was made, as the image says (ISO 8601). */
  readonly createdAt?: string;
}

/** An image that is made from a Dockerfile alone, without any file beside it, for Kaggle's platform. */
export interface ImageRecipe {
  /** With its tag: `julia-kaggle/small:1`. */
  readonly name: string;
  readonly dockerfile: string;
  /** Values for the Dockerfile's `ARG`s; those of the proxy variables are known without one. */
  readonly arguments?: Readonly<Record<string, string>>;
}

export interface PullProgress {
  readonly doneBytes: number;
  /** 0 while unknown. */
  readonly totalBytes: number;
  readonly text: string;
  /** Every layer that the engine has spoken of so far, in that order. */
  readonly layers: readonly PullLayer[];
}

export interface PullLayer {
  /** The first characters of its digest. */
  readonly id: string;
  readonly doneBytes: number;
  /** 0 while unknown, and for a layer that was there already. */
  readonly totalBytes: number;
  readonly phase: 'waiting' | 'downloading' | 'downloaded' | 'extracting' | 'ready';
}

export interface VolumeInfo {
  readonly name: string;
  /** Those that it was made with; an engine has no way to change them. */
  readonly labels: Labels;
}

export interface VolumeMount {
  readonly volume: string;
  readonly target: string;
  readonly readOnly: boolean;
  /**
   * Reads the volume back in the container that has it mounted at `target`, before any program runs there.
   * @throws VolumeChanged
   */
  readonly verify?: (container: Pick<Container, 'getArchive'>, target: string) => Promise<void>;
}

export interface ContainerSpec {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  readonly mounts?: readonly VolumeMount[];
  /**
   * `none`: loopback only. `bridge`: the engine's default network; `host.docker.internal` then names the host. `of`: that
   * of another container which runs, by its id.
   */
  readonly network: 'none' | 'bridge' | { readonly of: string };
  /** Names of hosts besides, with their addresses; not where the network is another container's. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Programs of the project may install packages of the system there, for which `apt-get` changes its user. */
  readonly installs?: boolean;
  /** Limits; 0 or absent means none. Swap is never added to memory. */
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** With all NVIDIA GPUs of the engine, in this way; absent: without. */
  readonly gpu?: GpuWay;
}

export interface RunOutput {
  /** Called once the command runs. */
  readonly onStarted?: () => void;
  /** Called for each whole line of text. Ignored for a stream that has a sink below. */
  readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Takes the raw bytes of stdout, with backpressure; it is ended when stdout ends, destroyed when the run fails. */
  readonly stdout?: Writable;
}

export interface ExitState {
  readonly exitCode: number;
  /** The kernel ended a process of the container for its memory limit. */
  readonly outOfMemory: boolean;
}

export interface Container {
  readonly id: string;
  /** Unpacks a tar stream (plain or gzip) into an existing folder of the container; works before it is started. */
  putArchive(folder: string, tar: Readable): Promise<void>;
  /** Whether a path is there; works before it is started and after it has ended. */
  has(path: string): Promise<boolean>;
  /** A tar stream of a file or folder (its entries begin with the last part of the path); works after the end too. */
  getArchive(path: string): Promise<Readable>;
  /** Starts the command, delivers its whole output and waits for its end. May be called once. */
  run(output?: RunOutput): Promise<ExitState>;
}
